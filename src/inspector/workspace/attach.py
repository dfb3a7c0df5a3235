"""Attaching: a screen on a data folder whose receiver is another process."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["announce", "running", "withdraw"]

_FILE: Final = "receiver.json"


class _Running(msgspec.Struct, frozen=True):
    pid: int
    address: str


def announce(folder: Path, address: str) -> None:
    """Say in the data folder that this process receives, and where."""
    with suppress(OSError):  # nobody can attach then
        (folder / _FILE).write_bytes(msgspec.json.encode(_Running(os.getpid(), address)))


def withdraw(folder: Path) -> None:
    """This process receives no more."""
    found = _read(folder)
    if found is not None and found.pid == os.getpid():
        with suppress(OSError):
            (folder / _FILE).unlink()


def running(folder: Path) -> str | None:
    """The address of another process that receives into this folder; None where there is none, or none any more."""
    found = _read(folder)
    if found is None or found.pid == os.getpid():
        return None
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # another user's
    return found.address


def _read(folder: Path) -> _Running | None:
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=_Running)
    return None
