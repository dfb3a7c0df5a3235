"""The words: in which deliveries a text can be at all. It is made of what is stored, in a file beside the store, and
whoever deletes that file loses nothing but a little time.

A block is a handful of deliveries that came one after the other. The words of their bodies and rows, each once, are
kept by their trigrams (https://sqlite.org/fts5.html#the_trigram_tokenizer). A text that stands anywhere in a delivery
has all its trigrams in the block, so that no other block need be looked into: what is found is exactly what a look
into everything would find.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from inspector.core.query import Query
from inspector.store.filter import SEARCHED, texts
from inspector.store.schema import connect, open_reader

__all__ = ["Span", "add_next", "open_words", "spans", "start_over", "words_file"]

_VERSION: Final = 1
_BLOCK: Final = 64  # deliveries
_READ: Final = 64 * 1024  # bytes of a body; a block with a larger one is always looked into
_GRAMS: Final = 16  # of a text; so many narrow it down enough
_EVERY: Final = 2**62
_WORD: Final = re.compile(rb"[0-9a-z_-]{3,}")
_TABLES: Final = """
    CREATE VIRTUAL TABLE words USING fts5 (text, content = '', detail = none, columnsize = 0, tokenize = 'trigram');
    CREATE TABLE blocks (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, whole INTEGER NOT NULL);
    CREATE INDEX blocks_in_part ON blocks (id) WHERE NOT whole;
    CREATE TABLE read_so_far (store BLOB NOT NULL, delivery INTEGER NOT NULL, reinspected INTEGER NOT NULL);
"""
_STORE: Final = "SELECT id, max(delivery, coalesce((SELECT max(number) FROM deliveries), 0)) FROM store"
_OLDEST: Final = "SELECT coalesce(min(number), 0) FROM deliveries"
_GONE: Final = "SELECT count(*) FILTER (WHERE last < ?), count(*) FROM blocks"
_BODIES: Final = (
    f"SELECT number, CASE WHEN length(body) <= {_READ} THEN body END FROM deliveries WHERE number > ? "
    f"ORDER BY number LIMIT {_BLOCK}"
)
_ROWS: Final = f"SELECT {', '.join(SEARCHED)} FROM events WHERE delivery BETWEEN ? AND ?"
_REINSPECTED: Final = f"SELECT id, delivery FROM reinspected WHERE id > ? ORDER BY id LIMIT {_BLOCK}"
_SINCE: Final = "SELECT DISTINCT delivery FROM reinspected WHERE id > ?"
_FOUND: Final = """
    SELECT first, last FROM blocks WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)
    UNION ALL SELECT first, last FROM blocks WHERE NOT whole
"""


class Span(NamedTuple):
    """Deliveries from the first number to the last."""

    first: int
    last: int


def words_file(store: Path) -> Path:
    """The file of the words of a store."""
    return store.with_name("inspector-words.db")


def open_words(store: Path) -> sqlite3.Connection:
    """A connection that writes; what cannot be read, or is of another version, begins anew. Raises sqlite3.Error."""
    path = words_file(store)
    for last in (False, True):
        connection = connect(path)
        try:
            if _prepared(connection):
                return connection
        except sqlite3.DatabaseError:
            if last:
                connection.close()
                raise
        connection.close()
        for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            each.unlink(missing_ok=True)
    raise sqlite3.DatabaseError(f"{path} cannot be made")


def _prepared(connection: sqlite3.Connection) -> bool:
    """Whether the tables are those of this version; they are made where there are none."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == _VERSION:
        connection.execute("SELECT * FROM read_so_far").fetchone()
    elif connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        return False
    else:
        connection.execute("PRAGMA auto_vacuum = FULL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT")
    connection.execute("PRAGMA synchronous = NORMAL")
    return True


