"""What is read: rows of the list, deliveries, sessions. Pages are read by id, never by OFFSET."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from inspector.model import Delivery, EventRow, InspectorError
from inspector.store.rows import ATTEMPT_COLUMNS, attempt_of, decode_inspection, request_of

__all__ = ["SessionSummary", "delivery", "rows", "sessions"]

_SAME: Final = (
    "other.event_id = events.event_id AND other.session = events.session AND other.connector = events.connector"
)
_ROWS: Final = f"""
    SELECT id, delivery, position, received_at, connector, label, event_type, native_type, native_detail,
        amount, currency, verdict, reason, test_mode, event_id, object_id, status, problem, attempts,
        app_status, app_seconds, app_error,
        (SELECT max(count(*), 1) FROM events AS other WHERE {_SAME}),
        (SELECT nullif(min(delivery), events.delivery) FROM events AS other WHERE {_SAME})
    FROM events WHERE id IN (SELECT value FROM json_each(?))
"""
_TEST_MODE: Final = 13  # the column that is a number or nothing in SQLite and a truth value or None in the row
_DELIVERY: Final = f"""
    SELECT name, label, method, url, headers, body, received_at, peer, inspection,
        (SELECT min(other.delivery) FROM events JOIN events AS other ON {_SAME} WHERE events.delivery = number)
    FROM deliveries JOIN sessions ON id = session WHERE number = ?
"""
_ATTEMPTS: Final = f"SELECT {ATTEMPT_COLUMNS} FROM attempts WHERE delivery = ? ORDER BY id"
_SESSIONS: Final = """
    SELECT name, count(events.id), min(received_at), max(received_at)
    FROM sessions LEFT JOIN events ON session = sessions.id GROUP BY sessions.id ORDER BY sessions.id
"""


class SessionSummary(msgspec.Struct, frozen=True):
    """A session: how many rows it has, and the Unix seconds of its first and last delivery."""

    name: str
    rows: int
    first: float | None
    last: float | None


def rows(connection: sqlite3.Connection, ids: Sequence[int]) -> list[EventRow]:
    """The rows of these ids, in their order; an id that is not there is left out."""
    found: dict[int, EventRow] = {}
    for values in connection.execute(_ROWS, (str(list(ids)),)):
        found[values[0]] = _row(list(values))
    return [found[each] for each in ids if each in found]


def _row(values: list[Any]) -> EventRow:
    if values[_TEST_MODE] is not None:
        values[_TEST_MODE] = bool(values[_TEST_MODE])
    return EventRow(*values)


def delivery(connection: sqlite3.Connection, number: int) -> Delivery:
    """A delivery with its attempts. Raises InspectorError for a number that is not there."""
    found = connection.execute(_DELIVERY, (number,)).fetchone()
    if found is None:
        raise InspectorError(f"There is no delivery {number}", hint="inspector events lists what is stored")
    session, label, *request, inspection, first = found
    return Delivery(
        number=number,
        session=session,
        label=label,
        request=request_of(*request),
        inspection=decode_inspection(inspection),
        attempts=tuple(attempt_of(values) for values in connection.execute(_ATTEMPTS, (number,))),
        duplicate_of=first if first != number else None,
    )


def sessions(connection: sqlite3.Connection) -> list[SessionSummary]:
    """Every session of the store, the oldest first."""
    return [SessionSummary(*row) for row in connection.execute(_SESSIONS)]
