"""What happens to a process: it is stopped for a while, its terminal changes, its pipe breaks, the clock jumps."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from inspector.app.present.rows import ago, duration
from inspector.core import parse_query
from inspector.model import CapturedRequest, Verdict
from inspector.workspace import Workspace
from tests.apps import running_app, within
from tests.cli.running import SECRET, environment, event, signature
from tests.faults.receiving import deliver, receiving, started
from tests.soak.deliveries import Answered, Deliveries, Stored
from tests.soak.watched import watched
from tests.test_queue import deliver as deliver_to_queue
from tests.test_queue import numbers, once, settled, to
from tests.test_workspace import opened

HELP = b"At the right stands what"


async def test_a_suspended_receiver_answers_what_waited_when_it_goes_on(tmp_path: Path) -> None:
    """SIGSTOP and SIGCONT, as a laptop that sleeps: whoever has waited is answered, and all of it is stored."""
    data, answered, deliveries = tmp_path / "data", Answered(), Deliveries()
    async with receiving(data, **deliveries.variables) as receiver:
        deliveries.address = receiver.address
        receiver.signal(signal.SIGSTOP)
        waiting = asyncio.create_task(deliver(deliveries, iter(range(64)), answered))
        await asyncio.sleep(1)
        assert not len(answered)
        receiver.signal(signal.SIGCONT)
        assert (await waiting).total() == 64
        assert await receiver.stop() == 0
    assert Stored.read(data / "inspector.db", answered) == (64, 0, 0, 0)


async def test_a_screen_that_was_suspended_draws_and_answers_again(tmp_path: Path) -> None:
    """What arrived meanwhile is answered and on the screen, and it ends as ever."""
    answered, deliveries = Answered(), Deliveries()
    variables = {**environment(tmp_path), **deliveries.variables}
    async with watched("--port", "0", "--data", tmp_path / "data", environment=variables) as (screen, address):
        deliveries.address = address
        os.kill(screen.process.pid, signal.SIGSTOP)
        waiting = asyncio.create_task(deliver(deliveries, iter(range(20)), answered))
        await asyncio.sleep(0.5)
        os.kill(screen.process.pid, signal.SIGCONT)
        assert (await waiting).total() == 20
        await screen.draws(b"valid")
        screen.press(b"?")
        await screen.draws(HELP)
        screen.press(b"\x11")
        assert await screen.ended() == 0


async def test_a_terminal_of_any_size_is_drawn_on(tmp_path: Path) -> None:
    """From one cell to hundreds, under load and with every dialog: it goes on, and never with a traceback."""
    answered, deliveries = Answered(), Deliveries()
    variables = {**environment(tmp_path), **deliveries.variables}
    del variables["COLUMNS"]
    async with watched("--port", "0", "--data", tmp_path / "data", environment=variables) as (screen, address):
        deliveries.address = address
        load = asyncio.create_task(deliver(deliveries, iter(range(300)), answered))
        for rows, columns in ((1, 1), (24, 80), (2, 300), (200, 3), (5, 20), (120, 400), (45, 140)):
            screen.resize(rows, columns)
            for key in (b"?", b"?", b"3", b"1", b"G"):
                screen.press(key, keep=True)
                await asyncio.sleep(0.1)
        assert (await load).total() == 300
        assert b"Traceback" not in screen.last
        screen.press(b"?")
        await screen.draws(HELP)
        screen.press(b"\x11")
        assert await screen.ended() == 0


async def test_a_terminal_that_hangs_up_ends_the_screen_and_loses_nothing(tmp_path: Path) -> None:
    """SIGHUP under load: it answers what is in flight and ends with exit code 0; what it answered is there."""
    data, answered, deliveries = tmp_path / "data", Answered(), Deliveries()
    variables = {**environment(tmp_path), **deliveries.variables}
    async with watched("--port", "0", "--data", data, environment=variables) as (screen, address):
        deliveries.address = address
        load = asyncio.create_task(deliver(deliveries, iter(range(2_000)), answered))
        await within(lambda: len(answered) >= 100)
        os.kill(screen.process.pid, signal.SIGHUP)
        assert await screen.ended() == 0
        await load
    assert len(answered) >= 100
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)


async def test_a_pipe_that_breaks_ends_the_receiver_and_loses_nothing(tmp_path: Path) -> None:
    """`inspector listen | head -1`: when nobody reads any more it ends as such commands do, with 141 and no traceback;
    what it answered until then is there."""
    data, answered, deliveries = tmp_path / "data", Answered(), Deliveries()
    reading, writing = os.pipe()
    async with started(data, stdout=writing) as receiver:
        os.close(writing)
        await receiver.listens()
        deliveries.address = receiver.address
        await deliver(deliveries, iter(range(10)), answered)
        os.close(reading)
        await deliver(deliveries, iter(range(10, 2_000)), answered)
        assert await receiver.ended() == 141
        assert "Traceback" not in receiver.words
    assert len(answered) >= 10
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)


class Clock:
    """A clock that somebody sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every workspace."""
    found = Clock(1_800_000_000.0)
    monkeypatch.setattr(Workspace, "clock", staticmethod(found))
    return found


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
async def test_a_retry_does_not_wait_for_a_clock_that_was_set(tmp_path: Path, clock: Clock, jump: float) -> None:
    """What has a minute to wait is tried again when the clock jumps ahead, and does not wait a day more when it is put
    back by one."""
    async with running_app(once(503, 1)) as app, opened(tmp_path, **to(app, retries=(60.0,))) as workspace:
        await workspace.listen()
        await deliver_to_queue(workspace, 1)
        await within(lambda: [each.tries for each in workspace.jobs.of(1)] == [1])
        assert numbers(app.received) == [1]
        clock.now += jump
        await app.got(2)
        await settled(workspace)
        assert numbers(app.received) == [1, 1]


async def test_a_clock_that_is_put_back_changes_no_order(tmp_path: Path, clock: Clock) -> None:
    """Deliveries stand in the order in which they came, each is judged by the clock of its receipt, and both hours are
    on the screen as they were."""
    async with opened(tmp_path, {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET}) as workspace:
        signed_at = clock.now
        for number, now in enumerate((signed_at, signed_at - 3_600, signed_at + 86_400)):
            clock.now = now
            body = event(identifier=f"evt_{number}")
            headers = (("Stripe-Signature", signature(body, SECRET, signed_at)),)
            request = CapturedRequest(url="http://127.0.0.1/stripe", headers=headers, body=body, received_at=now)
            assert (await workspace.receive(request, "stripe", "")).status_code == 200
        rows = workspace.rows(workspace.ids(parse_query("")))
        assert [each.event_id for each in rows] == ["evt_0", "evt_1", "evt_2"]
        assert [each.received_at - signed_at for each in rows] == [0, -3_600, 86_400]
        assert rows[0].verdict == Verdict.VALID
        assert rows[2].verdict == Verdict.EXPIRED


@pytest.mark.parametrize("seconds", [-1e9, -1.0, 0.0, 1e9])
def test_no_length_of_time_is_less_than_nothing(seconds: float) -> None:
    """Whatever a clock says, the screen speaks of times that there can be."""
    assert "-" not in ago(seconds) + duration(seconds)
