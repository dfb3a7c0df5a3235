"""Several processes on one data folder: each says what it is, and none spoils the other's work."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.cli.running import environment
from tests.faults.receiving import deliver, receiving
from tests.soak.deliveries import Answered, Deliveries, Stored
from tests.soak.watched import watched


async def test_two_receivers_keep_what_each_has_answered(tmp_path: Path) -> None:
    """Both write into one store at the same time, on ports of their own: nothing is lost, nothing is there twice."""
    data, answered, deliveries = tmp_path / "data", Answered(), Deliveries()
    other = Deliveries()
    async with receiving(data) as first, receiving(data) as second:
        deliveries.address, other.address = first.address, second.address
        await asyncio.gather(
            deliver(deliveries, iter(range(0, 600, 2)), answered), deliver(other, iter(range(1, 600, 2)), answered)
        )
        assert await first.stop() == 0
        assert await second.stop() == 0
        assert "refused" not in first.words + second.words
    assert Stored.read(data / "inspector.db", answered) == (600, 0, 0, 0)


async def test_a_screen_outlives_the_receiver_that_it_looks_at(tmp_path: Path) -> None:
    """A screen on the data folder of a receiver shows what that one stores, and goes on when it is killed."""
    data, answered, deliveries = tmp_path / "data", Answered(), Deliveries()
    async with receiving(data, **deliveries.variables) as receiver:
        deliveries.address = receiver.address
        port = receiver.address.rpartition(":")[2]
        async with watched("listen", "--port", port, "--data", data, environment=environment(tmp_path)) as (screen, _):
            await deliver(deliveries, iter(range(20)), answered)
            await screen.draws(b"CAPTURE|PAYMENT|DISPUTE")
            receiver.kill()
            await receiver.ended()
            screen.press(b"?")
            await screen.draws(b"At the right stands what")
            screen.press(b"\x11")
            assert await screen.ended() == 0
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Another program that writes to a store, and does not come to an end."""
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_store_that_another_program_locks_refuses_in_words_and_goes_on(tmp_path: Path) -> None:
    """All who wait are refused together once it has been waited for long enough; when it is free, deliveries are kept
    again."""
    data, answered, deliveries = tmp_path / "data", Answered(), Deliveries()
    async with receiving(data) as receiver:
        deliveries.address = receiver.address
        assert (await deliver(deliveries, iter(range(10)), answered)).total() == 10
        with locked(data / "inspector.db"):
            assert await deliver(deliveries, iter(range(10, 42)), answered) == {503: 32}
        await receiver.says("Deliveries are refused: the store is locked by another process")
        assert not (await deliver(deliveries, iter(range(42, 60)), answered))[503]
        await receiver.says("Deliveries are kept again")
        assert await receiver.stop() == 0
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)
