"""What is read of a session. Reading is a matter of microseconds and done in place, but for what looks into bodies."""

import asyncio
import sqlite3
from array import array
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from inspector.core.query import Query
from inspector.core.timeline import Moment
from inspector.model import ARRIVAL, Delivery, EventRow, InspectorError, Order, Remaining
from inspector.store import read
from inspector.store.schema import open_reader
from inspector.store.search import OF_SESSION, newer, search
from inspector.store.trouble import trouble

__all__ = ["LAST", "Reader", "reading"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

LAST: Final = 2**63 - 1
"""Beyond every id."""


class Reader:
    """Reads a session, through a connection of its own. Raises InspectorError where the file cannot be read."""

    def __init__(self, path: Path, session: str, connection: sqlite3.Connection) -> None:
        self.path = path
        self.session = session
        self._reader = connection

    def ids(self, query: Query, now: float, after: int = 0, order: Order = ARRIVAL) -> "array[int]":
        """The ids of the session's rows that a filter lets through by the clock `now`, beyond `after`, in an order."""
        if after:
            return self._read(newer, self.session, query, now, after, order)
        return self._read(_all, self.path, self.session, query, now, order)

    async def find(self, query: Query, now: float, order: Order = ARRIVAL) -> AsyncGenerator["array[int]", None]:
        """What `ids` returns, looked for in a thread, so that the loop goes on; ends early where it is cancelled.

        In the order of arrival it comes piece by piece, the newest first, each in its order.
        """
        with closing(open_reader(self.path)) as connection:
            pieces = search(connection, self.path, self.session, query, now, order)
            while (found := await _apart(connection, next, pieces, None)) is not None:
                yield found

    async def related(self, ids: Collection[str]) -> list[Moment]:
        """The events of the session that name one of these ids, looked for in a thread."""
        return await self._aside(read.related, self.session, ids)

    async def _aside(
        self,
        function: Callable[Concatenate[sqlite3.Connection, Parameters], Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Result:
        with closing(open_reader(self.path)) as connection:
            return await _apart(connection, function, connection, *arguments, **named)

    def rows(self, ids: Sequence[int]) -> list[EventRow]:
        """The rows of these ids, in their order; an id that is not there is left out."""
        return self._read(read.rows, ids)

    def rows_of(self, deliveries: Sequence[int]) -> "array[int]":
        """The ids of the rows of these deliveries, ascending."""
        return self._read(_rows_of, deliveries)

    def last_id(self) -> int:
        """The id of the newest row of the session; 0 for none."""
        return self._read(_number, f"SELECT max(id) FROM events WHERE {OF_SESSION}", self.session)

    def total(self, after: int = 0, upto: int = LAST) -> int:
        """How many rows the session has, or has between two ids: beyond the one, and with the other."""
        sql = f"SELECT count(*) FROM events WHERE {OF_SESSION} AND id > ? AND id <= ?"
        return self._read(_number, sql, self.session, after, upto)

    async def remaining(self, upto: int) -> Remaining:
        """What is left of the session's rows up to an id, counted in a thread."""
        return await self._aside(read.remaining, self.session, upto)

    def delivery(self, number: int) -> Delivery:
        """A delivery with its attempts, of whatever session. InspectorError for a number that is not there."""
        return self._read(read.delivery, number)

    def deliveries_of(self, connectors: Collection[str]) -> list[int]:
        """The numbers of the session's deliveries of these connectors, ascending."""
        return self._read(read.deliveries_of, self.session, connectors)

    def version(self) -> int:
        """A number that changes whenever another connection, of whatever process, has written."""
        return self._read(_version)

    def sessions(self) -> list[read.SessionSummary]:
        """Every session of the store, the oldest first."""
        return self._read(read.sessions)

    def _read(
        self,
        function: Callable[Concatenate[sqlite3.Connection, Parameters], Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Result:
        return reading(function, self._reader, *arguments, **named)


def reading(function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
    """What a function reads of the file. Raises InspectorError where the file cannot be read."""
    try:
        return function(*arguments, **named)
    except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
        raise trouble(error, "The store cannot be read") from None


async def _apart(
    connection: sqlite3.Connection,
    function: Callable[Parameters, Result],
    *arguments: Parameters.args,
    **named: Parameters.kwargs,
) -> Result:
    """What a function reads through a connection, in a thread, which is waited for: nobody else may close it then."""
    work = asyncio.ensure_future(asyncio.to_thread(reading, partial(function, *arguments, **named)))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        connection.interrupt()
        with suppress(InspectorError):
            await work
        raise


def _all(
    connection: sqlite3.Connection, path: Path, session: str, query: Query, now: float, order: Order
) -> "array[int]":
    found = array("q")
    for piece in search(connection, path, session, query, now, order):
        piece.extend(found)
        found = piece
    return found


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _rows_of(connection: sqlite3.Connection, deliveries: Sequence[int]) -> "array[int]":
    sql = "SELECT id FROM events WHERE delivery IN (SELECT value FROM json_each(?)) ORDER BY id"
    return array("q", (row[0] for row in connection.execute(sql, (str(list(deliveries)),))))


def _number(connection: sqlite3.Connection, sql: str, *parameters: str | int) -> int:
    return int(connection.execute(sql, parameters).fetchone()[0] or 0)
