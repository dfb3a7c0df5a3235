"""Attaching: a screen on a data folder whose receiver is another process."""

import asyncio
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from inspector.workspace.changes import Watcher

__all__ = ["Running", "announce", "follow_store", "running", "withdraw"]

_FILE: Final = "receiver.json"
_GLANCE: Final = 0.1  # seconds between two looks at what another process has written


class Running(msgspec.Struct, frozen=True):
    """A process that receives: where, and the token by which its answers are known."""

    pid: int
    address: str
    token: str = ""


def announce(folder: Path, address: str, token: str) -> None:
    """Say in the data folder that this process receives, and where."""
    with suppress(OSError):  # nobody can attach then
        place = os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(place, "wb") as file:
            file.write(msgspec.json.encode(Running(os.getpid(), address, token)))


def withdraw(folder: Path) -> None:
    """This process receives no more."""
    found = _read(folder)
    if found is not None and found.pid == os.getpid():
        with suppress(OSError):
            (folder / _FILE).unlink()


def running(folder: Path) -> Running | None:
    """Another process that receives into this folder; None where there is none, or none any more."""
    found = _read(folder)
    if found is None or found.pid == os.getpid():
        return None
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # another user's
    return found


async def follow_store(version: Callable[[], int], watchers: Collection[Watcher]) -> None:
    """Tell of what another process has written, which changes the `version`, until the task is cancelled."""
    seen = version()
    while True:
        await asyncio.sleep(_GLANCE)
        now = version()
        if now != seen:
            seen = now
            for watcher in watchers:
                watcher.arrived(elsewhere=True)


def _read(folder: Path) -> Running | None:
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Running)
    return None
