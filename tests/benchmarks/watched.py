"""The receiver while somebody watches: requests a second with the screen open, against the same receiver without one.

Both are processes of their own and get the same requests from wrk, in turns; the screen is drawn into a terminal that
is read to the end. What is told is the median of the rounds.
"""

import contextlib
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.ingest import ROUNDS, load, server, write_script
from tests.benchmarks.servers import VARIABLES

__all__ = ["measure"]

_ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+(?=\D)")
_LONGEST = 65_536  # bytes of the first frames in which the address has to be


def measure() -> list[Figure]:
    """Requests a second of the one against the other's."""
    if shutil.which("wrk") is None:
        raise SystemExit("This benchmark needs wrk: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        place = Path(name)
        script = write_script(place)
        watched = stack.enter_context(screen(place / "watched"))
        alone = stack.enter_context(server("inspector", place))
        for each in (watched, alone):
            load(each, script, 1)
        rounds = [(load(watched, script).rate, load(alone, script).rate) for _ in range(ROUNDS)]
    ours, reference = (median(each) for each in zip(*rounds, strict=True))
    return [Figure("watched: requests a second with the screen open / without", ours, reference, "/s", 0.7)]


@contextlib.contextmanager
def screen(data: Path) -> Iterator[str]:
    """`inspector listen` on a terminal of 140 × 45; its address."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (45, 140))
    command = [sys.executable, "-m", "inspector", "listen", "--port", "0", "--data", str(data)]
    kept = {**os.environ, **VARIABLES, "TERM": "xterm-256color"}
    process = subprocess.Popen(command, env=kept, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        yield _address(ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _address(terminal: int) -> str:
    """The address that the screen names; what is drawn from then on is read and forgotten."""
    drawn = b""
    while not (found := _ADDRESS.search(drawn)):
        drawn += os.read(terminal, 4096)
        if len(drawn) > _LONGEST:
            raise SystemExit("The screen did not open")

    def read() -> None:
        with contextlib.suppress(OSError):  # which it ends with
            while os.read(terminal, _LONGEST):
                pass

    threading.Thread(target=read, daemon=True).start()
    return found[0].decode()
