"""Jobs: what destinations have still to get. They are written with their deliveries, and end with an attempt."""

import sqlite3
from collections.abc import Awaitable, Collection, Sequence
from typing import Any, Final, NamedTuple

from inspector.model import CapturedRequest, Delivery, ForwardAttempt, InspectorError, Job
from inspector.store.reader import reading
from inspector.store.rows import JOB_COLUMNS, job_values, request_of
from inspector.store.write import slices, write_attempts
from inspector.store.writer import Writer

__all__ = ["Jobs"]

_JOB: Final = "SELECT destination, delivery, connector, about, tries, due FROM jobs"
# Looking a delivery up for each job would cost as much as sending it: SQLite's module gives up the interpreter lock and
# has to win it back from the writer.
_SMALL: Final = 64 * 1024  # bytes of a body that comes with its job
_DUE: Final = f"""
    SELECT destination, delivery, connector, about, tries, due,
        method, url, headers, CASE WHEN length(body) <= {_SMALL} THEN body END, received_at, peer
    FROM jobs JOIN deliveries ON number = delivery
    WHERE destination = ? AND (due <= ? OR due > ?) ORDER BY delivery LIMIT ?
"""
_BODY: Final = 3  # the place of the body among what came
_OF: Final = f"{_JOB} WHERE delivery = ? ORDER BY destination"
_BACKLOG: Final = """
    SELECT destination, waiting, received_at FROM deliveries
    JOIN (SELECT destination, count(*) AS waiting, min(delivery) AS first FROM jobs GROUP BY destination)
    ON number = first ORDER BY destination
"""
_REQUEST: Final = "SELECT method, url, headers, body, received_at, peer FROM deliveries WHERE number = ?"
_DONE: Final = "DELETE FROM jobs WHERE destination = ? AND delivery IN "
_ADD: Final = (  # one that was taken away meanwhile has nothing to be sent
    f"INSERT OR REPLACE INTO jobs ({JOB_COLUMNS}) SELECT number, ?, ?, ?, ?, ? FROM deliveries WHERE number = ?"
)
_LATER: Final = "UPDATE jobs SET tries = ?, due = ? WHERE destination = ? AND delivery = ?"


class _Ended(NamedTuple):
    """A try: what came of it, and when the next one is due; None where the job is done."""

    job: Job
    attempt: ForwardAttempt
    due: float | None


class Jobs:
    """The jobs of a store, of whatever session. Reading and writing as in the store."""

    def __init__(self, connection: sqlite3.Connection, writer: Writer) -> None:
        self._connection = connection
        self._writer = writer

    def due(self, destination: str, now: float, longest: float, limit: int) -> list[Job]:
        """The first jobs of a destination that are due, in the order in which their deliveries came, with each its
        request, where that is small; those, too, that would have to wait more than the longest time there is: the clock
        was put back."""
        return reading(_due, self._connection, (destination, now, now + longest, limit))

    def of(self, delivery: int) -> list[Job]:
        """The jobs of a delivery."""
        return reading(_jobs, self._connection, _OF, (delivery,))

    def waiting(self) -> dict[str, int]:
        """How many jobs each destination has."""
        return reading(_waiting, self._connection)

    def backlog(self) -> list[tuple[str, int, float]]:
        """Of each destination that has jobs: its key, how many, and the Unix time at which the first of them came."""
        return reading(_backlog, self._connection)

    def request(self, delivery: int) -> CapturedRequest:
        """What came, and nothing of what was made of it."""
        return reading(_request, self._connection, delivery)

    def add(self, delivery: Delivery, destination: str, tries: int, due: float) -> "Awaitable[None]":
        """Let a destination get a delivery that it was not to get, or did not, from a Unix time on."""
        return self._writer.put(
            _write_added, (*job_values(delivery.inspection, destination, tries, due), delivery.number)
        )

    def tried(self, job: Job, attempt: ForwardAttempt, due: float | None) -> "Awaitable[None]":
        """Keep a try of a job, which is done, or is due again at a Unix time."""
        return self._writer.put(_write_tried, _Ended(job, attempt, due))

    def hasten(self, delivery: int, now: float) -> "Awaitable[int]":
        """Make the jobs of a delivery due; how many there are."""
        return self._writer.put(_write_hastened, (delivery, now))

    def cancel(self, delivery: int) -> "Awaitable[int]":
        """Drop the jobs of a delivery; how many there were."""
        return self._writer.put(_write_cancelled, delivery)


def _due(connection: sqlite3.Connection, parameters: Sequence[Any]) -> list[Job]:
    found: list[Job] = []
    for key, number, connector, about, tries, due, *came in connection.execute(_DUE, parameters):
        request = None if came[_BODY] is None else request_of(*came)
        found.append(Job(key, number, connector, about, tries, due, request))
    return found


def _jobs(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> list[Job]:
    return [Job(*values) for values in connection.execute(sql, parameters)]


def _waiting(connection: sqlite3.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT destination, count(*) FROM jobs GROUP BY destination").fetchall())


def _backlog(connection: sqlite3.Connection) -> list[tuple[str, int, float]]:
    return connection.execute(_BACKLOG).fetchall()


def _request(connection: sqlite3.Connection, delivery: int) -> CapturedRequest:
    found = connection.execute(_REQUEST, (delivery,)).fetchone()
    if found is None:
        raise InspectorError(f"There is no delivery {delivery} any more")
    return request_of(*found)


def _write_added(connection: sqlite3.Connection, batch: Sequence[tuple[Any, ...]]) -> list[None]:
    connection.executemany(_ADD, batch)
    return [None] * len(batch)


def _write_tried(connection: sqlite3.Connection, batch: Sequence[_Ended]) -> list[None]:
    done: dict[str, list[int]] = {}
    for job, _, due in batch:
        if due is None:
            done.setdefault(job.destination, []).append(job.delivery)
        else:
            connection.execute(_LATER, (job.tries + 1, due, job.destination, job.delivery))
    for destination, numbers in done.items():
        for some in slices(numbers):
            connection.execute(f"{_DONE}({', '.join('?' * len(some))})", (destination, *some))
    return write_attempts(connection, [each.attempt for each in batch])


def _write_hastened(connection: sqlite3.Connection, batch: Collection[tuple[int, float]]) -> list[int]:
    sql = "UPDATE jobs SET due = min(due, ?) WHERE delivery = ?"
    return [connection.execute(sql, (now, delivery)).rowcount for delivery, now in batch]


def _write_cancelled(connection: sqlite3.Connection, batch: Collection[int]) -> list[int]:
    return [connection.execute("DELETE FROM jobs WHERE delivery = ?", (delivery,)).rowcount for delivery in batch]
