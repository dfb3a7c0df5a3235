"""A program on a terminal of its own, as somebody has it open."""

import contextlib
import os
import pty
import subprocess
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence

__all__ = ["drain", "terminal"]

_AT_ONCE = 65_536


@contextlib.contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Our side of a terminal of 140 × 45 that a program runs on; the program is killed at the end."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (45, 140))
    kept = {**environment, "TERM": "xterm-256color"}
    process = subprocess.Popen(command, env=kept, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def drain(terminal: int) -> None:
    """Read what is drawn from now on, and forget it."""

    def read() -> None:
        with contextlib.suppress(OSError):  # which it ends with
            while os.read(terminal, _AT_ONCE):
                pass

    threading.Thread(target=read, daemon=True).start()
