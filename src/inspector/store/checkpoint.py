"""Checkpoints: what was committed is copied from the log into the file while the writer goes on."""

import sqlite3
import threading
from pathlib import Path
from typing import Final

from inspector.store.schema import connect

__all__ = ["Checkpointer"]

_PAUSE: Final = 0.1  # seconds between two checkpoints
_LARGEST: Final = 16 * 1024  # pages of log, 64 MiB, from which on the writer has to wait for a checkpoint


class Checkpointer:
    """A thread with a connection of its own. A checkpoint within a commit would hold up whoever waits for it.

    The log begins anew once all of it is in the file, which under steady load never happens: from a certain length
    on it is `due`, and the writer makes the last, short checkpoint itself (https://sqlite.org/wal.html#ckpt).
    """

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._written = threading.Event()
        self._ended = threading.Event()
        self.due = False
        self._thread = threading.Thread(target=self._run, name="store-checkpointer", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """Something was committed."""
        self._written.set()

    def close(self) -> None:
        """End, after the checkpoint that is being made."""
        self._ended.set()
        self._written.set()
        self._thread.join()

    def _run(self) -> None:
        while self._written.wait() and not self._ended.wait(_PAUSE):
            self._written.clear()
            if self._ended.is_set():  # it was set before what has just been cleared
                break
            self.due = checkpoint(self._connection) >= _LARGEST
        self._connection.close()


def checkpoint(connection: sqlite3.Connection) -> int:
    """Copy what can be copied without waiting for anybody; the pages of the log."""
    try:
        return int(connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])
    except sqlite3.OperationalError:
        return 0  # another process is at it, or the disk is full: nothing is lost, the log keeps what it has
