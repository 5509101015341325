# SPDX-License-Identifier: GPL-3.0-or-later
"""What both servers for tests stand on: HTTP on the loopback with threads, routes, faults that a test
switches on, and a record of everything that was asked."""

import collections
import http.server
import json
import re
import signal
import socket
import struct
import sys
import threading
import time
import urllib.parse

Answer = collections.namedtuple("Answer", "status body type headers")


def answer(status, body=b"", type_="application/json;charset=utf-8", headers=()):
    if isinstance(body, (dict, list)):
        body = json.dumps(body, ensure_ascii=False)
    if isinstance(body, str):
        body = body.encode()
    return Answer(status, body, type_, tuple(headers))


def html(status, words="the server behind this one does not answer"):
    """What a reverse proxy says when it has nothing better."""
    page = f"<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1><p>{words}</p></body></html>"
    return answer(status, page, "text/html")


class Drop(Exception):
    """The connection ends without an answer: quietly, by reset, or in the middle of the body."""

    def __init__(self, how="close", wrapped=None):
        super().__init__(how)
        self.how, self.wrapped = how, wrapped


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        raw, _, query = target.partition("?")
        self.raw_path, self.raw_query = raw, query
        self.path = urllib.parse.unquote(raw)
        self.query = urllib.parse.parse_qs(query, keep_blank_values=True)

    def one(self, name, default=None):
        return self.query.get(name, [default])[0]

    def form(self):
        return {k: v[0] for k, v in urllib.parse.parse_qs(self.body.decode(errors="replace")).items()}

    def json(self):
        return json.loads(self.body or b"{}")


class Faults:
    """Faults by name. Written name[:times][@after][=argument]: times `*` is for ever, `after` lets
    that many occasions go by first."""

    SHAPE = re.compile(r"([a-z0-9-]+)(?::(\d+|\*))?(?:@(\d+))?(?:=(.*))?", re.S)

    def __init__(self, known):
        self.known = known  # name -> (times, argument, what it does)
        self.guard = threading.RLock()
        self.active, self.happened = {}, collections.Counter()

    def set(self, text):
        shape = self.SHAPE.fullmatch(text)
        if not shape or shape[1] not in self.known:
            raise ValueError(f"no such fault: {text}")
        name, times, after, argument = shape.groups()
        usual_times, usual_argument, _ = self.known[name]
        times = usual_times if times is None else times
        with self.guard:
            self.active[name] = {"times": None if times == "*" else int(times), "after": int(after or 0),
                                 "argument": usual_argument if argument is None else argument}

    def clear(self, name=None):
        with self.guard:
            if name is None:
                self.active.clear()
            else:
                self.active.pop(name, None)

    def on(self, name):
        """Whether it is set; nothing is used up. Its argument, or "" without one."""
        with self.guard:
            fault = self.active.get(name)
            return None if fault is None else fault["argument"]

    def take(self, name):
        """It happens now: its argument ("" without one), or None."""
        with self.guard:
            fault = self.active.get(name)
            if fault is None:
                return None
            if fault["after"] > 0:
                fault["after"] -= 1
                return None
            if fault["times"] is not None:
                fault["times"] -= 1
                if fault["times"] <= 0:
                    del self.active[name]
            self.happened[name] += 1
            return fault["argument"]


