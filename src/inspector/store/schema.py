"""The tables, their version, and the way from an older version to this one."""

import sqlite3
from pathlib import Path
from typing import Final

from inspector.model import InspectorError

__all__ = ["VERSION", "connect", "prepare"]

_MIGRATIONS: Final = (
    """
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        started_at REAL NOT NULL
    );
    CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY,
        session INTEGER NOT NULL REFERENCES sessions (id),
        label TEXT NOT NULL,
        method TEXT NOT NULL,
        url TEXT NOT NULL,
        headers BLOB NOT NULL,
        body BLOB NOT NULL,
        received_at REAL NOT NULL,
        peer TEXT NOT NULL,
        inspection BLOB NOT NULL
    );
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        session INTEGER NOT NULL,
        delivery INTEGER NOT NULL REFERENCES deliveries (number),
        position INTEGER NOT NULL,
        batch INTEGER NOT NULL,
        received_at REAL NOT NULL,
        connector TEXT NOT NULL,
        label TEXT NOT NULL,
        event_type TEXT NOT NULL,
        native_type TEXT NOT NULL,
        native_detail TEXT NOT NULL,
        amount INTEGER,
        currency TEXT NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        test_mode INTEGER,
        event_id TEXT,
        object_id TEXT NOT NULL,
        references_ TEXT NOT NULL,
        status TEXT NOT NULL,
        problem TEXT NOT NULL
    );
    CREATE INDEX events_session ON events (session, id);
    CREATE INDEX events_delivery ON events (delivery);
    CREATE INDEX events_event_id ON events (session, connector, event_id) WHERE event_id IS NOT NULL;
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        delivery INTEGER NOT NULL REFERENCES deliveries (number),
        destination TEXT NOT NULL,
        mode TEXT NOT NULL,
        started_at REAL NOT NULL,
        elapsed REAL NOT NULL,
        status_code INTEGER,
        headers BLOB NOT NULL,
        body BLOB NOT NULL,
        error TEXT NOT NULL
    );
    CREATE INDEX attempts_delivery ON attempts (delivery);
    """,
)

VERSION: Final = len(_MIGRATIONS)


def connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    """A connection to the store. A reading one cannot write.

    synchronous=FULL, since an answer promises that the delivery is on the disk.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    if reading:
        connection.execute("PRAGMA query_only = ON")
        return connection
    connection.execute("PRAGMA page_size = 16384")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # the writer does it when it is idle
    return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables to this version. Raises InspectorError, with nothing touched, for a newer version's store."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            raise InspectorError(
                f"The store {path} was made by a newer Inspector",
                f"It has version {found}, this Inspector knows {VERSION}.",
                "Update Inspector, or choose another folder with --data",
            )
        for script in _MIGRATIONS[found:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
