"""Rescue: what can be read of a damaged store becomes a store of its own.

Nothing is read from the damaged file itself, into which SQLite would copy its log, but from a copy. Rows are asked for
by ranges of their ids, and a range that cannot be read is halved until what is lost is a single row. The rows of the
list are made anew from the inspections.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import msgspec

from inspector.model import CapturedRequest, Inspection, InspectorError
from inspector.store.rows import (
    ATTEMPT_COLUMNS,
    DELIVERY_COLUMNS,
    JOB_COLUMNS,
    attempt_of,
    decode_inspection,
    encode_inspection,
    event_rows,
    request_of,
)
from inspector.store.schema import FILE, connect, open_writer, refuse_foreign
from inspector.store.write import write_events

__all__ = ["Inspect", "Rescued", "rescue"]

_RANGE: Final = 1_000  # ids that are asked for at once
_SMALLEST: Final = 64  # bytes of a row: no file holds more rows than that allows
_NUMBERS: Final = (
    "SELECT max(number) FROM deliveries",
    "SELECT max(delivery) FROM events",
    "SELECT max(delivery) FROM attempts",
)
_BEGINNING: Final = encode_inspection(Inspection())[:12]
_CHANGED: Final = "SELECT changed, delivery, position FROM events WHERE delivery = ?"
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, TypeError)  # bytes that are not what was written
_REQUEST: Final = [str, str, bytes, bytes, float, str]  # what the columns of a request hold
_LAST_ATTEMPTS: Final = """
    UPDATE events SET attempts = made, app_status = status_code, app_seconds = elapsed, app_error = error FROM (
        SELECT delivery AS sent, count(*) AS made, status_code, elapsed, error, max(id) FROM attempts GROUP BY delivery
    ) WHERE delivery = sent
