"""Trimming: what is too old or too much goes, the oldest first, and nothing that has still to be sent."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.core import parse_query
from inspector.model import CapturedRequest, ForwardAttempt, Inspection, InspectorError, Retention
from inspector.store import Store, trim
from tests.connectors.shared import NOW
from tests.store.test_words import looked_into, numbered, read_all

MEGABYTE = 1024**2
DAY = 86_400.0


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks are frequent here."""
    monkeypatch.setattr(trim, "_PAUSE", 0.01)


async def put(store: Store, at: float, body: bytes = b"{}", destinations: tuple[str, ...] = ()) -> int:
    """A delivery that came at a time; its number."""
    return await store.put(CapturedRequest(body=body, received_at=at), "", Inspection(), destinations)


async def until(promise: Callable[[], bool]) -> None:
    """Wait for something that will be so."""
    for _ in range(1_000):
        if promise():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def numbers(store: Store) -> list[int]:
    """The deliveries that are there."""
    return [row.delivery for row in store.rows(store.ids(parse_query(""), NOW))]


async def test_what_is_too_old_goes_with_its_attempts(tmp_path: Path) -> None:
    """And what becomes too old later goes then; whoever looks is told; sessions that are empty go too."""
    old = Store.open(tmp_path, "old")
    await put(old, NOW - 9 * DAY)
    old.close()
    store = Store.open(tmp_path, "default")
    for age in (8, 7.5, 6, 1, 0):
        await put(store, NOW - age * DAY)
    attempt = ForwardAttempt(delivery=2, destination="http://127.0.0.1/", started_at=NOW, elapsed=0.1, status_code=200)
    await store.put_attempt(attempt)
    clock, told = [NOW], []
    store.tend(Retention(seconds=7 * DAY), lambda: clock[0], lambda: told.append(True))
    await until(lambda: numbers(store) == [4, 5, 6])
    await until(lambda: [each.name for each in store.sessions()] == ["default"])
    assert told
    assert store._reader.execute("SELECT count(*) FROM attempts").fetchone() == (0,)
    with pytest.raises(InspectorError):
        store.delivery(2)
    clock[0] += 2 * DAY
    await until(lambda: numbers(store) == [5, 6])
    store.close()


async def test_no_number_is_given_twice(tmp_path: Path) -> None:
    """Where everything has gone, the next delivery and the next row go on counting."""
    store = Store.open(tmp_path, "default")
    for _ in range(3):
        await put(store, NOW - 9 * DAY)
    store.tend(Retention(seconds=DAY), lambda: NOW, lambda: None)
    await until(lambda: numbers(store) == [])
    assert await put(store, NOW) == 4
    assert store.last_id() == 4
    await store.delete("default")
    assert await put(store, NOW) == 5
    store.close()


async def test_what_has_still_to_be_sent_stays_until_it_is(tmp_path: Path) -> None:
    """However old it is, and with others around it; also where there are more of them than are looked at at once."""
    store = Store.open(tmp_path, "default")
    waiting = [put(store, NOW - 9 * DAY, destinations=("http://127.0.0.1:3000/",)) for _ in range(2_100)]
    await asyncio.gather(*waiting, put(store, NOW - 9 * DAY), put(store, NOW))
    store.tend(Retention(seconds=DAY), lambda: NOW, lambda: None)
    await until(lambda: len(numbers(store)) == 2_101)
    assert 2_101 not in numbers(store)
    left = await store.remaining(store.last_id())
    assert (left.count, left.first, len(left.waiting)) == (2_101, 2_102, 2_100)
    await store.jobs.cancel(1)
    await until(lambda: 1 not in numbers(store))
    store.close()


async def test_what_has_gone_is_not_sent(tmp_path: Path) -> None:
    """A delivery that is taken away while somebody asks for it to be sent leaves nothing that waits for ever."""
    store = Store.open(tmp_path, "default")
    await put(store, NOW - 9 * DAY)
    await put(store, NOW)
    old, new = store.delivery(1), store.delivery(2)
    store.tend(Retention(seconds=DAY), lambda: NOW, lambda: None)
    await until(lambda: numbers(store) == [2])
    for each in (old, new):
        await store.jobs.add(each, "http://127.0.0.1:3000/", 0, NOW)
    assert store.jobs.waiting() == {"http://127.0.0.1:3000/": 1}
    assert [each.delivery for each in store.jobs.of(2)] == [2]
    store.close()


async def test_the_file_stays_below_its_size(tmp_path: Path) -> None:
    """While much more arrives than there is room for, the newest are there, and the file gets shorter."""
    store = Store.open(tmp_path, "default")
    for _ in range(8):
        await asyncio.gather(*[put(store, NOW, bytes(10_000)) for _ in range(100)])
    store.close()
    file = tmp_path / "inspector.db"
    assert file.stat().st_size > 7 * MEGABYTE
    again = Store.open(tmp_path, "default")
    again.tend(Retention(size=3 * MEGABYTE), lambda: NOW, lambda: None)

    def short() -> bool:
        return file.stat().st_size <= 3 * MEGABYTE

    await until(short)
    kept = numbers(again)
    assert kept == list(range(kept[0], 801))
    assert len(kept) > 200
    for _ in range(8):
        await asyncio.gather(*[put(again, NOW, bytes(10_000)) for _ in range(100)])
    await until(lambda: short() and len(numbers(again)) < 400)
    assert numbers(again)[-1] == 1_600
    again.close()


async def test_the_newest_is_there_whatever_size_it_has(tmp_path: Path) -> None:
    """One delivery that is larger than everything that may be kept is still to be seen."""
    store = Store.open(tmp_path, "default")
    await put(store, NOW)
    await put(store, NOW, bytes(2 * MEGABYTE))
    store.tend(Retention(size=MEGABYTE), lambda: NOW, lambda: None)
    await until(lambda: numbers(store) == [2])
    await put(store, NOW, b"small")
    await until(lambda: numbers(store) == [3])
    store.close()


async def test_words_are_found_in_what_is_left(tmp_path: Path) -> None:
    """What was read of deliveries that are gone is forgotten once it is most of what was read."""
    store = Store.open(tmp_path, "default")
    bodies = numbered(1_280)
    await asyncio.gather(
        *[put(store, NOW - (9 if place < 1_000 else 0) * DAY, each) for place, each in enumerate(bodies)]
    )
    assert read_all(tmp_path) == 20
    store.tend(Retention(seconds=DAY), lambda: NOW, lambda: None)
    await until(lambda: len(numbers(store)) == 280)
    assert list(store.ids(parse_query("evt_01200x"), NOW)) == [1_201]
    assert list(store.ids(parse_query("evt_00300x"), NOW)) == []
    store.close()
    assert read_all(tmp_path) == 280 // 64
    again = Store.open(tmp_path, "default")
    assert list(again.ids(parse_query("evt_01200x"), NOW)) == [1_201]
    assert looked_into(again, "evt_01200x") is not None
    again.close()


async def test_what_arrives_meanwhile_is_kept(tmp_path: Path) -> None:
    """Trimming and writing take turns: nothing that was answered is missing."""
    store = Store.open(tmp_path, "default")
    await asyncio.gather(*[put(store, NOW - 9 * DAY) for _ in range(2_000)])
    store.tend(Retention(seconds=DAY), lambda: NOW, lambda: None)
    given = [number for _ in range(20) for number in await asyncio.gather(*[put(store, NOW) for _ in range(20)])]
    await until(lambda: len(numbers(store)) == 400)
    assert numbers(store) == given == list(range(2_001, 2_401))
    store.close()
