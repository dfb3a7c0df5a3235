"""The store: one SQLite file that keeps what arrived, what was made of it, and what the app answered."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from inspector.model import CapturedRequest, Delivery, ForwardAttempt, Inspection, InspectorError, Retention
from inspector.store.indexer import Indexer
from inspector.store.jobs import Jobs
from inspector.store.reader import Reader
from inspector.store.rows import keep
from inspector.store.schema import FILE, open_reader
from inspector.store.trim import Trimmer
from inspector.store.trouble import trouble
from inspector.store.write import delete_session, rename_session, write_attempts, write_deliveries, write_inspections
from inspector.store.writer import Writer

__all__ = ["Store"]


class Store(Reader):
    """The deliveries of one session, and the names of the others.

    Writing is awaited until it is on the disk. Everything raises InspectorError where the file cannot be read or
    written.
    """

    def __init__(self, path: Path, session: str, writer: Writer, reader: sqlite3.Connection) -> None:
        super().__init__(path, session, reader)
        self._writer = writer
        self.jobs = Jobs(reader, writer)
        self._indexer: Indexer | None = None
        self._write_deliveries = partial(write_deliveries, session)

    @classmethod
    def open(cls, folder: Path, session: str) -> "Store":
        """Open the store of a folder, which is made where it is not there. The session begins when it is written to."""
        path = _file(folder)
        try:
            return cls(path, session, Writer(path), open_reader(path))
        except sqlite3.Error as error:
            raise trouble(error, "The store cannot be opened", path) from None

    def tend(self, retention: Retention, clock: Callable[[], float], trimmed: Callable[[], None]) -> None:
        """Do what there is to do for the store while nothing is being written: what lives long calls this once.

        Words are indexed, and by the clock, in Unix seconds, what is not to be kept is taken away; `trimmed` is called
        in the loop when it has been.
        """
        self._indexer = Indexer(self.path)
        if retention:
            loop = asyncio.get_running_loop()

            def tell() -> None:
                with suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(trimmed)

            self._writer.tend(Trimmer(self.path, retention, clock, tell))

    def close(self) -> None:
        """Write what is waiting, and close."""
        if self._indexer is not None:
            self._indexer.close()
        self._reader.close()
        self._writer.close()

    def put(
        self, request: CapturedRequest, label: str, inspection: Inspection, destinations: Sequence[str] = ()
    ) -> Awaitable[int]:
        """Keep a delivery, with a job for each destination, named by its key. Resolves to its number once all of it is
        on the disk."""
        return self._writer.put(self._write_deliveries, keep(label, request, inspection, destinations))

    def put_attempt(self, attempt: ForwardAttempt) -> Awaitable[None]:
        """Keep an attempt to forward a delivery."""
        return self._writer.put(write_attempts, attempt)

    def put_inspection(self, delivery: Delivery, changed: str = "") -> Awaitable[None]:
        """Keep a delivery's new inspection, and the names of the fields that differ from what was found first."""
        return self._writer.put(write_inspections, (delivery, changed))

    def switch(self, session: str) -> None:
        """Read and write another session from now on; it begins when it is written to."""
        self.session = session
        self._write_deliveries = partial(write_deliveries, session)

    async def rename(self, old: str, new: str) -> None:
        """Give a session another name. Raises InspectorError for a name that is taken."""
        if any(each.name == new for each in self.sessions()):
            raise InspectorError(f"There is a session {new!r} already", hint="Choose another name")
        await self._writer.put(rename_session, (old, new))
        if self.session == old:
            self.switch(new)

    async def delete(self, session: str) -> None:
        """Delete a session with all its deliveries."""
        await self._writer.put(delete_session, session)


def _file(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        title = f"The data folder {folder} cannot be made"
        raise InspectorError(title, str(error.strerror), "Choose another with --data") from None
    return folder / FILE
