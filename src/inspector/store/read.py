"""What is read: rows of the list, deliveries, sessions. Pages are read by id, never by OFFSET."""

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

from inspector.core.timeline import Moment
from inspector.model import MANY_COPIES, Delivery, EventRow, InspectorError, Remaining
from inspector.store.copies import SAME
from inspector.store.rows import ATTEMPT_COLUMNS, attempt_of, decode_inspection, request_of

__all__ = ["SessionSummary", "deliveries_of", "delivery", "related", "remaining", "rows", "sessions"]

_ROWS: Final = f"""
    SELECT id, delivery, position, received_at, connector, label, event_type, native_type, native_detail,
        amount, currency, verdict, reason, test_mode, event_id, object_id, status, problem, attempts,
        app_status, app_seconds, app_error, changed,
        (SELECT max(count(*), 1) FROM (SELECT 1 FROM events AS other WHERE {SAME} LIMIT {MANY_COPIES})),
        (SELECT nullif(min(delivery), events.delivery) FROM events AS other WHERE {SAME})
    FROM events WHERE id IN (SELECT value FROM json_each(?))
"""
_TEST_MODE: Final = 13  # the column that is a number or nothing in SQLite and a truth value or None in the row
_DELIVERY: Final = f"""
    SELECT name, label, method, url, headers, body, received_at, peer, inspection, before,
        (SELECT min((SELECT min(delivery) FROM events AS other WHERE {SAME})) FROM events WHERE delivery = number)
    FROM deliveries JOIN sessions ON id = session WHERE number = ?
"""
_ATTEMPTS: Final = f"SELECT {ATTEMPT_COLUMNS} FROM attempts WHERE delivery = ? ORDER BY id"
_EVENTS: Final = """
    SELECT delivery, position, events.received_at, inspection FROM events JOIN deliveries ON number = delivery
    WHERE events.session = (SELECT id FROM sessions WHERE name = ?)
"""
_NAMES: Final = "' ' || reference || ' ' LIKE ? ESCAPE '\\'"
_IDS: Final = 20  # that are looked for at once
_RELATED: Final = 500  # events of one story; a reference that more of them have tells nothing
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


def remaining(connection: sqlite3.Connection, session: str, upto: int) -> Remaining:
    """What is left of a session's rows up to an id."""
    of = "FROM events WHERE session = (SELECT id FROM sessions WHERE name = ?)"
    sent = "NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.delivery = events.delivery)"
    count = connection.execute(f"SELECT count(*) {of} AND id <= ?", (session, upto)).fetchone()[0]
    found = connection.execute(f"SELECT id {of} AND {sent} ORDER BY id LIMIT 1", (session,)).fetchone()
    first = found[0] if found else upto + 1
    waiting = connection.execute(f"SELECT id {of} AND id < ?", (session, first))
    return Remaining(count, first, {row[0] for row in waiting})


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
    session, label, *request, inspection, before, first = found
    return Delivery(
        number=number,
        session=session,
        label=label,
        request=request_of(*request),
        inspection=decode_inspection(inspection),
        before=None if before is None else decode_inspection(before),
        attempts=tuple(attempt_of(values) for values in connection.execute(_ATTEMPTS, (number,))),
        duplicate_of=first if first != number else None,
    )


def deliveries_of(connection: sqlite3.Connection, session: str, connectors: Collection[str]) -> list[int]:
    """The numbers of the session's deliveries of these connectors, ascending."""
    sql = (
        "SELECT DISTINCT delivery FROM events WHERE session = (SELECT id FROM sessions WHERE name = ?) "
        f"AND kind IN (SELECT id FROM kinds WHERE connector IN ({', '.join('?' * len(connectors))})) ORDER BY delivery"
    )
    return [row[0] for row in connection.execute(sql, [session, *connectors])]


def related(connection: sqlite3.Connection, session: str, ids: Collection[str]) -> list[Moment]:
    """The events of a session that name one of these ids, or one that such an event names beside it."""
    asked: set[str] = set()
    found: dict[tuple[int, int], Moment] = {}
    while (new := sorted(set(ids) - asked)) and len(found) < _RELATED:
        asked.update(new)
        for start in range(0, len(new), _IDS):
            some = [f"% {_escaped(each)} %" for each in new[start : start + _IDS]]
            condition = " OR ".join([_NAMES] * len(some))
            rows = connection.execute(f"{_EVENTS} AND ({condition}) LIMIT {_RELATED}", [session, *some])
            for number, position, received_at, inspection in rows:
                events = decode_inspection(inspection).events
                if position < len(events) and not asked.isdisjoint(events[position].reference.ids):
                    found[number, position] = Moment(number, position, received_at, events[position])
        ids = {each for moment in found.values() for each in moment.event.reference.ids}
    return list(found.values())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def sessions(connection: sqlite3.Connection) -> list[SessionSummary]:
    """Every session of the store, the oldest first."""
    return [SessionSummary(*row) for row in connection.execute(_SESSIONS)]
