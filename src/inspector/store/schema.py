"""The tables, their version, and the way from an older version to this one."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from inspector.model import InspectorError
from inspector.store.kinds import kind_of

__all__ = ["FILE", "VERSION", "connect", "open_reader", "open_writer", "refuse_foreign"]

FILE: Final = "inspector.db"
"""The name of the store in its folder."""
_SMALL: Final = 128 * 1024**2  # bytes that are written anew in a second or so
_APPLICATION: Final = 0x496E7370  # "Insp": tells our files from other programs' (PRAGMA application_id)

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
        session INTEGER NOT NULL REFERENCES sessions (id),
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
        reference TEXT NOT NULL,
        status TEXT NOT NULL,
        problem TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        app_status INTEGER,
        app_seconds REAL,
        app_error TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX events_session ON events (session);
    CREATE INDEX events_delivery ON events (delivery);
    CREATE INDEX events_type ON events (session, event_type, connector);
    CREATE INDEX events_connector ON events (session, connector);
    CREATE INDEX events_unverified ON events (session, verdict) WHERE verdict <> 'VALID';
    CREATE TABLE copies (
        session INTEGER NOT NULL,
        connector TEXT NOT NULL,
        event_id TEXT NOT NULL,
        first INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (session, connector, event_id)
    ) WITHOUT ROWID;
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
    # Copies are counted when somebody looks: an index costs a fifth of a table that is kept up to date.
    """
    DROP TABLE copies;
    CREATE INDEX events_copies ON events (event_id, session, connector, delivery) WHERE event_id IS NOT NULL;
    """,
    # What was found at first, where a later document finds something else, and the names of the fields that differ.
    """
    ALTER TABLE deliveries ADD COLUMN before BLOB;
    ALTER TABLE events ADD COLUMN changed TEXT NOT NULL DEFAULT '';
    """,
    # What destinations have still to get. A job is gone when it is done: its attempts tell what became of it.
    """
    CREATE TABLE jobs (
        destination TEXT NOT NULL,
        delivery INTEGER NOT NULL REFERENCES deliveries (number),
        connector TEXT NOT NULL,
        about TEXT NOT NULL,
        tries INTEGER NOT NULL,
        due REAL NOT NULL,
        PRIMARY KEY (destination, delivery)
    ) WITHOUT ROWID;
    CREATE INDEX jobs_delivery ON jobs (delivery);
    """,
    # Rows by their kind, which one index is enough for. What is taken away leaves the highest numbers that were given,
    # so that none is given twice; and a row that says something else than before is told to whoever has read it.
    """
    ALTER TABLE events ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
    UPDATE events SET kind = kind_of(
        connector, label, event_type, native_type, currency, verdict, status, test_mode, batch, problem <> ''
    );
    CREATE TABLE kinds (
        id INTEGER PRIMARY KEY,
        connector TEXT NOT NULL,
        label TEXT NOT NULL,
        event_type TEXT NOT NULL,
        native_type TEXT NOT NULL,
        currency TEXT NOT NULL,
        verdict TEXT NOT NULL,
        status TEXT NOT NULL,
        test_mode INTEGER,
        batch INTEGER NOT NULL,
        troubled INTEGER NOT NULL
    );
    INSERT INTO kinds SELECT DISTINCT kind, connector, label, event_type, native_type, currency, verdict, status,
        test_mode, batch, problem <> '' FROM events;
    DROP INDEX events_type;
    DROP INDEX events_connector;
    DROP INDEX events_unverified;
    CREATE INDEX events_kind ON events (session, kind);
    CREATE INDEX events_amount ON events (session, amount);
    CREATE INDEX events_app ON events (session, app_status) WHERE attempts > 0;
    CREATE INDEX events_changed ON events (session) WHERE changed <> '';
    CREATE TABLE store (id BLOB NOT NULL, delivery INTEGER NOT NULL, event INTEGER NOT NULL);
    INSERT INTO store VALUES (randomblob(16), 0, 0);
    CREATE TABLE reinspected (id INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL);
    """,
    # Copies are marked when they are written, so that one index leads to them. Amounts are found beyond a bound that
    # each kind has, since its currency says what a minor unit is; deliveries beyond a moment, of which there may be
    # few.
    """
    ALTER TABLE events ADD COLUMN copy INTEGER NOT NULL DEFAULT 0;
    UPDATE events SET copy = 1 WHERE EXISTS (
        SELECT 1 FROM events AS other WHERE other.event_id = events.event_id AND other.session = events.session
        AND other.connector = events.connector AND other.delivery < events.delivery
    );
    CREATE INDEX events_copy ON events (session) WHERE copy = 1;
    DROP INDEX events_amount;
    CREATE INDEX events_amount ON events (session, kind, amount) WHERE amount IS NOT NULL;
    CREATE INDEX events_time ON events (session, received_at);
    """,
)

VERSION: Final = len(_MIGRATIONS)


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes, with the tables brought to this version.

    synchronous=FULL, since an answer promises that the delivery is on the disk. Raises InspectorError, with nothing
    touched, for a newer version's store and for another program's file; sqlite3.Error for what is no database.
    """
    connection = connect(path)
    try:
        refuse_foreign(connection, path)
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a new file; nothing is changed of an older one
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -8192")  # KiB: a full batch fits in, and is written once
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # the checkpointer does it
        _migrate(connection)
        _make_shrinkable(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_shrinkable(connection: sqlite3.Connection, path: Path) -> None:
    """An older file cannot get shorter. A large one is left as it is, since to write it anew takes long: what is free
    in it is used again."""
    if connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 0 and path.stat().st_size < _SMALL:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        with suppress(sqlite3.OperationalError):  # another process reads it just now
            connection.execute("VACUUM")


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads. It may be used from any one thread at a time."""
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, for whichever thread uses it."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10, cached_statements=256)


def refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Raise InspectorError for another program's file, and for a newer version's store."""
    found = _version(connection)
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application != _APPLICATION:
        raise InspectorError(f"{path} is not a store of Inspector", hint="Choose another folder with --data")
    if found > VERSION:
        raise InspectorError(
            f"The store {path} was made by a newer Inspector",
            f"It has version {found}, this Inspector knows {VERSION}.",
            "Update Inspector, or choose another folder with --data",
        )


def _migrate(connection: sqlite3.Connection) -> None:
    """Every step in one transaction, so that a store is of one version or of the next."""
    connection.create_function("kind_of", -1, kind_of, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in _MIGRATIONS[_version(connection) :]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
