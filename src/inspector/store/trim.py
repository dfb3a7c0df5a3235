"""Trimming: what is not to be kept goes, the oldest first, a few deliveries at a time, in the pauses of the writer.

A delivery that a destination has still to get stays until it is sent. What is freed is used again by what arrives; the
file gets shorter where that is not enough.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from inspector.model import Retention
from inspector.store.words import words_file
from inspector.store.write import keep_numbers

__all__ = ["Trimmer"]

_STEP: Final = 0.005  # seconds that a step takes, more or less: so long what arrives has to wait at most
_FEWEST, _MOST = 8, 512  # deliveries a step
_BYTES: Final = 1024**2  # of bodies a step
_LOOK: Final = 64  # deliveries that are looked at a step at least: one may bear a date of its own among the others
_WINDOW: Final = 1_000  # numbers that they are among
_PAGES: Final = 64  # that are given back a step
_FREE: Final = 0.1  # of the file that may be empty, for what arrives next
_BELOW: Final = 0.98  # of the size: so far it is trimmed once it is too large
_URGENT: Final = 1.05  # of the size: from here on what arrives has to wait
_REST: Final = 3  # times as long as a step took: so long the disk is left to what arrives
_PAUSE: Final = 1.0  # seconds between two looks
_AFTER_ERROR: Final = 60.0  # seconds
_INCREMENTAL: Final = 2  # PRAGMA auto_vacuum of a file that can get shorter

_OLDEST: Final = """
    SELECT delivery, min(received_at), (SELECT length(body) FROM deliveries WHERE number = delivery) FROM events
    WHERE delivery > ? AND delivery <= ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.delivery = events.delivery)
    GROUP BY delivery ORDER BY delivery LIMIT ?
"""
_ENDS: Final = (  # two selects: SQLite goes through everything for both ends in one
    "SELECT coalesce((SELECT min(number) FROM deliveries), 1) - 1, coalesce((SELECT max(number) FROM deliveries), 0)"
)
_TABLES: Final = (("attempts", "delivery"), ("events", "delivery"), ("deliveries", "number"))


class _Room(NamedTuple):
    """Of the store: the bytes that are in use, those of its files, the bytes of a page, the pages that are free, and
    whether they can be given back."""

    used: int
    whole: int
    page: int
    free: int
    shrinks: bool


class Trimmer:
    """Takes away what is not to be kept. `trimmed` is called, in the writer's thread, after each step that did."""

    def __init__(
        self, path: Path, retention: Retention, clock: Callable[[], float], trimmed: Callable[[], None]
    ) -> None:
        self._words = words_file(path)
        self._retention = retention
        self._clock = clock
        self._trimmed = trimmed
        self._after: int | None = None  # the number up to which has been looked at; None before a round
        self._many = _FEWEST
        self._over = self._any = False  # too large; something was taken away in this round
        self.urgent = False

    def work(self, connection: sqlite3.Connection) -> float:
        """Do one step; after how many seconds there may be another one to do."""
        try:
            begun = time.perf_counter()
            more = self._step(connection) or self._give_back(connection)
            return (time.perf_counter() - begun) * _REST if more else _PAUSE
        except sqlite3.Error:  # the disk is full, or another process has the lock: nothing is lost but time
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._after, self.urgent = None, False
            return _AFTER_ERROR

    def _step(self, connection: sqlite3.Connection) -> bool:
        """Take some away; whether there may be more of them."""
        room = _room(connection, self._words)
        if self._retention.size is not None:
            self._over = room.used > self._retention.size * (_BELOW if self._over else 1.0)
            self.urgent = room.used > self._retention.size * _URGENT
        first, newest = connection.execute(_ENDS).fetchone()
        after = max(first, self._after or 0)
        end = min(after + _WINDOW, newest)
        if self._victims(connection, after, end, newest):
            self._after = self._take_away(connection, after, end, newest)
            return True
        # Whatever stands there has still to be sent; or else it is young enough, and so is what comes after it.
        waiting = connection.execute(_OLDEST, (after, end, 1)).fetchone() is None
        self._after = end if waiting and end < newest else None
        if self._after is None:
            self.urgent = False  # nothing more can be taken away
            if self._any:
                _forget_the_empty(connection)
                self._any = False
        return self._after is not None

    def _victims(self, connection: sqlite3.Connection, after: int, end: int, newest: int) -> list[int]:
        """The numbers of some that are not to be kept. The newest is kept, whatever size it has."""
        seconds = self._retention.seconds
        before = None if seconds is None else self._clock() - seconds
        found: list[int] = []
        size = 0
        for number, received_at, length in connection.execute(_OLDEST, (after, end, max(self._many, _LOOK))).fetchall():
            if (before is not None and received_at < before) or (self._over and number < newest):
                found.append(number)
                size += length or 0
                if len(found) >= self._many or size > _BYTES:
                    break
        return found

    def _take_away(self, connection: sqlite3.Connection, after: int, end: int, newest: int) -> int:
        """Take some away in one transaction; the last number of them."""
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        found = self._victims(connection, after, end, newest)  # another process may have queued one meanwhile
        keep_numbers(connection)
        numbers = ", ".join(map(str, found))
        for table, column in _TABLES:
            connection.execute(f"DELETE FROM {table} WHERE {column} IN ({numbers})")
        connection.execute("COMMIT")
        pace = _STEP / max(time.perf_counter() - begun, 1e-6)
        self._many = min(max(int(self._many * min(pace, 2.0)), _FEWEST), _MOST)
        self._any = True
        self._trimmed()
        return found[-1] if found else after

    def _give_back(self, connection: sqlite3.Connection) -> bool:
        """Make the file shorter where it is too long or too empty; whether there is more to give back."""
        room = _room(connection, self._words)
        limit = self._retention.size
        long = limit is not None and room.whole > limit
        if not room.shrinks or not room.free or not (long or room.free * room.page > room.whole * _FREE):
            return False
        connection.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
        return True


def _room(connection: sqlite3.Connection, words: Path) -> _Room:
    page, pages, free, vacuum = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count", "auto_vacuum")
    )
    beside = words.stat().st_size if words.exists() else 0
    return _Room((pages - free) * page + beside, pages * page + beside, page, free, vacuum == _INCREMENTAL)


def _forget_the_empty(connection: sqlite3.Connection) -> None:
    """Sessions of which nothing is left, and what was told about deliveries that are gone."""
    connection.execute("DELETE FROM sessions WHERE NOT EXISTS (SELECT 1 FROM events WHERE session = sessions.id)")
    connection.execute(
        "DELETE FROM reinspected WHERE delivery <= (SELECT coalesce(min(number), 1) - 1 FROM deliveries)"
    )
