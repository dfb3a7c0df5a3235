"""A store that is damaged: said in words, left as it is, and what can be read of it is saved."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.core import EventService, parse_query
from inspector.library import folder, load_connectors
from inspector.model import ForwardAttempt
from inspector.store import VERSION, Store
from tests.cli.running import environment, inspector
from tests.faults.receiving import deliver, receiving, started
from tests.soak.deliveries import Answered, Deliveries, Stored
from tests.soak.watched import watched

COUNT, PAGE = 400, 4096
NOW = 1_800_000_000


@pytest.fixture
async def answered(tmp_path: Path) -> Answered:
    """What a store in `data` holds: deliveries of two sessions, every tenth with an answer of the app."""
    deliveries, found = Deliveries(), Answered()
    service = EventService(load_connectors(folder()))
    store = Store.open(tmp_path / "data", "first")
    for number in range(COUNT):
        if number == COUNT // 2:
            store.switch("second")
        request = deliveries.make(number, NOW)
        stored = await store.put(request, "", service.handle(request, request.path.removeprefix("/"), {}))
        found.add(number, request.body)
        if number % 10 == 0:
            attempt = ForwardAttempt(
                delivery=stored, destination="http://localhost/", started_at=NOW, elapsed=0.01, status_code=503
            )
            await store.put_attempt(attempt)
    store.close()
    return found


def damage(store: Path, first: int, pages: int) -> None:
    """Write over some pages that follow one another; the first of the file is 0."""
    with store.open("r+b") as file:
        file.seek(first * PAGE)
        file.write(random.Random(first).randbytes(pages * PAGE))


def files(place: Path) -> dict[str, bytes]:
    """What a folder holds, but for the shared memory of who reads there."""
    return {each.name: each.read_bytes() for each in place.iterdir() if not each.name.endswith("-shm")}


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.7, 0.95])
def test_what_can_be_read_of_a_damaged_store_is_saved(tmp_path: Path, answered: Answered, share: float) -> None:
    """Wherever the damage is: what is not hit by it is saved, byte for byte, what is lost is counted, and the damaged
    store stays as it was."""
    data, saved = tmp_path / "data", tmp_path / "data-rescued"
    damage(data / "inspector.db", int((data / "inspector.db").stat().st_size / PAGE * share), 6)
    before = files(data)
    told = inspector("sessions", "rescue", "--data", data, home=tmp_path)
    assert "Traceback" not in told.stderr
    assert files(data) == before
    stored = Stored.read(saved / "inspector.db", answered)
    assert stored[2:] == (0, 0)
    assert COUNT - stored.lost == stored.total > COUNT - 60
    assert f"{stored.total:,} deliveries of 2 sessions are in {saved}" in told.stderr
    assert (f"{stored.lost:,} deliveries cannot be read" in told.stderr) == (stored.lost > 0)
    assert told.returncode == (1 if stored.lost else 0)
    with closing(sqlite3.connect(saved / "inspector.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert shown(saved) == stored.total


def shown(data: Path) -> int:
    """How many deliveries have rows in the sessions; each row can be read, and so can its delivery."""
    found = set()
    for session in ("first", "second"):
        store = Store.open(data, session)
        for row in store.rows(store.ids(parse_query(""), NOW)):
            delivery = store.delivery(row.delivery)
            assert delivery.session == session
            assert len(delivery.attempts) == row.attempts
            found.add(row.delivery)
        store.close()
    return len(found)


def test_a_sound_store_is_saved_whole(tmp_path: Path, answered: Answered) -> None:
    """Nothing is lost where nothing is damaged; a folder that is there is not written to."""
    data, saved = tmp_path / "data", tmp_path / "elsewhere"
    told = inspector("sessions", "rescue", saved, "--data", data, home=tmp_path)
    assert told.returncode == 0, told.stderr
    assert Stored.read(saved / "inspector.db", answered) == (COUNT, 0, 0, 0)
    again = inspector("sessions", "rescue", saved, "--data", data, home=tmp_path)
    assert again.returncode == 1
    assert f"{saved} is there already" in again.stderr
    none = inspector("sessions", "rescue", "--data", tmp_path / "none", home=tmp_path)
    assert "There is no store" in none.stderr


async def test_what_was_not_in_the_file_yet_is_saved_too(tmp_path: Path) -> None:
    """A receiver that was killed has left what it answered in its log; while one is at work, its store is let alone."""
    deliveries, found, data = Deliveries(), Answered(), tmp_path / "data"
    async with receiving(data) as receiver:
        deliveries.address = receiver.address
        await deliver(deliveries, iter(range(100)), found)
        refused = inspector("sessions", "rescue", "--data", data, home=tmp_path)
        assert "A receiver is at work" in refused.stderr
    assert inspector("sessions", "rescue", "--data", data, home=tmp_path).returncode == 0
    assert Stored.read(tmp_path / "data-rescued" / "inspector.db", found) == (100, 0, 0, 0)


async def test_a_damaged_store_is_named_wherever_one_comes_upon_it(tmp_path: Path, answered: Answered) -> None:
    """What reads it and what writes to it says that it is damaged, and what to do: never a traceback."""
    data = tmp_path / "data"
    damage(data / "inspector.db", 4, int((data / "inspector.db").stat().st_size / PAGE) - 4)
    told = inspector("events", "--session", "first", "--data", data, home=tmp_path)
    assert told.returncode == 1
    assert "The store is damaged" in told.stderr
    assert "inspector sessions rescue" in told.stderr
    async with started(data, "--session", "first") as receiver:
        assert await receiver.ended() == 1
        assert "The store is damaged" in receiver.words
        assert "Traceback" not in receiver.words


async def test_a_store_that_cannot_be_opened_is_not_overwritten(tmp_path: Path, answered: Answered) -> None:
    """Where its first page is damaged, and where a newer version made it: one paragraph, and no byte is changed."""
    data = tmp_path / "data"
    whole = (data / "inspector.db").read_bytes()
    for change, words in ((b"\0" * PAGE, "The store cannot be opened"), (None, "was made by a newer Inspector")):
        (data / "inspector.db").write_bytes(change + whole[PAGE:] if change else whole)
        if change is None:
            with closing(sqlite3.connect(data / "inspector.db")) as connection:
                connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        before = files(data)
        async with started(data) as receiver:
            assert await receiver.ended() == 1
            assert words in receiver.words
            assert "Traceback" not in receiver.words
        told = inspector("sessions", "rescue", "--data", data, home=tmp_path)
        assert told.returncode == 1
        assert "Traceback" not in told.stderr
        assert not (tmp_path / "data-rescued").exists()
        assert files(data) == before


@pytest.mark.parametrize("most", [False, True])
async def test_the_screen_says_that_the_store_is_damaged(tmp_path: Path, answered: Answered, most: bool) -> None:
    """Where there are rows to be shown it goes on without those that are damaged, and where there are none it ends;
    in words, and never with a traceback."""
    data = tmp_path / "data"
    pages = (data / "inspector.db").stat().st_size // PAGE
    damage(data / "inspector.db", *((4, pages - 4) if most else (pages * 3 // 4, pages // 10)))
    words = ("listen", "--session", "second", "--port", "0", "--data", data)
    async with watched(*words, environment=environment(tmp_path), named=False) as (screen, _):
        if not most:
            await screen.draws(b"Replay")
            for key in (b"g", b"\x1b[6~", b"j", b"G", b"/", b"x", b"\r"):
                screen.press(key, keep=True)
                await asyncio.sleep(0.2)
        await screen.draws(b"The store is damaged")
        if not most:
            screen.press(b"\x11", keep=True)
        assert await screen.ended() == (1 if most else 0)
        assert b"Traceback" not in screen.last
