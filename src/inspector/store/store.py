"""The store: one SQLite file that keeps what arrived, what was made of it, and what the app answered."""

import sqlite3
from array import array
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from inspector.core.query import Query
from inspector.model import CapturedRequest, Delivery, EventRow, ForwardAttempt, Inspection, InspectorError
from inspector.store.filter import conditions
from inspector.store.rows import (
    ATTEMPT_COLUMNS,
    DELIVERY_COLUMNS,
    EVENT_COLUMNS,
    attempt_of,
    attempt_values,
    decode_inspection,
    delivery_values,
    event_values,
    request_of,
)
from inspector.store.schema import connect
from inspector.store.writer import Writer

__all__ = ["SessionSummary", "Store"]

_INSERT_DELIVERY: Final = f"INSERT INTO deliveries ({DELIVERY_COLUMNS}) VALUES ({', '.join('?' * 10)})"
_INSERT_EVENT: Final = f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ({', '.join('?' * 20)})"
_INSERT_ATTEMPT: Final = f"INSERT INTO attempts ({ATTEMPT_COLUMNS}) VALUES ({', '.join('?' * 9)})"
_SAME_EVENT: Final = (
    "FROM events AS other WHERE other.session = events.session AND other.connector = events.connector "
    "AND other.event_id = events.event_id"
)
_ROW: Final = f"""
    SELECT id, delivery, position, received_at, connector, label, event_type, native_type, native_detail, amount,
        currency, verdict, reason, test_mode, event_id, object_id, status, problem,
        (SELECT count(*) FROM attempts WHERE attempts.delivery = events.delivery),
        (SELECT count(*) {_SAME_EVENT}),
        (SELECT min(other.delivery) {_SAME_EVENT})
    FROM events WHERE id = ?
"""
_LAST_ATTEMPT: Final = "SELECT status_code, elapsed, error FROM attempts WHERE delivery = ? ORDER BY id DESC LIMIT 1"


class SessionSummary(msgspec.Struct, frozen=True):
    """A session: how many rows it has, and the Unix seconds of its first and last delivery."""

    name: str
    rows: int
    first: float | None
    last: float | None


