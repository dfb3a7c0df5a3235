"""The one writer: a thread with a connection of its own that commits whatever is waiting in one transaction."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from inspector.model import InspectorError
from inspector.store.schema import connect, prepare

__all__ = ["Job", "Write", "Writer"]

_BATCH: Final = 512
_IDLE: Final = 0.25  # seconds without work after which the log is folded into the file
_LOG_LIMIT: Final = 64 * 1024 * 1024  # bytes of log that are not left to grow, idle or not

Write = Callable[[sqlite3.Connection], Any]
Job = tuple[Write, "asyncio.Future[Any]"]


class Writer:
    """Takes jobs from the event loop, groups them, and resolves their futures once they are on the disk.

    A job is a function of the connection. Where the transaction fails, every future of the group fails, and the
    writer goes on with the next.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._connection = connect(path)
        prepare(self._connection, path)
        self._queue: SimpleQueue[list[Job] | None] = SimpleQueue()
        self._pending: list[Job] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def put(self, write: Write) -> "asyncio.Future[Any]":
        """Queue a job from within the event loop. The jobs of one turn of the loop are handed over together."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self._pending:
            self._loop = loop
            loop.call_soon(self._hand_over)
        self._pending.append((write, future))
        return future

    def _hand_over(self) -> None:
        jobs, self._pending = self._pending, []
        self._queue.put(jobs)

    def now(self, write: Write) -> Any:
        """Do a job at once in the caller's thread, before any other has been queued."""
        with self._connection:
            return write(self._connection)

    def close(self) -> None:
        """Write what is queued, fold the log into the file, and end."""
        if self._pending:
            self._hand_over()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        waiting: list[Job] | None = []
        dirty = False
        while waiting is not None:
            try:
                waiting = self._queue.get(timeout=_IDLE if dirty else None)
            except Empty:
                self._checkpoint("PASSIVE")
                dirty = False
                continue
            if waiting:
                jobs, waiting = self._gather(waiting)
                self._commit(jobs)
                dirty = True
                if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
                    self._checkpoint("RESTART")
        self._checkpoint("TRUNCATE")
        self._connection.close()

    def _gather(self, jobs: list[Job]) -> tuple[list[Job], list[Job] | None]:
        """What else is queued, up to a batch; None behind it where the writer is to end."""
        while len(jobs) < _BATCH:
            try:
                more = self._queue.get_nowait()
            except Empty:
                return jobs, []
            if more is None:
                return jobs, None
            jobs = jobs + more
        return jobs, []

    def _commit(self, jobs: Sequence[Job]) -> None:
        try:
            results = self._transaction(jobs)
        except (sqlite3.Error, ValueError, ArithmeticError) as error:
            if len(jobs) > 1:  # one that cannot be written takes no other down
                for job in jobs:
                    self._commit([job])
                return
            failure = InspectorError(
                "The store cannot be written", f"{self._path}: {error}", "Is the disk full, or the file locked?"
            )
            self._tell(jobs, [failure])
        else:
            self._tell(jobs, results)

    def _transaction(self, jobs: Sequence[Job]) -> list[Any]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            results = [write(self._connection) for write, _ in jobs]
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _tell(self, jobs: Sequence[Job], results: Sequence[Any]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_resolve, jobs, results)

    def _checkpoint(self, how: str) -> None:
        try:
            self._connection.execute(f"PRAGMA wal_checkpoint({how})")
        except sqlite3.OperationalError:
            return  # somebody reads or writes at this moment; the next idle time does it


def _resolve(jobs: Sequence[Job], results: Sequence[Any]) -> None:
    for (_, future), result in zip(jobs, results, strict=True):
        if future.done():
            continue
        if isinstance(result, InspectorError):
            future.set_exception(result)
        else:
            future.set_result(result)
