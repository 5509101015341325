# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium spoken to over a pipe (Chrome DevTools Protocol), and what its screenshots hold. Nothing but
the standard library."""

import base64
import json
import os
import select
import shutil
import struct
import subprocess
import tempfile
import time
import zlib


def program():
    """Chromium's path; None when it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One window of one page."""

    def __init__(self, width=1200, height=900, language="en-US"):
        self.profile = tempfile.mkdtemp(prefix="linka-browser-")
        to_browser, ours_out = os.pipe()
        ours_in, from_browser = os.pipe()
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--remote-debugging-pipe",
                   "--disable-dev-shm-usage", f"--user-data-dir={self.profile}", f"--window-size={width},{height}", f"--lang={language}",
                   f"--accept-lang={language}", "about:blank")
        line = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        self.process = subprocess.Popen(["sh", "-c", line, program(), *options], pass_fds=(to_browser, from_browser),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.write, self.read, self.last, self.held, self.session = ours_out, ours_in, 0, b"", None
        self.errors = []  # what the page itself complained of
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        self.ask("Runtime.enable")
        self.ask("Log.enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def ask(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next_message()
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(json.dumps(answer["params"]["exceptionDetails"])[:600])
            if answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["level"] == "error":
                self.errors.append(answer["params"]["entry"]["text"] + " " + answer["params"]["entry"].get("url", ""))
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def next_message(self):
        while b"\0" not in self.held:
            ready, _, _ = select.select([self.read], [], [], 120)
            piece = os.read(self.read, 1 << 20) if ready else b""
            if not piece:
                raise RuntimeError("the browser is silent")
            self.held += piece
        message, self.held = self.held.split(b"\0", 1)
        return json.loads(message)

    def open(self, url):
        self.ask("Page.navigate", url=url)

    def run(self, script):
        """The value of an expression; a promise is waited for."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:800])
        return answer["result"].get("value")

    def wait(self, script, what, patience_s=60):
        end, trouble = time.monotonic() + patience_s, ""
        while time.monotonic() < end:
            try:
                value = self.run(script)
                if value:
                    return value
            except RuntimeError as e:  # the page before it is going, or this one is not yet there
                trouble = e
            time.sleep(0.1)
        raise AssertionError(f"{what}: it never came; the page says {self.errors} {trouble}")

    def key(self, key, code=0, text=""):
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def screenshot(self):
        """PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def close(self):
        os.close(self.write)
        os.close(self.read)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


class Picture:
    """A PNG's pixels: 8 bits, grey, colour, with or without opacity."""

    def __init__(self, data):
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        at, packed = 8, b""
        while at < len(data):
            size, kind = struct.unpack_from(">I4s", data, at)
            body = data[at + 8:at + 8 + size]
            if kind == b"IHDR":
                self.width, self.height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
                assert depth == 8 and interlace == 0, (depth, interlace)
                self.channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
            if kind == b"IDAT":
                packed += body
            at += size + 12
        self.rows = self.unfiltered(zlib.decompress(packed))

    def unfiltered(self, raw):
        step, stride, rows = self.channels, self.width * self.channels, []
        before = bytearray(stride)
        for y in range(self.height):
            kind = raw[y * (stride + 1)]
            row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
            if kind == 2:
                row = bytearray((a + b) & 255 for a, b in zip(row, before))
            elif kind:
                for i in range(stride):
                    left = row[i - step] if i >= step else 0
                    corner = before[i - step] if i >= step else 0
                    up = before[i]
                    if kind == 1:
                        guess = left
                    elif kind == 3:
                        guess = (left + up) // 2
                    else:
                        p = left + up - corner
                        distances = (abs(p - left), abs(p - up), abs(p - corner))
                        guess = (left, up, corner)[distances.index(min(distances))]
                    row[i] = (row[i] + guess) & 255
            rows.append(row)
            before = row
        return rows

    def colour(self, x, y):
        at = x * self.channels
        pixel = self.rows[y][at:at + self.channels]
        return tuple(pixel[:3]) if self.channels >= 3 else (pixel[0],) * 3

    def grey(self, x, y):
        r, g, b = self.colour(x, y)
        return (299 * r + 587 * g + 114 * b) / 1000

    def mean(self, x0, y0, x1, y1):
        """Grey of the pixels in a box."""
        values = [self.grey(x, y) for y in range(int(y0), max(int(y0) + 1, int(y1))) for x in range(int(x0), max(int(x0) + 1, int(x1)))]
        return sum(values) / len(values)
