"""What is read of a session. Reading is a matter of microseconds and done in place, but for what looks into bodies."""

import asyncio
import sqlite3
from array import array
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import msgspec

from inspector.core.query import Query
from inspector.core.timeline import Moment
from inspector.model import ARRIVAL, Delivery, EventRow, Order
from inspector.store import read
from inspector.store.filter import conditions
from inspector.store.order import sorting
from inspector.store.schema import open_reader
from inspector.store.trouble import trouble

__all__ = ["Reader", "reading"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_IDS = msgspec.json.Decoder(list[int])
_OF_SESSION = "session = (SELECT id FROM sessions WHERE name = ?)"


class Reader:
    """Reads a session, through a connection of its own. Raises InspectorError where the file cannot be read."""

    def __init__(self, path: Path, session: str, connection: sqlite3.Connection) -> None:
        self.path = path
        self.session = session
        self._reader = connection

    def ids(self, query: Query, now: float, after: int = 0, order: Order = ARRIVAL) -> "array[int]":
        """The ids of the session's rows that a filter lets through by the clock `now`, beyond `after`, in an order."""
        return self._read(_ids, self.session, query, now, after, order)

    async def find(self, query: Query, now: float, order: Order = ARRIVAL) -> "array[int]":
        """What `ids` returns, looked for in a thread, so that the loop goes on; ends early where it is cancelled."""
        return await self._aside(_ids, self.session, query, now, 0, order)

    async def related(self, ids: Collection[str]) -> list[Moment]:
        """The events of the session that name one of these ids, looked for in a thread."""
        return await self._aside(read.related, self.session, ids)

    async def _aside(
        self,
        function: Callable[Concatenate[sqlite3.Connection, Parameters], Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Result:
        connection = open_reader(self.path)

        def work() -> Result:
            with closing(connection):
                return reading(function, connection, *arguments, **named)

        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            with suppress(sqlite3.ProgrammingError):  # it has just ended and closed the connection
                connection.interrupt()
            raise

    def rows(self, ids: Sequence[int]) -> list[EventRow]:
        """The rows of these ids, in their order; an id that is not there is left out."""
        return self._read(read.rows, ids)

    def rows_of(self, deliveries: Sequence[int]) -> "array[int]":
        """The ids of the rows of these deliveries, ascending."""
        return self._read(_rows_of, deliveries)

    def last_id(self) -> int:
        """The id of the newest row of the session; 0 for none."""
        return self._read(_number, f"SELECT max(id) FROM events WHERE {_OF_SESSION}", self.session)

    def total(self) -> int:
        """How many rows the session has."""
        return self._read(_number, f"SELECT count(*) FROM events WHERE {_OF_SESSION}", self.session)

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


def reading(
    function: Callable[Concatenate[sqlite3.Connection, Parameters], Result],
    connection: sqlite3.Connection,
    *arguments: Parameters.args,
    **named: Parameters.kwargs,
) -> Result:
    """What a function reads through a connection. Raises InspectorError where the file cannot be read."""
    try:
        return function(connection, *arguments, **named)
    except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
        raise trouble(error, "The store cannot be read") from None


def _ids(
    connection: sqlite3.Connection, session: str, query: Query, now: float, after: int, order: Order
) -> "array[int]":
    """All ids as one value: SQLite's module gives up the interpreter lock for every row and has to win it back."""
    condition, parameters = conditions(query, now)
    # What comes after a row is few rows at the end of the table; an index would lead to all that ever fitted.
    hint = "NOT INDEXED" if after else ""
    rows = f"SELECT id FROM events {hint} WHERE {_OF_SESSION} AND id > ? AND {condition} ORDER BY {sorting(order)}"
    sql = f"SELECT json_group_array(id) FROM ({rows})"
    return array("q", _IDS.decode(connection.execute(sql, [session, after, *parameters]).fetchone()[0]))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _rows_of(connection: sqlite3.Connection, deliveries: Sequence[int]) -> "array[int]":
    sql = "SELECT id FROM events WHERE delivery IN (SELECT value FROM json_each(?)) ORDER BY id"
    return array("q", (row[0] for row in connection.execute(sql, (str(list(deliveries)),))))


def _number(connection: sqlite3.Connection, sql: str, session: str) -> int:
    return int(connection.execute(sql, (session,)).fetchone()[0] or 0)
