"""The words: what is looked for is found where they have been read as where they have not, and nowhere else."""

import asyncio
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.core import parse_query
from inspector.model import CapturedRequest, Inspection, Retention
from inspector.store import Store, indexer, words
from inspector.store.schema import open_reader
from inspector.store.search import _few
from tests.connectors.shared import NOW
from tests.store.kept import fill, found

BLOCK = 64
SUCCEEDED = ("stripe", "payment_intent.succeeded")


async def many(store: Store, bodies: list[bytes]) -> None:
    """Deliveries with these bodies, in which nothing is read."""
    await asyncio.gather(*[store.put(CapturedRequest(body=each), "", Inspection()) for each in bodies])


def read_all(folder: Path) -> int:
    """Read the words of a store to the end, as the indexer does; how many blocks there are."""
    path = folder / "inspector.db"
    with closing(open_reader(path)) as store, closing(words.open_words(path)) as connection:
        words.start_over(store, connection)
        while words.add_next(store, connection):
            pass
        return int(connection.execute("SELECT count(*) FROM blocks").fetchone()[0])


def looked_into(store: Store, text: str) -> int | None:
    """In how many deliveries a text is looked for; None for all."""
    with closing(open_reader(store.path)) as connection:
        spans = words.spans(connection, store.path, parse_query(text))
        few = _few(connection, spans)
        newest = connection.execute("SELECT max(number) FROM deliveries").fetchone()[0]
        if few is None:
            return None
        _, (found,) = few
        return sum(
            min(last, int(newest)) - first + 1 for first, last in msgspec.json.decode(found, type=list[words.Span])
        )


def numbered(count: int) -> list[bytes]:
    """Bodies, each with a number of its own in words of its own."""
    return [b'{"id": "evt_%05dX", "note": "Blue hat"}' % number for number in range(count)]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few deliveries are many here."""
    monkeypatch.setattr("inspector.store.search._FIRST", BLOCK * 2)


async def test_a_text_is_found_without_a_look_into_everything(tmp_path: Path) -> None:
    """Any part of a word in any case, in the newest deliveries too, which have not been read."""
    store = Store.open(tmp_path, "default")
    await many(store, numbered(1_000))
    assert looked_into(store, "evt_00300x") is None
    assert read_all(tmp_path) == 1_000 // BLOCK
    for text, expected in [
        ("evt_00300x", [301]),
        ("T_00300X", [301]),
        ("00300", [301]),
        ("0300", [301]),
        ('"evt_00300X"', [301]),
        ("evt_00999x", [1_000]),
        ("evt_*00300", [301]),
        ('evt_00300 "blue hat"', [301]),
        ("evt_0030 -evt_00300", [302, 303, 304, 305, 306, 307, 308, 309, 310]),
        ("evt_00300 evt_00301", []),
        ("evt_99999", []),
    ]:
        assert await found(store, text) == list(store.ids(parse_query(text), NOW)) == expected, text
        assert (looked_into(store, text) or 1_000) <= 4 * BLOCK, text
    assert looked_into(store, "blue hat") is None
    assert len(await found(store, "blue hat")) == 1_000
    assert looked_into(store, "-evt_00300") is None
    assert looked_into(store, "00") is None
    store.close()


async def test_what_is_not_in_the_body_is_found_too(tmp_path: Path) -> None:
    """A word of the row, the older name of an event type, and a row that says something else than when it was read."""
    store = await fill(tmp_path, *[SUCCEEDED] * 3)
    await many(store, numbered(1_000))
    read_all(tmp_path)
    assert await found(store, "payment_intent_success") == [1, 2, 3]
    assert await found(store, "id:evt_3SkQ7lA4TbXq0Zr000000002") == [1, 2, 3]
    stored = store.delivery(2)
    event = msgspec.structs.replace(stored.inspection.events[0], native_type="renamed_since")
    anew = msgspec.structs.replace(stored.inspection, events=(event,))
    await store.put_inspection(msgspec.structs.replace(stored, inspection=anew))
    assert await found(store, "renamed_since") == [2]
    read_all(tmp_path)
    assert await found(store, "renamed_since") == [2]
    assert (looked_into(store, "renamed_since") or 1_000) <= BLOCK
    store.close()


async def test_a_large_body_is_always_looked_into(tmp_path: Path) -> None:
    """It would take long to read; what stands at its end is found all the same."""
    store = Store.open(tmp_path, "default")
    await many(store, [b"x" * 100_000 + b"needle_1", *numbered(640)])
    read_all(tmp_path)
    assert await found(store, "needle_1") == [1]
    store.close()


async def test_the_words_of_another_store_are_forgotten(tmp_path: Path) -> None:
    """Who puts another file in the store's place finds what is in that, before the words have been read anew and
    afterwards."""
    store = Store.open(tmp_path, "default")
    await many(store, numbered(1_000))
    store.close()
    read_all(tmp_path)
    (tmp_path / "inspector.db").unlink()
    other = Store.open(tmp_path, "default")
    await many(other, [b"zebra_%05d" % number for number in range(1_000)])
    assert await found(other, "zebra_00300") == [301]
    assert looked_into(other, "zebra_00300") is None
    read_all(tmp_path)
    assert await found(other, "zebra_00300") == [301]
    assert looked_into(other, "zebra_00300") is not None
    other.close()


async def test_a_broken_file_of_words_is_made_anew(tmp_path: Path) -> None:
    """Looking for words goes on without it, and with it again."""
    store = Store.open(tmp_path, "default")
    await many(store, numbered(1_000))
    read_all(tmp_path)
    words.words_file(store.path).write_bytes(b"nothing that SQLite knows" * 1_000)
    assert await found(store, "evt_00300x") == [301]
    assert read_all(tmp_path) == 1_000 // BLOCK
    assert looked_into(store, "evt_00300x") is not None
    store.close()


async def test_words_are_read_while_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a thread that ends with the store."""
    monkeypatch.setattr(indexer, "_QUIET", 0.01)
    store = Store.open(tmp_path, "default")
    store.tend(Retention(), lambda: NOW, lambda: None)
    await many(store, numbered(1_000))
    for _ in range(500):
        await asyncio.sleep(0.02)
        if looked_into(store, "evt_99999x") == 1_000 % BLOCK:
            break
    assert looked_into(store, "evt_99999x") == 1_000 % BLOCK
    store.close()


LETTERS = st.text(alphabet='aB-_ 0é"\\K', min_size=0, max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(LETTERS, min_size=BLOCK, max_size=BLOCK), text=LETTERS)
def test_words_change_nothing_of_what_is_found(tmp_path: Path, bodies: list[str], text: str) -> None:
    """Whatever the bodies and whatever is looked for."""
    folder = tmp_path / str(len(list(tmp_path.iterdir())))

    async def both() -> tuple[list[int], list[int]]:
        store = Store.open(folder, "default")
        await many(store, [each.encode() for each in bodies])
        before = await found(store, text)
        read_all(folder)
        after = await found(store, text)
        store.close()
        return before, after

    before, after = asyncio.run(both())
    assert before == after
