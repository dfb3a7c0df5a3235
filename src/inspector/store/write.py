"""What is written: deliveries with their events, and attempts. A batch takes a handful of statements.

SQLite's Python module gives up the interpreter lock for every row that it steps over and has to win it back from
the event loop; one statement with many rows gives it up once. Hence the statements with as many VALUES as rows.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, Final, TypeVar

from inspector.model import Delivery, ForwardAttempt, seconds
from inspector.store.copies import mark_again, mark_new
from inspector.store.kinds import EVENT_COLUMNS, KIND_COLUMNS, kinds_of
from inspector.store.rows import (
    ATTEMPT_COLUMNS,
    DELIVERY_COLUMNS,
    JOB_COLUMNS,
    Kept,
    attempt_values,
    encode_inspection,
    event_rows,
)

__all__ = [
    "delete_session",
    "keep_numbers",
    "rename_session",
    "slices",
    "write_attempts",
    "write_deliveries",
    "write_events",
    "write_inspections",
]

Row = TypeVar("Row")

_ROWS: Final = 32  # rows a statement; each number of rows up to it is a statement that stays prepared

_LAST: Final = """
    SELECT max(delivery, coalesce((SELECT max(number) FROM deliveries), 0)),
        max(event, coalesce((SELECT max(id) FROM events), 0)) FROM store
