"""mitmproxy as a reference: in an environment of its own, since what it needs is not what Inspector needs."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from tests.benchmarks.terminal import drain, terminal

__all__ = ["reverse"]

_PLACE = Path(sys.prefix) / "mitmproxy"
_TRIES = 300  # tenths of a second in which it has to listen


@contextlib.contextmanager
def reverse(program: Literal["mitmdump", "mitmproxy"], flows: Path, app: str) -> Iterator[str]:
    """The address of a reverse proxy before an app, which saves what passes. The console is drawn on a terminal."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listen = ["--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={flows.parent}"]
    command = [_installed(program), "--mode", f"reverse:{app}", *listen, "-w", str(flows)]
    with _running(program, command):
        for _ in range(_TRIES):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _running(program: str, command: list[str]) -> Iterator[None]:
    if program == "mitmproxy":
        with terminal(command, os.environ) as shown:
            drain(shown)
            yield
        return
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _installed(program: str) -> str:
    """The path of a program, which is installed where it is not there yet."""
    found = _PLACE / "bin" / program
    if not found.is_file():
        venv.create(_PLACE, with_pip=True)
        pip = [str(_PLACE / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, "mitmproxy>=11"], check=False).returncode:
            raise SystemExit("mitmproxy, which this is measured against, could not be installed: is PyPI there?")
    return str(found)
