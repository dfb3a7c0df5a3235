"""Running the real command in a home of its own, and requests as Stripe signs them."""

import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = [
    "NOW",
    "ROOT",
    "SECRET",
    "Listening",
    "connectors_folder",
    "environment",
    "event",
    "inspector",
    "listening",
    "sample",
    "signature",
]

ROOT = Path(__file__).parents[2]
SECRET = "whsec_never_to_be_seen"
NOW = 1_767_225_600


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Nothing of the person who runs the tests, and a home that is empty."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INSPECTOR_", "XDG_"))}
    fixed = {"PYTHONUNBUFFERED": "", "COLUMNS": "100", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    return {**kept, **fixed, "HOME": str(home), **variables}


def inspector(
    *words: str | Path, home: Path, stdin: str | bytes = b"", cwd: Path | str = ROOT, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end, within a minute."""
    found = subprocess.run(
        [sys.executable, "-m", "inspector", *map(str, words)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        env=environment(home, **variables),
        cwd=cwd,
        capture_output=True,
        timeout=60,
    )
    return subprocess.CompletedProcess(found.args, found.returncode, found.stdout.decode(), found.stderr.decode())


def event(native: str = "payment_intent.succeeded", amount: int = 1999, identifier: str = "evt_1") -> bytes:
    """A small Stripe event."""
    resource = {"id": "pi_1", "object": "payment_intent", "amount": amount, "currency": "usd", "status": "succeeded"}
    body = {"id": identifier, "type": native, "created": NOW, "livemode": False, "data": {"object": resource}}
    return json.dumps(body).encode()


def signature(body: bytes, secret: str = SECRET, at: float = NOW) -> str:
    """The Stripe-Signature of a body."""
    signed = f"{int(at)}.".encode() + body
    return f"t={int(at)},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class Listening:
    """A receiver that runs as a process of its own, headless."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Send a request; its status and the body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def line(self) -> str:
        """The next line on standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def json(self) -> Any:
        """The next line on standard output, read."""
        return json.loads(self.line())

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """End it: exit code, the rest of standard output, and standard error from after the start."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.send_signal(number)
        late = threading.Timer(20, self.process.kill)
        late.start()
        # Not communicate: it would pass over what has been read already together with the lines before it.
        with ThreadPoolExecutor(1) as aside:
            err = aside.submit(self.process.stderr.read)
            out = self.process.stdout.read()
        late.cancel()
        return self.process.wait(), out, err.result()


@contextmanager
def listening(*words: str | Path, home: Path, command: str = "listen", **variables: str) -> Iterator[Listening]:
    """`inspector listen` on a free port until the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "inspector", command, "--port", "0", *map(str, words)],
        env=environment(home, **variables),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "listens on http://127.0.0.1:" in first, first + process.stderr.read()
        yield Listening(process, int(first.rsplit(":", 1)[1]))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def connectors_folder(place: Path, *names: str) -> Path:
    """A folder with the repository's documents of some connectors, and no samples."""
    folder = place / "connectors"
    for name in names or ("stripe",):
        (folder / name / "samples").mkdir(parents=True)
        document = (ROOT / "connectors" / name / "connector.toml").read_text(encoding="utf-8")
        (folder / name / "connector.toml").write_text(document, encoding="utf-8")
    return folder


def sample(folder: Path, name: str, body: bytes, connector: str = "stripe") -> Path:
    """Write a sample of a connector."""
    path = folder / connector / "samples" / f"{name}.http"
    path.write_bytes(f"POST /{connector} HTTP/1.1\nHost: 127.0.0.1:4242\nX-Kept: ja\n\n".encode() + body)
    return path