"""
_GIVEN: Final = f"UPDATE store SET (delivery, event) = ({_LAST})"
_INSPECTION: Final = "UPDATE deliveries SET inspection = ?, before = ? WHERE number = ?"
_OF_EVENT: Final = (*EVENT_COLUMNS.split(", ")[3:], "changed")  # without session, delivery and position
_EVENT: Final = (
    f"UPDATE events SET {', '.join(f'{each} = ?' for each in _OF_EVENT)} WHERE delivery = ? AND position = ?"
)
_MORE: Final = (
    f"INSERT INTO events (id, session, delivery, position, {', '.join(_OF_EVENT)}) "
    f"SELECT ?, session, {', '.join('?' * (len(_OF_EVENT) + 2))} FROM deliveries WHERE number = ?"
)


def write_deliveries(session: str, connection: sqlite3.Connection, batch: Sequence[Kept]) -> list[int]:
    """Deliveries of a session with their events; their numbers. The session begins with its first delivery."""
    session_id = _session_id(connection, session, batch[0].received_at)
    last, last_event = connection.execute(_LAST).fetchone()
    numbers = list(range(last + 1, last + 1 + len(batch)))
    numbered = list(zip(numbers, batch, strict=True))
    deliveries = [(number, session_id, *kept.delivery) for number, kept in numbered]
    _insert(connection, "deliveries", DELIVERY_COLUMNS, deliveries)
    write_events(
        connection, [(session_id, number, *event) for number, kept in numbered for event in kept.events], last_event
    )
    _insert(connection, "jobs", JOB_COLUMNS, [(number, *job) for number, kept in numbered for job in kept.jobs])
    return numbers


def write_events(connection: sqlite3.Connection, events: Sequence[tuple[Any, ...]], last: int) -> None:
    """Rows of EVENT_COLUMNS, under ids beyond the last, and their kinds."""
    _insert(connection, "kinds", KIND_COLUMNS, kinds_of(events), "INSERT OR IGNORE")
    numbered = [(id_, *event) for id_, event in enumerate(events, last + 1)]
    _insert(connection, "events", f"id, {EVENT_COLUMNS}", numbered)
    mark_new(connection, last)


def _session_id(connection: sqlite3.Connection, name: str, now: float) -> int:
    found = connection.execute("SELECT id FROM sessions WHERE name = ?", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    begun = connection.execute("INSERT INTO sessions (name, started_at) VALUES (?, ?)", (name, now))
    return int(begun.lastrowid or 0)


def rename_session(connection: sqlite3.Connection, batch: Sequence[tuple[str, str]]) -> list[None]:
    """Sessions under other names, each the old and the new one. A name that is taken is refused by the table."""
    connection.executemany("UPDATE sessions SET name = ? WHERE name = ?", [(new, old) for old, new in batch])
    return [None] * len(batch)


def keep_numbers(connection: sqlite3.Connection) -> None:
    """Remember the highest numbers before something is taken away: none is given twice."""
    connection.execute(_GIVEN)


def delete_session(connection: sqlite3.Connection, batch: Sequence[str]) -> list[None]:
    """Sessions with all that belongs to them."""
    keep_numbers(connection)
    own = "(SELECT number FROM deliveries WHERE session = (SELECT id FROM sessions WHERE name = ?))"
    for name in batch:
        connection.execute(f"DELETE FROM attempts WHERE delivery IN {own}", (name,))
        connection.execute(f"DELETE FROM jobs WHERE delivery IN {own}", (name,))
        connection.execute("DELETE FROM events WHERE session = (SELECT id FROM sessions WHERE name = ?)", (name,))
        connection.execute(f"DELETE FROM deliveries WHERE number IN {own}", (name,))
        connection.execute("DELETE FROM sessions WHERE name = ?", (name,))
    return [None] * len(batch)


def write_attempts(connection: sqlite3.Connection, batch: Sequence[ForwardAttempt]) -> list[None]:
    """Attempts; the rows of their deliveries tell the last one."""
    _insert(connection, "attempts", ATTEMPT_COLUMNS, [attempt_values(attempt) for attempt in batch])
    made = Counter(attempt.delivery for attempt in batch)
    last = {each.delivery: (each.status_code, each.elapsed, each.error, each.delivery) for each in batch}
    for some in slices([(made[delivery], *values) for delivery, values in last.items()]):
        connection.execute(_last_attempts(len(some)), list(chain.from_iterable(some)))
    return [None] * len(batch)


def write_inspections(connection: sqlite3.Connection, batch: Sequence[tuple[Delivery, str]]) -> list[None]:
    """Deliveries that were inspected anew, each with the names of the fields that differ from what was found first."""
    for delivery, changed in batch:
        number, before = delivery.number, delivery.before and encode_inspection(delivery.before)
        connection.execute(_INSPECTION, (encode_inspection(delivery.inspection), before, number))
        rows = event_rows(seconds(delivery.request.received_at), delivery.label, delivery.inspection)
        kinds = kinds_of([(0, number, *row) for row in rows])
        _insert(connection, "kinds", KIND_COLUMNS, kinds, "INSERT OR IGNORE")
        for position, *values in rows:
            if connection.execute(_EVENT, (*values, changed, number, position)).rowcount == 0:
                _, last_event = connection.execute(_LAST).fetchone()
                connection.execute(_MORE, (last_event + 1, number, position, *values, changed, number))
        connection.execute("INSERT INTO reinspected (delivery) VALUES (?)", (number,))
        connection.execute("DELETE FROM events WHERE delivery = ? AND position >= ?", (number, len(rows)))
        mark_again(connection, number)
    return [None] * len(batch)


@cache
def _last_attempts(rows: int) -> str:
    found = f"(VALUES {', '.join(['(?, ?, ?, ?, ?)'] * rows)})"
    return (
        "UPDATE events SET attempts = attempts + column1, app_status = column2, app_seconds = column3,"
        f" app_error = column4 FROM {found} WHERE delivery = column5"
    )


def slices(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """As many rows as a statement takes at once."""
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Sequence[tuple[Any, ...]], verb: str = "INSERT"
) -> None:
    for some in slices(rows):
        connection.execute(_statement(verb, table, columns, len(some)), list(chain.from_iterable(some)))


@cache
def _statement(verb: str, table: str, columns: str, rows: int) -> str:
    row = f"({', '.join('?' * len(columns.split()))})"
    return f"{verb} INTO {table} ({columns}) VALUES {', '.join([row] * rows)}"
