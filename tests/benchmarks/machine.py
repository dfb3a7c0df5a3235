"""The machine that a benchmark ran on, and the versions of what it ran: ratios hold better than absolutes."""

import os
import platform
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

__all__ = ["described", "most_memory"]

_LIBRARIES = ("aiohttp", "cryptography", "msgspec", "pydantic", "textual")
_WRITTEN = 100_000  # bytes, about a commit of fifty deliveries
_COMMITS = 100


def described() -> Iterator[str]:
    """The processor, the disk and the versions, a line each."""
    yield f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.machine()}"
    yield f"{_commit():.2f} ms until {_WRITTEN:,} bytes are on the disk (fdatasync, median of {_COMMITS})"
    versions = [f"{name} {version(name)}" for name in _LIBRARIES]
    yield ", ".join([f"Python {sys.version.split()[0]}", *versions, f"SQLite {sqlite3.sqlite_version}"])


def most_memory() -> float:
    """The most memory that this process has had, in megabytes. Linux tells it for the program; what getrusage tells
    there begins with the process that started it."""
    with suppress(OSError):
        found = Path("/proc/self/status").read_text().partition("VmHWM:")[2]
        return int(found.split()[0]) / 1e3
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes, but for macOS
    return largest / (1e6 if sys.platform == "darwin" else 1e3)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _commit() -> float:
    times = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(_COMMITS):
            file.write(os.urandom(_WRITTEN))
            file.flush()
            begun = perf_counter()
            os.fdatasync(file.fileno())
            times.append(perf_counter() - begun)
    return median(times) * 1000
