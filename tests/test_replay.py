"""Replay: at a pace, in order, each answer beside the recorded one."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from inspector.model import CapturedRequest, Destination
from inspector.workspace.replay import Pace, replay
from tests.apps import running_app
from tests.test_queue import numbered, numbers
from tests.test_workspace import opened


@pytest.mark.parametrize(
    ("pace", "offsets"),
    [
        (Pace(), [0.0, 0.0]),
        (Pace(speed=1), [0.0, 8.0]),
        (Pace(speed=10), [0.0, 0.8]),
        (Pace(speed=0.5), [0.0, 16.0]),
        (Pace(rate=50), [0.0, 0.1]),
    ],
)
def test_a_delivery_has_its_time(pace: Pace, offsets: list[float]) -> None:
    """As they came, faster, slower, or so many a second; here the sixth, eight seconds after the first."""
    assert [pace.offset(0, 0.0), pace.offset(5, 8.0)] == offsets


@pytest.mark.parametrize("pace", [Pace(), Pace(rate=500.0), Pace(speed=1e9)])
async def test_it_goes_in_the_order_in_which_it_came_and_nothing_of_it_is_stored(tmp_path: Path, pace: Pace) -> None:
    """Whatever the pace; what cannot be signed goes as it came."""
    async with running_app() as app, opened(tmp_path, {}) as workspace:
        for number in range(20):
            await workspace.receive(numbered(number), "stripe", "")
        told = replay(workspace, range(1, 21), Destination(app.url), pace, anew=True)
        found = [each async for each in told]
        assert [each.delivery.number for each in found] == list(range(1, 21))
        assert sorted(numbers(app.received)) == list(range(20))
        assert all(each.attempt.status_code == 200 and not each.was_forwarded for each in found)
        assert {each.attempt.mode.value for each in found} == {"VERBATIM"}
        assert workspace.attempts(1) == ()


async def test_what_goes_again_keeps_the_time_between_deliveries(tmp_path: Path) -> None:
    """The second round begins when the first one has ended, and takes as long."""
    loop, at = asyncio.get_running_loop(), list[float]()

    def answer(_: CapturedRequest) -> int:
        at.append(loop.time())
        return 200

    async with running_app(answer) as app, opened(tmp_path, {}) as workspace:
        for number in range(3):
            await workspace.receive(replace(numbered(number), received_at=1e9 + number), "stripe", "")
        told = replay(workspace, [1, 2, 3] * 2, Destination(app.url), Pace(speed=10.0), anew=False)
        assert len([each async for each in told]) == 6
    assert numbers(app.received) == [0, 1, 2] * 2
    assert at[5] - at[3] > 0.1