class Service:
    """A server: subclasses give routes() and may give before(request) and fault_names."""

    fault_names = {}
    templates = ()  # (pattern, replacement): how paths are counted together

    def __init__(self):
        self.guard = threading.RLock()
        self.faults = Faults({**self.fault_names, "slow": ("*", "0.5", "every answer comes late")})
        self.asked = []  # what was asked, in order; marks between
        self.table = [(m, re.compile(p), f) for m, p, f in [*self.test_routes(), *self.routes()]]
        self.port = 0

    # --- what a test asks -------------------------------------------------------------------

    def test_routes(self):
        return [
            ("GET", r"/__test__/ready", lambda r: answer(200, {"ready": True})),
            ("GET", r"/__test__/faults", lambda r: answer(200, self.fault_state())),
            ("POST", r"/__test__/faults", self.test_set_fault),
            ("DELETE", r"/__test__/faults(?:/([a-z0-9-]+))?", self.test_clear),
            ("GET", r"/__test__/counters", lambda r: answer(200, self.counters(r.one("since")))),
            ("GET", r"/__test__/requests", lambda r: answer(200, self.since(r.one("since")))),
            ("POST", r"/__test__/mark/(.+)", self.test_mark),
        ]

    def fault_state(self):
        with self.faults.guard:
            return {"active": self.faults.active, "happened": dict(self.faults.happened),
                    "known": {n: {"times": t, "argument": a, "what": w} for n, (t, a, w) in self.faults.known.items()}}

    def test_set_fault(self, request):
        try:
            for text in request.body.decode().split():
                self.faults.set(text)
        except ValueError as e:
            return answer(400, {"message": str(e)})
        return answer(200, self.fault_state())

    def test_clear(self, request, name):
        self.faults.clear(name)
        return answer(200, {})

    def test_mark(self, request, name):
        with self.guard:
            self.asked.append({"mark": name})
        return answer(200, {})

    def since(self, mark):
        """What was asked after the last mark of that name; everything without one."""
        with self.guard:
            asked = list(self.asked)
        if mark:
            at = [i for i, one in enumerate(asked) if one.get("mark") == mark]
            asked = asked[at[-1] + 1:] if at else []
        return [one for one in asked if "mark" not in one]

    def counters(self, mark=None):
        asked = self.since(mark)
        by_path = collections.Counter(f"{one['method']} {one['counted']}" for one in asked)
        exact = collections.Counter(f"{one['method']} {one['target']}" for one in asked)
        return {"requests": len(asked), "by_path": dict(sorted(by_path.items())),
                "asked_again": {k: n for k, n in sorted(exact.items()) if n > 1},
                "faults": dict(self.faults.happened)}

    # --- a request --------------------------------------------------------------------------

    def before(self, request):
        """An answer for any request, before its route; None goes on."""
        return None

    def routes(self):
        return []

    def unknown(self, request):
        return answer(404, {"message": f"no such path: {request.path}"})

    def dispatch(self, request):
        testing = request.path.startswith("/__test__/")
        if not testing:
            late = self.faults.take("slow")
            if late is not None:
                time.sleep(float(late))
            early = self.before(request)
            if early is not None:
                return early
        allowed = False
        for method, pattern, run in self.table:
            # Encoded slashes are part of a name, so routes see the path as it came.
            match = pattern.fullmatch(request.raw_path)
            if not match:
                continue
            if method == request.method or (method == "GET" and request.method == "HEAD"):
                return run(request, *(g and urllib.parse.unquote(g) for g in match.groups()))
            allowed = True
        return answer(405, {"message": "method not allowed"}) if allowed else self.unknown(request)

    def note(self, request, status):
        if request.path.startswith("/__test__/"):
            return
        counted = request.path
        for pattern, replacement in self.templates:
            counted = re.sub(pattern, replacement, counted)
        with self.guard:
            self.asked.append({"method": request.method, "target": request.target, "counted": counted,
                               "status": status, "time": round(time.time(), 3)})

    def serve(self, port=0, announce=True):
        """Until SIGTERM or SIGINT. The port stands on the first line of the standard output."""
        server = self.start(port)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if announce:
            print(self.port, flush=True)
        stop.wait()
        server.shutdown()
        self.ended()
        return 0

    def start(self, port=0):
        """In a thread of this process; give back what has shutdown()."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler_of(self))
        server.daemon_threads = True
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server

    def ended(self):
        pass

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"


def handler_of(service):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def body(self):
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                whole = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def handle_any(self):
            request = Request(self.command, self.path, self.headers, self.body())
            try:
                given = service.dispatch(request)
            except Drop as drop:
                service.note(request, drop.how)
                return self.drop(drop)
            except Exception as e:  # the fault of this server itself: a test must see it
                print(f"{request.method} {request.target}: {e!r}", file=sys.stderr, flush=True)
                given = answer(500, {"message": f"the test server broke: {e!r}"})
            service.note(request, given.status)
            try:
                self.give(given)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def give(self, given, cut=None):
            self.send_response(given.status)
            if given.type and given.body:
                self.send_header("Content-Type", given.type)
            for name, value in given.headers:
                self.send_header(name, value)
            if given.status not in (204, 304):
                self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(given.body if cut is None else given.body[:cut])
            self.wfile.flush()

        def drop(self, drop):
            self.close_connection = True
            if drop.how == "half" and drop.wrapped is not None:
                self.give(drop.wrapped, cut=len(drop.wrapped.body) // 2)
            if drop.how == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
            self.connection.close()

        def finish(self):
            try:
                super().finish()
            except (OSError, ValueError):
                pass

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

    return Handler
