"""How long a user waits: `--version`, `--help`, and the screen's first frame, against the imports behind them.

The reference is a process that imports Textual and aiohttp and ends; for the first frame, one that imports Textual
alone as well. All take turns; the median counts.
"""

import os
import pty
import select
import subprocess
import sys
import termios
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.figures import Figure

__all__ = ["measure"]

TURNS = 11
REFERENCE = [sys.executable, "-c", "import textual.app, aiohttp.web"]
TEXTUAL = [sys.executable, "-c", "import textual"]
AIMS = {"start: inspector --version": 0.4, "start: inspector --help": 0.4, "start: first frame": 1.5}


def ended(words: list[str]) -> float:
    """Seconds until a process has ended."""
    begun = perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - begun


def shown(words: list[str], *marks: bytes) -> list[float]:
    """Seconds until each of the texts is on a terminal of 120 × 40, one after the other."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (40, 120))
    begun = perf_counter()
    kept = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(words, env=kept, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    written, times = b"", []
    try:
        for mark in marks:
            while mark not in written:
                if not select.select([ours], [], [], 20)[0]:
                    raise TimeoutError(f"{mark!r} was not shown")
                written += os.read(ours, 65536)
            times.append(perf_counter() - begun)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)
    return times


def measure() -> list[Figure]:
    """The medians of each, against the median of the reference."""
    inspector = [sys.executable, "-m", "inspector"]
    times: dict[str, list[float]] = {}
    with TemporaryDirectory() as folder:
        listen = [*inspector, "listen", "--port", "0", "--data", str(Path(folder) / "data")]
        for _ in range(TURNS):
            times.setdefault("reference", []).append(ended(REFERENCE))
            times.setdefault("textual", []).append(ended(TEXTUAL))
            times.setdefault("start: inspector --version", []).append(ended([*inspector, "--version"]))
            times.setdefault("start: inspector --help", []).append(ended([*inspector, "--help"]))
            first, ready = shown(listen, b"inspector", b"http://127.0.0.1")
            times.setdefault("start: first frame", []).append(first)
            times.setdefault("start: listening, on the screen", []).append(ready)
    medians = {what: median(found) * 1000 for what, found in times.items()}
    reference, textual = medians.pop("reference"), medians.pop("textual")
    return [
        *(Figure(what, found, reference, "ms", AIMS.get(what), at_most=True) for what, found in medians.items()),
        Figure("start: first frame / import textual", medians["start: first frame"], textual, "ms"),
    ]
