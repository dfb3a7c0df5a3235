"""The indexer: reads what was stored while nothing is being written, so that words in it are found quickly."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from inspector.store.schema import open_reader
from inspector.store.words import add_next, open_words, start_over

__all__ = ["Indexer"]

_QUIET: Final = 0.5  # seconds in which nothing was written, by whatever process
_REST: Final = 1.0  # as long as a block took, so many times it rests: half of a core is enough


class Indexer:
    """A thread with connections of its own, which holds up nobody who writes. Where it fails, looking for a word takes
    longer, and nothing else is lost."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-indexer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End, after the block that is being read."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with closing(open_reader(self._path)) as store, closing(open_words(self._path)) as words:
                self._follow(store, words)
        except (sqlite3.Error, OSError):
            return  # the disk is full, or this SQLite has no FTS5: words are looked for in everything then

    def _follow(self, store: sqlite3.Connection, words: sqlite3.Connection) -> None:
        read = None  # as of which version of the store
        while not self._ended.is_set():
            version = _version(store)
            if version == read or self._ended.wait(_QUIET) or _version(store) != version:
                self._ended.wait(_QUIET)
                continue
            start_over(store, words)
            if self._read(store, words, version):
                read = version

    def _read(self, store: sqlite3.Connection, words: sqlite3.Connection, version: int) -> bool:
        """Read until everything has been, or something is written; whether it was everything."""
        while not self._ended.is_set() and _version(store) == version:
            begun = time.perf_counter()
            if not add_next(store, words):
                return True
            self._ended.wait((time.perf_counter() - begun) * _REST)
        return False


def _version(store: sqlite3.Connection) -> int:
    """A number that changes whenever anybody has written."""
    return int(store.execute("PRAGMA data_version").fetchone()[0])
