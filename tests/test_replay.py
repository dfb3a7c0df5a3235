"""Replay: at a pace, in order, each answer beside the recorded one."""

from pathlib import Path

import pytest

from inspector.model import Destination
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
