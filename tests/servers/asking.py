# SPDX-License-Identifier: GPL-3.0-or-later
"""For tests in Python: starting a server as a program, and asking it."""

import base64
import http.client
import json
import pathlib
import subprocess
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
API = "/search/api"
ADMIN, CLIENT = API + "/admin/v7.0", API + "/client/v7.0"


class Said:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()


class Asking:
    """Whoever asks a server on `port`."""

    token = None

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method, target, body=b"", headers=(), user=None):
        """One request on a connection of its own; OSError or HTTPException when there is no answer."""
        given = {k: v for k, v in headers}
        if isinstance(body, (dict, list)):
            body, given["Content-Type"] = json.dumps(body), "application/json"
        if self.token and "Authorization" not in given:
            given["Authorization"] = f"Bearer {self.token}"
        if user:
            given["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body.encode() if isinstance(body, str) else body, given)
            answer = connection.getresponse()
            return Said(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, target, **more):
        return self.ask("GET", target, **more)

    # --- what every test does -----------------------------------------------------------------

    def fault(self, text):
        said = self.ask("POST", "/__test__/faults", text)
        assert said.status == 200, said.text

    def clear(self):
        self.ask("DELETE", "/__test__/faults")

    def mark(self, name):
        self.ask("POST", f"/__test__/mark/{name}")

    def counters(self, since=""):
        return self.get(f"/__test__/counters?since={since}").json

    def documents(self):
        return self.get("/__test__/documents").json

    def login(self, **other):
        form = {"grant_type": "password", "client_id": "krameriusClient", "client_secret": "client-secret",
                "username": "krameriusAdmin", "password": "admin-password", **other}
        said = self.ask("POST", "/realms/kramerius/protocol/openid-connect/token", urllib.parse.urlencode(form),
                        [("Content-Type", "application/x-www-form-urlencoded")])
        if said.status == 200:
            self.token = said.json["access_token"]
        return said

    def start(self, defid, **params):
        return self.ask("POST", ADMIN + "/processes", {"defid": defid, "params": params})

    def state(self, uuid):
        return self.get(f"{ADMIN}/processes/by_process_uuid/{uuid}")

    def wait(self, uuid, most=6000):
        """Until the batch has ended, asked at most so often: [(process state, batch state)] without repetitions."""
        seen = []
        for _ in range(most):
            told = self.state(uuid).json
            pair = told["process"]["state"], told["batch"]["state"]
            if not seen or seen[-1] != pair:
                seen.append(pair)
            if pair[1] in ("FINISHED", "WARNING", "FAILED", "KILLED") and pair[0] in ("FINISHED", "WARNING", "FAILED", "KILLED"):
                return seen
            time.sleep(0.01)
        raise AssertionError(f"no end: {seen}")

    def imported(self, folder, **params):
        """Starts an import and waits for its end: (uuid, states)."""
        said = self.start("import", **{"inputDataDir": folder, "startIndexer": True, **params})
        assert said.status in (200, 201), said.text
        return said.json["uuid"], self.wait(said.json["uuid"])

    def logs(self, uuid, which="err"):
        return self.get(f"{ADMIN}/processes/by_process_uuid/{uuid}/logs/{which}").text


class Running(Asking):
    """`with Running("kramerius.py", "--import-dir", folder) as server:` a program of its own."""

    def __init__(self, program, *arguments):
        self.command = [sys.executable, str(HERE / program), *map(str, arguments)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            self.__exit__()
            raise RuntimeError(f"{self.command}: did not start")
        self.port = int(line)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Within(Asking):
    """A server in this very process: starts at once, for tests of the server itself."""

    def __init__(self, service):
        self.service = service
        self.http = service.start()
        self.port = service.port

    def close(self):
        self.http.shutdown()
        self.http.server_close()
