"""The one writer: a thread with a connection of its own that commits whatever is waiting in one transaction."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple, Protocol

from inspector.model import InspectorError
from inspector.store.checkpoint import Checkpointer, checkpoint
from inspector.store.schema import open_writer
from inspector.store.trouble import concerns_file, trouble

__all__ = ["Between", "Write", "Writer"]

_BATCH: Final = 512

_SHORT: Final = 0.001  # seconds without a job that are a pause

Write = Callable[[sqlite3.Connection, Sequence[Any]], Sequence[Any]]
"""Writes values that came one after the other, within a transaction; a result for each of them."""


class Between(Protocol):
    """What is done in the pauses, a little at a time."""

    @property
    def urgent(self) -> bool:
        """Whether it does not wait for a pause any more."""

    def work(self, connection: sqlite3.Connection) -> float:
        """Do a little, and say after how many seconds there may be more to do. Never raises."""


class _Job(NamedTuple):
    write: Write
    value: Any
    future: "asyncio.Future[Any]"


_write_of = attrgetter("write")


class Writer:
    """Takes jobs from the event loop, groups them, and resolves their futures once they are on the disk.

    Where a transaction fails its jobs are tried one by one, so that one that cannot be written takes no other down;
    where it is the file that cannot be written, none of them can.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_writer(path)
        self._checkpointer = Checkpointer(path)
        self._queue: SimpleQueue[list[_Job] | None] = SimpleQueue()
        self._turn: list[_Job] = []
        self._between: Between | None = None
        self._due = 0.0  # when there may be something to do in between, by the monotonic clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def put(self, write: Write, value: Any) -> "asyncio.Future[Any]":
        """Queue a job from within the event loop.

        The jobs of one turn of the loop are handed over together: waking the thread for each costs a third more.
        The future has the result, or an InspectorError.
        """
        self._loop = loop = asyncio.get_running_loop()
        if not self._turn:
            loop.call_soon(self._hand_over)
        future: asyncio.Future[Any] = loop.create_future()
        self._turn.append(_Job(write, value, future))
        return future

    def tend(self, between: Between) -> None:
        """Do this in the pauses from now on."""
        self._between = between
        self._queue.put([])  # which wakes the thread

    def close(self) -> None:
        """Write what is queued, and end. The last connection to close makes a checkpoint and removes the log."""
        self._hand_over()
        self._queue.put(None)
        self._thread.join()

    def _hand_over(self) -> None:
        if self._turn:
            self._queue.put(self._turn)
            self._turn = []

    def _run(self) -> None:
        while (jobs := self._next()) is not None and self._commit_with_queued(jobs):
            self._written()
        self._checkpointer.close()
        self._connection.close()

    def _next(self) -> list[_Job] | None:
        """The next jobs. As long as there are none, what there is to do in between is done."""
        if self._between is not None and self._between.urgent:
            self._work(self._between)
        while self._between is not None:
            try:
                return self._queue.get(timeout=max(self._due - time.monotonic(), _SHORT))
            except Empty:
                self._work(self._between)
        return self._queue.get()

    def _work(self, between: Between) -> None:
        self._due = time.monotonic() + between.work(self._connection)
        self._written()  # in any case: the file gets shorter with a checkpoint that no reader was in the way of

    def _written(self) -> None:
        self._checkpointer.written()
        if self._checkpointer.due:
            self._checkpointer.due = False
            checkpoint(self._connection)

    def _commit_with_queued(self, jobs: list[_Job]) -> bool:
        """Commit the jobs and what else is queued, up to a batch. False where the writer is to end."""
        going = True
        while going and len(jobs) < _BATCH:
            try:
                more = self._queue.get_nowait()
            except Empty:
                break
            going = more is not None
            jobs += more or ()
        if jobs:
            self._commit(jobs)
        return going

    def _commit(self, jobs: Sequence[_Job]) -> None:
        try:
            results = self._transaction(jobs)
        except (sqlite3.Error, ValueError, OverflowError) as error:
            if len(jobs) > 1 and not concerns_file(error):
                for job in jobs:
                    self._commit([job])
                return
            results = [trouble(error, "The store cannot be written", self._path)] * len(jobs)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_resolve, jobs, results)

    def _transaction(self, jobs: Sequence[_Job]) -> list[Any]:
        connection = self._connection
        results: list[Any] = []
        connection.execute("BEGIN IMMEDIATE")
        try:
            for write, group in groupby(jobs, _write_of):
                results += write(connection, [job.value for job in group])
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return results


def _resolve(jobs: Sequence[_Job], results: Sequence[Any]) -> None:
    for job, result in zip(jobs, results, strict=True):
        if job.future.done():  # whoever waited has gone
            continue
        if isinstance(result, InspectorError):
            job.future.set_exception(result)
        else:
            job.future.set_result(result)