def start_over(store: sqlite3.Connection, words: sqlite3.Connection) -> None:
    """Forget everything where it is another store's, or where most of what was read is not there any more."""
    identity, given = store.execute(_STORE).fetchone()
    found = words.execute("SELECT store, delivery FROM read_so_far").fetchone()
    gone, blocks = words.execute(_GONE, store.execute(_OLDEST).fetchone()).fetchone()
    if found is not None and found[0] == identity and found[1] <= given and gone * 2 <= blocks:
        return
    with _transaction(words):
        words.execute("DELETE FROM read_so_far")
        words.execute("DELETE FROM blocks")
        words.execute("INSERT INTO words (words) VALUES ('delete-all')")
        words.execute("INSERT INTO read_so_far VALUES (?, 0, 0)", (identity,))


def add_next(store: sqlite3.Connection, words: sqlite3.Connection) -> bool:
    """Read some more of the store. False where there is nothing that would fill a block."""
    with _transaction(words):
        delivery, reinspected = words.execute("SELECT delivery, reinspected FROM read_so_far").fetchone()
        anew = store.execute(_REINSPECTED, (reinspected,)).fetchall()
        if anew:
            for _, number in anew:
                if number <= delivery:
                    _add(words, Span(number, number), _words_of_rows(store, Span(number, number)))
            words.execute("UPDATE read_so_far SET reinspected = ?", (anew[-1][0],))
            return True
        bodies = store.execute(_BODIES, (delivery,)).fetchall()
        if len(bodies) < _BLOCK:
            return False
        span = Span(bodies[0][0], bodies[-1][0])
        found = _words_of_rows(store, span)
        for _, body in bodies:
            found.update(_WORD.findall((body or b"").lower()))
        _add(words, span, found, whole=all(body is not None for _, body in bodies))
        words.execute("UPDATE read_so_far SET delivery = ?", (span.last,))
        return True


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _words_of_rows(store: sqlite3.Connection, span: Span) -> set[bytes]:
    said = " ".join(text for row in store.execute(_ROWS, span) for text in row if text)
    return set(_WORD.findall(said.encode().lower()))


def _add(words: sqlite3.Connection, span: Span, found: Iterable[bytes], *, whole: bool = True) -> None:
    block = words.execute("INSERT INTO blocks (first, last, whole) VALUES (?, ?, ?)", (*span, whole)).lastrowid
    words.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (block, b" ".join(found).decode()))


def spans(store: sqlite3.Connection, path: Path, query: Query) -> list[Span] | None:
    """Where everything is that a filter lets through, by the texts that it asks for; None where that is not known."""
    asked = _match(query)
    if asked and words_file(path).exists():
        with suppress(sqlite3.Error), closing(open_reader(words_file(path))) as words:
            words.execute("BEGIN")  # what is found and how far was read belong together
            identity, delivery, reinspected = words.execute("SELECT * FROM read_so_far").fetchone() or (None, 0, 0)
            own, given = store.execute(_STORE).fetchone()
            if identity == own and delivery <= given:
                anew = [(each, each) for (each,) in store.execute(_SINCE, (reinspected,))]
                return _joined([*words.execute(_FOUND, (asked,)), *anew, (delivery + 1, _EVERY)])
    return None


def _joined(found: Sequence[tuple[int, int]]) -> list[Span]:
    """The same deliveries, each once."""
    joined: list[Span] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1].last + 1:
            joined[-1] = Span(joined[-1].first, max(last, joined[-1].last))
        else:
            joined.append(Span(first, last))
    return joined


def _match(query: Query) -> str:
    """What FTS5 is asked for; empty where no text is long enough to narrow anything down."""
    terms = [[_grams(text) for text in alternatives] for alternatives in texts(query)]
    return " AND ".join(f"({' OR '.join(each)})" for each in terms if all(each))


def _grams(text: str) -> str:
    runs = _WORD.findall(text.encode("utf-8", "replace").lower())
    grams = sorted({run[place : place + 3].decode() for run in runs for place in range(len(run) - 2)})
    some = grams[:: -(-len(grams) // _GRAMS)] if grams else []
    return "(" + " AND ".join(f'"{gram}"' for gram in some) + ")" if some else ""
