"""kill -9 in the middle of a load: what was answered is there."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.receiving import deliver, receiving
from tests.soak.deliveries import Answered, Deliveries, Stored


@pytest.mark.parametrize(
    ("kills", "count"), [(3, 1_500), pytest.param(20, 20_000, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]
)
async def test_what_was_answered_outlives_kill_9(tmp_path: Path, kills: int, count: int) -> None:
    """However often a receiver is killed under load: it starts again, and every delivery that it has ever answered is
    there, byte for byte, and once."""
    data, chance = tmp_path / "data", random.Random()
    deliveries, answered = Deliveries(), Answered()
    for turn in range(kills):
        until = len(answered) + chance.randrange(count // 20, count)
        numbers = iter(range(turn * count, (turn + 1) * count))
        async with receiving(data, **deliveries.variables) as receiver:
            deliveries.address = receiver.address

            def kill_at_last(until: int = until) -> None:
                if len(answered) >= until:
                    receiver.kill()

            await deliver(deliveries, numbers, answered, kill_at_last)
            assert await receiver.ended() == -9
    async with receiving(data) as receiver:
        assert await receiver.stop() == 0
    stored = Stored.read(data / "inspector.db", answered)
    assert stored[1:] == (0, 0, 0)
    assert len(answered) >= kills * count // 20
    with closing(sqlite3.connect(data / "inspector.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
