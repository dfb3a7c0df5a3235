"""What SQLite says of a file that gives trouble, in a person's words."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from inspector.model import InspectorError

__all__ = ["concerns_file", "trouble"]


class _Words(NamedTuple):
    title: str
    hint: str


_RESCUE: Final = "inspector sessions rescue saves what can be read of it into a new one"
_UNWRITABLE: Final = _Words("The store may not be written", "Let this user write it, or choose another folder: --data")
_OF_FILE: Final[Mapping[int, _Words]] = {  # https://sqlite.org/rescode.html
    sqlite3.SQLITE_FULL: _Words("The disk is full", "Make room: nothing has to be started anew"),
    sqlite3.SQLITE_IOERR: _Words("The disk reports an error", "Is it full, or about to fail, or has it gone?"),
    sqlite3.SQLITE_BUSY: _Words("The store is locked by another process", "Which other program has the file open?"),
    sqlite3.SQLITE_CORRUPT: _Words("The store is damaged", _RESCUE),
    sqlite3.SQLITE_NOTADB: _Words(
        "The store cannot be opened", f"Choose another folder with --data, where this is none; where it was, {_RESCUE}"
    ),
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: _UNWRITABLE,
}


def concerns_file(error: Exception) -> bool:
    """Whether the file is what gives trouble, so that anything else would not fare better."""
    return _code(error) in _OF_FILE


def trouble(error: Exception, otherwise: str, path: Path | None = None) -> InspectorError:
    """What went wrong with a store; `otherwise` is the title where the file is not to blame."""
    title, hint = _OF_FILE.get(_code(error), _Words(otherwise, ""))
    return InspectorError(title, str(error) if path is None else f"{path}: {error}", hint)


def _code(error: Exception) -> int:
    """The primary code, without what extends it; 0 where it is no error of SQLite's."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
