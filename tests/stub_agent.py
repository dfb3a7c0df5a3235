"""An agent of the tests' own, which speaks as ngrok's does: its log, its API on loopback, and a public side that
leads to the upstream. A folder says how it goes wrong; pyngrok starts it as it starts the real one."""

import json
import os
import stat
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

__all__ = ["StubAgent", "runs"]

REFUSALS: Final = {
    "bad-token": "The authtoken you specified is properly formed, but it is invalid.\r\nYour authtoken: {token}"
    "\r\n\r\nERR_NGROK_107\r\n",
    "sessions": "Your account is limited to 1 simultaneous ngrok agent sessions.\r\n\r\nERR_NGROK_108\r\n",
    "too-old": 'Your ngrok-agent version "3.1.0" is too old.\r\n\r\nERR_NGROK_121\r\n',
    "suspended": "The account has been suspended.\r\n\r\nERR_NGROK_103\r\n",
    "unknown": "Something new about {token}.\r\n\r\nERR_NGROK_9999\r\n",
}


class StubAgent:
    """The agent as a file that can be run, and the folder by which it is told what to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "ngrok"
        code = f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        code += f"from tests.stub_agent import main\nmain({str(folder)!r})\n"
        self.path.write_text(code)
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    def be(self, mode: str) -> None:
        """Go wrong in this way from now on; "" is well."""
        (self.folder / "mode").write_text(mode)

    def told(self, name: str) -> Any:
        """What it wrote down: `started`, how it was started; `endpoint`, what was asked of its API."""
        return json.loads((self.folder / f"{name}.json").read_text())

    def starts(self) -> list[int]:
        """The numbers of the processes that it was, one a start."""
        place = self.folder / "starts"
        return [int(line) for line in place.read_text().split()] if place.exists() else []


def runs(pid: int) -> bool:
    """Whether there is a process of that number that has not ended."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return state != "Z"


class Running:
    """The agent as it runs."""

    def __init__(self, folder: Path) -> None:
        import yaml

        self.folder = folder
        given = sys.argv[1:]
        self.config = yaml.safe_load(Path(given[given.index("--config") + 1]).read_text())
        self.token = os.environ.get("NGROK_AUTHTOKEN") or self.config["agent"].get("authtoken", "")
        self.upstream = ""
        self.down = False
        (folder / "started.json").write_text(json.dumps({"words": given, "config": self.config}))
        with (folder / "starts").open("a") as file:
            file.write(f"{os.getpid()}\n")

    @property
    def mode(self) -> str:
        """How it goes wrong now."""
        place = self.folder / "mode"
        return place.read_text() if place.exists() else ""

    def say(self, level: str, message: str, **more: str) -> None:
        """A line of the log, as logfmt."""
        words = " ".join(f"{name}={json.dumps(text)}" for name, text in more.items())
        sys.stdout.write(f't=2026-01-01T00:00:00+0000 lvl={level} msg="{message}" {words}\n')
        sys.stdout.flush()

    def run(self) -> None:
        """From the start to the end that comes from outside."""
        self.say("info", "open config file", path="agent.yml", err="nil")
        if self.mode == "silent":
            time.sleep(600)
        host, _, port = self.config["agent"]["web_addr"].partition(":")
        serve(type("Api", (Api,), {"agent": self}), host, int(port))
        self.say("info", "starting web service", obj="web", addr=f"{host}:{port}")
        if refusal := REFUSALS.get(self.mode):
            text = f"authentication failed: {refusal.format(token=self.token)}"
            self.say("eror", "failed to auth", obj="tunnels.session", err=text)
            sys.stderr.write(f"ERROR:  {text}\n")
            raise SystemExit(1)
        while self.mode == "no-network":
            error = "dial tcp: lookup connect.ngrok-agent.com: no such host"
            self.say("eror", "failed to reconnect session", obj="tunnels.session", err=error)
            time.sleep(0.3)
        self.say("info", "client session established", obj="tunnels.session")
        self.say("info", "tunnel session started", obj="tunnels.session")
        while True:
            time.sleep(0.05)
            if (self.mode == "lost") is not self.down:
                self.down = not self.down
                if self.down:
                    self.say("eror", "session closed, starting reconnect loop", err="read EOF from remote peer")
                else:
                    self.say("info", "client session established", obj="tunnels.session")


class Api(BaseHTTPRequestHandler):
    """The agent's API: https://ngrok.com/docs/agent/api"""

    agent: Running

    def log_message(self, *_: object) -> None:
        """The real one logs its requests on standard output."""
        self.agent.say("info", "start", pg=self.path)

    def answer(self, status: int, content: object) -> None:
        """JSON, or nothing."""
        body = json.dumps(content).encode() if content is not None else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """The endpoints; agents before 3.30 do not know the word."""
        if self.path != "/api/endpoints" or self.agent.mode == "before-3.30":
            self.answer(404, {"msg": "not found"})
        else:
            self.answer(200, {"endpoints": []})

    def do_POST(self) -> None:
        """A new endpoint: a public side of its own."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        (self.agent.folder / "endpoint.json").write_text(json.dumps(asked))
        if self.agent.mode == "in-use":
            text = "failed to start endpoint: The endpoint is already online.\r\n\r\nERR_NGROK_334\r\n"
            self.answer(502, {"error_code": 103, "status_code": 502, "msg": "failed", "details": {"err": text}})
            return
        self.agent.upstream = asked["upstream"]["url"]
        port = serve(type("Public", (Public,), {"agent": self.agent}), "127.0.0.1", 0)
        self.answer(201, {"name": asked["name"], "url": f"http://127.0.0.1:{port}", "upstream": asked["upstream"]})


class Public(BaseHTTPRequestHandler):
    """The public side: what comes here goes to the upstream, with where it came from."""

    agent: Running
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silent."""

    def do_POST(self) -> None:
        """Hand it on, and the answer back."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mode = self.agent.mode
        if mode == "quota":
            self.answer(403, {"ngrok-error-code": "ERR_NGROK_727"}, b"")
        elif mode in ("lost", "nowhere"):
            self.answer(404, {"ngrok-error-code": "ERR_NGROK_3200"}, b"")
        else:
            self.hand_on(body)

    def hand_on(self, body: bytes) -> None:
        headers = dict(self.headers.items())
        headers |= {
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "ab12.ngrok.app",
        }
        request = urllib.request.Request(self.agent.upstream + self.path, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                self.answer(response.status, dict(response.headers.items()), response.read())
        except urllib.error.HTTPError as error:
            self.answer(error.code, dict(error.headers.items()), error.read())

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if status != 204 else b"")


def serve(kind: type[BaseHTTPRequestHandler], host: str, port: int) -> int:
    """Serve in a thread; the port."""
    server = ThreadingHTTPServer((host, port), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def main(folder: str) -> None:
    """Be the agent."""
    Running(Path(folder)).run()