class Store:
    """The deliveries of one session, and the names of the others.

    Writing is awaited until it is on the disk; reading is a matter of microseconds and done in place.
    """

    def __init__(self, folder: Path, session: str, now: float) -> None:
        self.path = _file(folder)
        try:
            self._writer = Writer(self.path)
        except sqlite3.Error as error:
            raise InspectorError(
                "The store cannot be opened",
                f"{self.path}: {error}",
                "Choose another folder with --data, or move the file away",
            ) from None
        self.session = session
        self._session = self._writer.now(lambda connection: _session_id(connection, session, now))
        self._reader = connect(self.path, reading=True)

    @classmethod
    def open(cls, folder: Path, session: str, now: float) -> "Store":
        """Open the store of a folder, which is made where it is not there. Raises InspectorError."""
        return cls(folder, session, now)

    def close(self) -> None:
        """Write what is waiting, and close."""
        self._reader.close()
        self._writer.close()

    def put(self, request: CapturedRequest, label: str, inspection: Inspection) -> Awaitable[int]:
        """Keep a delivery. Resolves to its number once it is on the disk; InspectorError where it cannot be."""
        session = self._session

        def write(connection: sqlite3.Connection) -> int:
            last = connection.execute("SELECT max(number) FROM deliveries").fetchone()[0]
            number: int = (last or 0) + 1
            connection.execute(_INSERT_DELIVERY, delivery_values(number, session, label, request, inspection))
            connection.executemany(_INSERT_EVENT, event_values(number, session, label, request, inspection))
            return number

        return self._writer.put(write)

    def put_attempt(self, attempt: ForwardAttempt) -> Awaitable[None]:
        """Keep an attempt to forward a delivery."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(_INSERT_ATTEMPT, attempt_values(attempt))

        return self._writer.put(write)

    def ids(self, query: Query, now: float, after: int = 0) -> "array[int]":
        """The ids of the rows that a filter lets through, ascending, beyond `after`."""
        condition, parameters = conditions(query, now)
        sql = f"SELECT id FROM events WHERE session = ? AND id > ? AND {condition} ORDER BY id"
        found = self._reader.execute(sql, [self._session, after, *parameters])
        return array("q", (row[0] for row in found))

    def rows(self, ids: Sequence[int]) -> list[EventRow]:
        """The rows of these ids, in their order; an id that is not there is left out."""
        found = (self._row(each) for each in ids)
        return [row for row in found if row is not None]

    def _row(self, row_id: int) -> EventRow | None:
        values = self._reader.execute(_ROW, (row_id,)).fetchone()
        if values is None:
            return None
        *columns, attempts, copies, first = values
        columns[13] = None if columns[13] is None else bool(columns[13])
        status, elapsed, error = None, None, ""
        if attempts:
            status, elapsed, error = self._reader.execute(_LAST_ATTEMPT, (columns[1],)).fetchone()
        duplicate_of = first if first is not None and first < columns[1] else None
        return EventRow(*[*columns, attempts, status, elapsed, error, copies or 1, duplicate_of])

    def rows_of(self, deliveries: Sequence[int]) -> "array[int]":
        """The ids of the rows of these deliveries."""
        marks = ", ".join("?" * len(deliveries))
        sql = f"SELECT id FROM events WHERE delivery IN ({marks}) ORDER BY id"
        found = self._reader.execute(sql, list(deliveries))
        return array("q", (row[0] for row in found))

    def last_id(self) -> int:
        """The id of the newest row of the session; 0 for none."""
        found = self._reader.execute("SELECT max(id) FROM events WHERE session = ?", (self._session,)).fetchone()[0]
        return found or 0

    def total(self) -> int:
        """How many rows the session has."""
        sql = "SELECT count(*) FROM events WHERE session = ?"
        return int(self._reader.execute(sql, (self._session,)).fetchone()[0])

    def delivery(self, number: int) -> Delivery:
        """A delivery with its attempts. Raises InspectorError for a number that is not there."""
        cursor = self._reader.execute(
            "SELECT deliveries.*, sessions.name AS session_name FROM deliveries "
            "JOIN sessions ON sessions.id = deliveries.session WHERE number = ?",
            (number,),
        )
        found = cursor.fetchone()
        if found is None:
            raise InspectorError(f"There is no delivery {number}", hint="inspector events lists what is stored")
        values = {column[0]: value for column, value in zip(cursor.description, found, strict=True)}
        return Delivery(
            number=number,
            session=values["session_name"],
            label=values["label"],
            request=request_of(values),
            inspection=decode_inspection(values["inspection"]),
            attempts=self._attempts(number),
            duplicate_of=self._duplicate_of(number),
        )

    def _attempts(self, number: int) -> tuple[ForwardAttempt, ...]:
        sql = f"SELECT {ATTEMPT_COLUMNS} FROM attempts WHERE delivery = ? ORDER BY id"
        return tuple(attempt_of(values) for values in self._reader.execute(sql, (number,)))

    def _duplicate_of(self, number: int) -> int | None:
        sql = f"SELECT (SELECT min(other.delivery) {_SAME_EVENT}) FROM events WHERE delivery = ? ORDER BY id LIMIT 1"
        found = self._reader.execute(sql, (number,)).fetchone()
        return found[0] if found and found[0] is not None and found[0] < number else None

    def sessions(self) -> list[SessionSummary]:
        """Every session of the store, the oldest first."""
        sql = (
            "SELECT sessions.name, count(events.id), min(events.received_at), max(events.received_at) FROM sessions "
            "LEFT JOIN events ON events.session = sessions.id GROUP BY sessions.id ORDER BY sessions.id"
        )
        return [SessionSummary(*row) for row in self._reader.execute(sql)]


def _file(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InspectorError(
            f"The data folder {folder} cannot be made", str(error.strerror), "Choose another with --data"
        ) from None
    return folder / "inspector.db"


def _session_id(connection: sqlite3.Connection, name: str, now: float) -> int:
    connection.execute("INSERT OR IGNORE INTO sessions (name, started_at) VALUES (?, ?)", (name, now))
    return int(connection.execute("SELECT id FROM sessions WHERE name = ?", (name,)).fetchone()[0])
