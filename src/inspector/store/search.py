"""Finding the rows that a filter lets through: piece by piece, the newest first, so that they can be shown."""

import sqlite3
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from inspector.core.query import Query
from inspector.model import ARRIVAL, Order
from inspector.store.filter import Condition, Plan, plan, ranges
from inspector.store.order import sorting
from inspector.store.words import Span, spans

__all__ = ["OF_SESSION", "newer", "search"]

OF_SESSION: Final = "session = (SELECT id FROM sessions WHERE name = ?)"
_IDS = msgspec.json.Decoder(list[int])
_FIRST, _LARGEST, _GROWTH = 8_192, 32_768, 4  # rows that a piece is looked for in: few at first, and then more
_MANY: Final = 0.25  # of all deliveries: where a text may be in so many, they are looked through one after the other
# Each end of its own: SQLite goes through everything for two of them in one SELECT.
_FIRST_ID: Final = f"SELECT min(id) FROM events WHERE {OF_SESSION}"
_LAST_ID: Final = f"SELECT max(id) FROM events WHERE {OF_SESSION}"
_NUMBERS: Final = "SELECT (SELECT min(number) FROM deliveries), (SELECT max(number) FROM deliveries)"
_SPANS: Final = (
    "(SELECT json_extract(value, '$[0]') AS span_first, json_extract(value, '$[1]') AS span_last FROM json_each(?)) "
    "CROSS JOIN events INDEXED BY events_delivery ON delivery BETWEEN span_first AND span_last"
)


def search(
    connection: sqlite3.Connection, path: Path, session: str, query: Query, now: float, order: Order
) -> "Iterator[array[int]]":
    """The ids of the session's rows that a filter lets through by the clock `now`; sorted otherwise than by arrival,
    all at once."""
    found = plan(query, now)
    few = _few(connection, spans(connection, path, query)) or _sparse(connection, session, ranges(query, now))
    if few is not None:
        rows, parameters = few
        yield _ids(connection, f"{rows} WHERE {OF_SESSION} AND ", found, [*parameters, session], order)
        return
    first = (connection.execute(_FIRST_ID, (session,)).fetchone()[0] or 1) - 1
    high = connection.execute(_LAST_ID, (session,)).fetchone()[0] or 0
    many = high - first if order != ARRIVAL else _FIRST
    where = f"events INDEXED BY {found.by} WHERE {OF_SESSION} AND id > ? AND id <= ? AND "
    while high > first:
        low = max(first, high - many)
        yield _ids(connection, where, found, [session, low, high], order)
        high, many = low, min(many * _GROWTH, _LARGEST)


def newer(
    connection: sqlite3.Connection, session: str, query: Query, now: float, after: int, order: Order
) -> "array[int]":
    """The same for the few rows beyond an id. They are at the end of the table, where an index would lead to all that
    ever fitted."""
    where = f"events NOT INDEXED WHERE {OF_SESSION} AND id > ? AND "
    return _ids(connection, where, plan(query, now), [session, after], order)


def _few(connection: sqlite3.Connection, found: list[Span] | None) -> Condition | None:
    """The rows where a text may be; None where that is not known, or nearly everywhere."""
    if found is None:
        return None
    oldest, newest = (each or 0 for each in connection.execute(_NUMBERS).fetchone())
    many = sum(min(each.last, newest) - each.first + 1 for each in found)
    few = many <= max((newest - oldest) * _MANY, _FIRST)
    return (_SPANS, [msgspec.json.encode(found).decode()]) if few else None


def _sparse(connection: sqlite3.Connection, session: str, found: list[Condition]) -> Condition | None:
    """The rows beyond a bound; None where there are many: a look into the newest soon finds some."""
    for rows, bounds in found:
        some = f"SELECT 1 FROM {rows} WHERE {OF_SESSION} LIMIT {_LARGEST}"
        if connection.execute(f"SELECT count(*) FROM ({some})", [*bounds, session]).fetchone()[0] < _LARGEST:
            return rows, bounds
    return None


def _ids(connection: sqlite3.Connection, where: str, found: Plan, parameters: list[Any], order: Order) -> "array[int]":
    """As one value: SQLite's module gives up the interpreter lock for every row and has to win it back."""
    rows = f"SELECT events.id FROM {where}{found.condition} ORDER BY {sorting(order)}"
    told = connection.execute(f"SELECT json_group_array(id) FROM ({rows})", [*parameters, *found.parameters])
    return array("q", _IDS.decode(told.fetchone()[0]))