"""

Inspect = Callable[[CapturedRequest, str], Inspection]
"""Inspects a request that came under a label."""


class Rescued(NamedTuple):
    """What came of it: how many sessions, deliveries and attempts are in the new store, and how many deliveries could
    not be read."""

    sessions: int
    deliveries: int
    attempts: int
    lost: int


def rescue(folder: Path, to: Path, inspect: Inspect) -> Rescued:
    """Make a store in the folder `to`, which must not be there, of what the store in `folder` still gives.

    `inspect` is asked where a request can be read and what was made of it cannot. Raises InspectorError where there is
    no store, or nothing to be had from it; then there is no new one.
    """
    if not (folder / FILE).is_file():
        raise InspectorError(f"There is no store in {folder}", hint="--data names the folder")
    if to.exists():
        raise InspectorError(f"{to} is there already", hint="Name another folder: inspector sessions rescue DIR")
    try:
        to.mkdir(parents=True)
        with TemporaryDirectory(dir=to) as place:
            return _rescue(_copied(folder, Path(place)), to / FILE, inspect)
    except (InspectorError, sqlite3.Error, OSError) as error:
        shutil.rmtree(to, ignore_errors=True)
        if isinstance(error, OSError):
            raise InspectorError(f"{to} cannot be written", str(error.strerror)) from None
        if isinstance(error, sqlite3.Error):
            raise InspectorError("Nothing of the store can be read", f"{folder / FILE}: {error}") from None
        raise


def _copied(folder: Path, place: Path) -> Path:
    for name in (FILE, f"{FILE}-wal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(folder / name, place / name)
    return place / FILE


def _rescue(source: Path, target: Path, inspect: Inspect) -> Rescued:
    with closing(connect(source)) as damaged, closing(open_writer(target)) as new:
        refuse_foreign(damaged, source)
        damaged.text_factory = lambda content: content.decode(errors="replace")
        new.execute("BEGIN")
        rescuer = _Rescuer(damaged, new, inspect)
        rescuer.copy("sessions", "id, name, started_at", "id")
        lost = rescuer.copy_deliveries()
        new.execute(
            "INSERT OR IGNORE INTO sessions SELECT DISTINCT session, 'rescued-' || session, 0 FROM deliveries "
            "WHERE session NOT IN (SELECT id FROM sessions)"
        )
        rescuer.copy("attempts", ATTEMPT_COLUMNS, "id", attempt_of)
        rescuer.copy("jobs", JOB_COLUMNS, "delivery")
        for table in ("attempts", "jobs"):
            new.execute(f"DELETE FROM {table} WHERE delivery NOT IN (SELECT number FROM deliveries)")
        new.execute(_LAST_ATTEMPTS)
        new.execute("COMMIT")
        sessions, deliveries, attempts = (
            int(new.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("sessions", "deliveries", "attempts")
        )
        return Rescued(sessions, deliveries, attempts, lost)


class _Rescuer:
    """Copies what can be read through one connection into the tables of another."""

    def __init__(self, damaged: sqlite3.Connection, new: sqlite3.Connection, inspect: Inspect) -> None:
        self._damaged = damaged
        self._new = new
        self._inspect = inspect
        self._events = 0  # rows that were made so far
        pages, size = (damaged.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        self._most = pages * size // _SMALLEST

    def copy(
        self, table: str, columns: str, key: str, read: Callable[[Sequence[Any]], object] = lambda _: None
    ) -> None:
        """Copy the rows of a table that can be read, and that `read` can make something of."""
        if not self._damaged.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
            return  # the store is older than that
        insert = f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({_marks(columns)})"
        for row in self._rows(table, columns, key, self._last(f"SELECT max({key}) FROM {table}")):
            with suppress(*_UNREADABLE):
                if row is not None:
                    read(row)
                    self._new.execute(insert, row)

    def copy_deliveries(self) -> int:
        """Copy the deliveries, and make the rows of their events; how many cannot be read."""
        known = {row[1] for row in self._damaged.execute("PRAGMA table_info(deliveries)")}
        columns = f"{DELIVERY_COLUMNS}, {'before' if 'before' in known else 'NULL'}"
        insert = f"INSERT INTO deliveries ({DELIVERY_COLUMNS}, before) VALUES ({_marks(columns)})"
        lost = 0
        for row in self._rows("deliveries", columns, "number", self._last(*_NUMBERS)):
            try:
                number, session, label, *request, inspection, before = row or ()
                found = self._inspection(label, request, inspection)
            except _UNREADABLE:
                lost += 1
                continue
            self._new.execute(insert, (number, session, label, *request, encode_inspection(found), _whole(before)))
            events = [(session, number, *each) for each in event_rows(request[4], label, found)]
            write_events(self._new, events, self._events)
            self._events += len(events)
            if before is not None:
                self._copy_changes(number)
        return lost

    def _inspection(self, label: str, request: Sequence[Any], content: bytes) -> Inspection:
        """What was made of a request; made anew where that cannot be read. _UNREADABLE where the request cannot be.

        It is the end of a row. Where it does not even begin as it was written, neither is what comes before it.
        """
        if [type(each) for each in request] != _REQUEST:
            raise TypeError
        captured = request_of(*request)
        try:
            return decode_inspection(content)
        except _UNREADABLE:
            if not content.startswith(_BEGINNING):
                raise
            return self._inspect(captured, label)

    def _copy_changes(self, number: int) -> None:
        """Which fields of a delivery's events differ from what was found first."""
        with suppress(sqlite3.DatabaseError):
            for row in self._damaged.execute(_CHANGED, (number,)):
                self._new.execute("UPDATE events SET changed = ? WHERE delivery = ? AND position = ?", row)

    def _last(self, *questions: str) -> int:
        """The largest id that is known of, or that there can be."""
        found = []
        for sql in questions:
            with suppress(sqlite3.DatabaseError):
                found.append(self._damaged.execute(sql).fetchone()[0] or 0)
        return max(found, default=self._most)

    def _rows(self, table: str, columns: str, key: str, last: int) -> Iterator[Sequence[Any] | None]:
        """The rows of a table by their ids; None for each id that cannot be read."""
        sql = f"SELECT {columns} FROM {table} WHERE {key} BETWEEN ? AND ? ORDER BY {key}"
        for start in range(1, last + 1, _RANGE):
            waiting = [(start, min(start + _RANGE - 1, last))]
            while waiting:
                low, high = waiting.pop()
                try:
                    yield from self._damaged.execute(sql, (low, high)).fetchall()
                except sqlite3.DatabaseError:
                    middle = (low + high) // 2
                    if low == high:
                        yield None
                    else:
                        waiting += [(middle + 1, high), (low, middle)]


def _whole(before: bytes | None) -> bytes | None:
    """What was found first, if it can be read."""
    with suppress(*_UNREADABLE):
        return before and encode_inspection(decode_inspection(before))
    return None


def _marks(columns: str) -> str:
    return ", ".join("?" * len(columns.split(",")))
