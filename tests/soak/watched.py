"""The command on a terminal of 140 × 45 that is read to the end, and what the system says of its process."""

import asyncio
import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

__all__ = ["Watched", "watched"]

_ADDRESS: Final = re.compile(rb"http://127\.0\.0\.1:\d+(?=\D)")
_KEPT: Final = 256 * 1024  # bytes of what was drawn last, some frames, in which a text is looked for
_PATIENCE: Final = 30.0  # seconds that a text may take
_PAGE, _TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


class Watched:
    """A process on a terminal. `drawn` counts the bytes that it wrote, `last` has those since a key was pressed."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process = process
        self.drawn = 0
        self._terminal = terminal
        self.last = b""
        self._wrote = asyncio.Event()
        os.set_blocking(terminal, False)
        asyncio.get_running_loop().add_reader(terminal, self._read)

    def _read(self) -> None:
        try:
            chunk = os.read(self._terminal, 65_536)
        except OSError:  # what Linux says when the other end has been closed
            chunk = b""
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._terminal)
        self.drawn += len(chunk)
        self.last = (self.last + chunk)[-_KEPT - len(chunk) :]
        self._wrote.set()

    def press(self, keys: bytes, *, keep: bool = False) -> None:
        """Type; what was drawn before is no answer to it, and is forgotten."""
        self.last = self.last if keep else b""
        with contextlib.suppress(OSError):  # it has just ended
            os.write(self._terminal, keys)

    def resize(self, rows: int, columns: int) -> None:
        """Another size of the terminal."""
        termios.tcsetwinsize(self._terminal, (rows, columns))
        self.process.send_signal(signal.SIGWINCH)  # it has no controlling terminal that would say so

    async def draws(self, text: "bytes | re.Pattern[bytes]", seconds: float = _PATIENCE) -> tuple[bytes, float]:
        """Wait until a text is drawn; what it was, and how many milliseconds it took. TimeoutError where it is not."""
        begun, pattern = perf_counter(), re.compile(text)
        async with asyncio.timeout(seconds):
            while not (found := pattern.search(self.last)):
                self._wrote.clear()
                await self._wrote.wait()
        return found[0], (perf_counter() - begun) * 1000

    async def ended(self) -> int:
        """The exit code, once the process has ended. TimeoutError after a while."""
        async with asyncio.timeout(_PATIENCE):
            while self.process.poll() is None:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.05)
        return self.process.returncode

    @property
    def memory(self) -> int:
        """Bytes of memory that are resident."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * _PAGE

    @property
    def worked(self) -> float:
        """Seconds of processor time."""
        found = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(found[11]) + int(found[12])) / _TICKS


def _started(words: Sequence[str | Path], environment: Mapping[str, str]) -> tuple["subprocess.Popen[bytes]", int]:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (45, 140))
    command, terminal = [sys.executable, "-m", "inspector", *map(str, words)], {**environment, "TERM": "xterm-256color"}
    try:
        return subprocess.Popen(
            command, env=terminal, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        ), ours
    finally:
        os.close(theirs)


@asynccontextmanager
async def watched(
    *words: str | Path, environment: Mapping[str, str], named: bool = True
) -> AsyncIterator[tuple[Watched, str]]:
    """`inspector …` on a terminal, and the address that it names, where that is waited for; it is killed where it has
    not ended."""
    process, ours = _started(words, environment)
    screen = Watched(process, ours)
    try:
        yield screen, (await screen.draws(_ADDRESS))[0].decode() if named else ""
    finally:
        process.kill()
        process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        with contextlib.suppress(OSError):
            os.close(ours)
