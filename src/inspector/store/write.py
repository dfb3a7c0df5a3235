"""What is written: deliveries with their events, and attempts. A batch takes a handful of statements.

SQLite's Python module gives up the interpreter lock for every row that it steps over and has to win it back from
the event loop; one statement with many rows gives it up once. Hence the statements with as many VALUES as rows.
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

from inspector.model import ForwardAttempt, Inspection
from inspector.store.rows import (
    ATTEMPT_COLUMNS,
    DELIVERY_COLUMNS,
    EVENT_COLUMNS,
    Kept,
    attempt_values,
    encode_inspection,
)

__all__ = ["write_attempts", "write_deliveries", "write_verdicts"]

_ROWS: Final = 32  # rows a statement; each number of rows up to it is a statement that stays prepared

_ATTEMPT: Final = f"INSERT INTO attempts ({ATTEMPT_COLUMNS}) VALUES ({', '.join('?' * len(ATTEMPT_COLUMNS.split()))})"
_INSPECTION: Final = "UPDATE deliveries SET inspection = ? WHERE number = ?"
_VERDICT: Final = "UPDATE events SET verdict = ?, reason = ? WHERE delivery = ? AND position = ?"
_LAST_ATTEMPT: Final = (
    "UPDATE events SET attempts = attempts + 1, app_status = ?, app_seconds = ?, app_error = ? WHERE delivery = ?"
)


def write_deliveries(session: str, connection: sqlite3.Connection, batch: Sequence[Kept]) -> list[int]:
    """Deliveries of a session with their events; their numbers. The session begins with its first delivery."""
    session_id = _session_id(connection, session, batch[0].received_at)
    last = connection.execute("SELECT max(number) FROM deliveries").fetchone()[0] or 0
    numbers = list(range(last + 1, last + 1 + len(batch)))
    numbered = list(zip(numbers, batch, strict=True))
    deliveries = [(number, session_id, *kept.delivery) for number, kept in numbered]
    _insert(connection, "deliveries", DELIVERY_COLUMNS, deliveries)
    events = [(session_id, number, *event) for number, kept in numbered for event in kept.events]
    _insert(connection, "events", EVENT_COLUMNS, events)
    return numbers


def _session_id(connection: sqlite3.Connection, name: str, now: float) -> int:
    found = connection.execute("SELECT id FROM sessions WHERE name = ?", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    begun = connection.execute("INSERT INTO sessions (name, started_at) VALUES (?, ?)", (name, now))
    return int(begun.lastrowid or 0)


def write_attempts(connection: sqlite3.Connection, batch: Sequence[ForwardAttempt]) -> list[None]:
    """Attempts; the rows of their deliveries tell the last one."""
    for attempt in batch:
        connection.execute(_ATTEMPT, attempt_values(attempt))
        last = (attempt.status_code, attempt.elapsed, attempt.error, attempt.delivery)
        connection.execute(_LAST_ATTEMPT, last)
    return [None] * len(batch)


def write_verdicts(connection: sqlite3.Connection, batch: Sequence[tuple[int, Inspection]]) -> list[None]:
    """Deliveries whose signatures could be checked only now: their numbers and the inspections made anew."""
    for number, inspection in batch:
        connection.execute(_INSPECTION, (encode_inspection(inspection), number))
        verdicts = [event.verification for event in inspection.events] or [inspection.verification]
        for position, found in enumerate(verdicts):
            connection.execute(_VERDICT, (found.verdict.value, found.reason, number, position))
    return [None] * len(batch)


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        connection.execute(_statement(table, columns, len(some)), list(chain.from_iterable(some)))


@cache
def _statement(table: str, columns: str, rows: int) -> str:
    row = f"({', '.join('?' * len(columns.split()))})"
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * rows)}"
