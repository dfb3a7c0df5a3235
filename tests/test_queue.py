"""The queue: at least once and in order, whatever becomes of the app; what it refuses comes again, and nobody waits."""

import asyncio
import random
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from aiohttp import ClientSession, web
from yarl import URL

from inspector.model import CapturedRequest, Destination, InspectorError, Job, Notice
from inspector.workspace import Workspace, queue
from inspector.workspace.replay import Pace, replay
from tests.apps import App, running_app, within
from tests.test_workspace import opened


def numbered(number: int, payment: int | None = None) -> CapturedRequest:
    """An event of Stripe's about a payment, unsigned."""
    resource = {"id": f"pi_{number if payment is None else payment}", "object": "payment_intent"}
    body = {"id": f"evt_{number}", "type": "payment_intent.succeeded", "data": {"object": resource}}
    return CapturedRequest(url="http://127.0.0.1:4242/stripe", body=msgspec.json.encode(body))


def numbers(received: list[CapturedRequest]) -> list[int]:
    """Which of them arrived, in their order."""
    return [int(msgspec.json.decode(each.body)["id"].removeprefix("evt_")) for each in received]


async def deliver(workspace: Workspace, *given: int) -> None:
    """Events arrive one after the other."""
    for number in given:
        await workspace.receive(numbered(number), "stripe", "")


def to(app: App, **more: Any) -> dict[str, Any]:
    """The options of a workspace that forwards everything to an app."""
    return {"auto_forward": True, "destinations": (Destination(app.url, **more),)}


def once(status: int, *refused: int) -> Any:
    """Answers with a status to the first try of some events, and with 200 to all else."""
    left = list(refused)

    def answer(request: CapturedRequest) -> int:
        (number,) = numbers([request])
        if number in left:
            left.remove(number)
            return status
        return 200

    return answer


async def settled(workspace: Workspace, count: int = 0) -> None:
    """Wait until so many jobs are left."""
    await within(lambda: sum(workspace.jobs.waiting().values()) == count)


async def test_the_path_beyond_connector_and_label_and_the_query_are_the_apps(tmp_path: Path) -> None:
    """By hand, by the queue and when it is replayed; what would lead out of the app's address is left out."""
    paths = ("/stripe/shop/eu/refunds?a=1", "/stripe/shop/..%2f..%2fadmin")
    async with running_app() as app, opened(tmp_path, {}, **to(app)) as workspace:
        await workspace.listen()
        async with ClientSession() as client:
            for number, path in enumerate(paths, 1):
                await client.post(URL(f"{workspace.address}{path}", encoded=True), data=numbered(number).body)
        await settled(workspace)
        await workspace.forward(1)
        assert [
            each.attempt.status_code async for each in replay(workspace, [1], Destination(app.url), Pace(), anew=True)
        ]
        assert [workspace.delivery(number).label for number in (1, 2)] == ["shop", "shop"]
    found = [urlsplit(each.url) for each in app.received]
    assert [(each.path, each.query) for each in found] == [
        ("/hooks/eu/refunds", "a=1"),
        ("/hooks", ""),
        ("/hooks/eu/refunds", "a=1"),
        ("/hooks/eu/refunds", "a=1"),
    ]


async def test_what_the_app_refuses_comes_again_and_the_next_goes_on(tmp_path: Path) -> None:
    """After the time that was said; both answers are kept."""
    async with running_app(once(503, 2)) as app, opened(tmp_path, **to(app, retries=(0.2,))) as workspace:
        await workspace.listen()
        await deliver(workspace, 1, 2, 3)
        await app.got(4)
        await settled(workspace)
        assert numbers(app.received) == [1, 2, 3, 2]
        assert [each.status_code for each in workspace.delivery(2).attempts] == [503, 200]


async def test_after_the_last_try_it_is_over(tmp_path: Path) -> None:
    """One try and two more, and nothing waits."""
    async with running_app(lambda _: 500) as app, opened(tmp_path, **to(app, retries=(0.01, 0.02))) as workspace:
        await workspace.listen()
        await deliver(workspace, 1)
        await app.got(3)
        await settled(workspace)
        assert len(workspace.delivery(1).attempts) == 3


async def test_a_retry_can_be_had_now_and_be_cancelled(tmp_path: Path) -> None:
    """Until then it waits, and says from when on it is due and how many tries it had."""
    async with running_app(once(500, 1, 2)) as app, opened(tmp_path, **to(app)) as workspace:
        await workspace.listen()
        await deliver(workspace, 1, 2)
        await within(lambda: [each.tries for each in (*workspace.jobs.of(1), *workspace.jobs.of(2))] == [1, 1])
        (job,) = workspace.jobs.of(1)
        assert 50 < job.due - workspace.clock() <= 60
        assert await workspace.queue.hasten(1) == 1
        await settled(workspace, 1)
        assert await workspace.queue.cancel(2) == 1
        assert await workspace.queue.cancel(2) == 0
        assert numbers(app.received) == [1, 2, 1]
        assert workspace.jobs.waiting() == {}


async def test_while_it_is_paused_nothing_is_sent(tmp_path: Path) -> None:
    """What arrives then is sent afterwards, and what is cancelled then is not."""
    async with running_app() as app, opened(tmp_path, **to(app)) as workspace:
        await workspace.listen()
        workspace.queue.pause(True)
        await deliver(workspace, 1, 2, 3)
        await asyncio.sleep(0.1)
        assert app.received == []
        await workspace.queue.cancel(2)
        workspace.queue.pause(False)
        await settled(workspace)
        assert numbers(app.received) == [1, 3]


async def test_nothing_is_lost_and_nothing_overtakes_while_the_app_is_away(tmp_path: Path) -> None:
    """One attempt stands for all that would have found nobody; the rest waits, over the end of the workspace too."""
    async with running_app() as app:
        await app.stop()
        async with opened(tmp_path, **to(app)) as workspace:
            await workspace.listen()
            await deliver(workspace, *range(1, 11))
            await within(lambda: bool(workspace.delivery(1).attempts))
            assert workspace.app_down_since is not None
        async with opened(tmp_path, **to(app)) as workspace:
            await workspace.listen()
            await deliver(workspace, 11, 12)
            assert workspace.delivery(2).attempts == ()
            await app.start()
            await settled(workspace)
            assert numbers(app.received) == list(range(1, 13))
            assert "nothing listens" in workspace.delivery(1).attempts[0].error
            assert workspace.app_down_since is None


async def test_an_app_that_answers_never_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The receiver answers at once, and closing does not wait for it for long."""
    monkeypatch.setattr(queue, "_GRACE", 0.2)
    answered = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await answered.wait()
        return web.Response()

    async with running_app() as app:
        app._answer = silent  # type: ignore[assignment,method-assign]
        await app.stop()
        await app.start()
        async with asyncio.timeout(30), opened(tmp_path, **to(app, timeout=20.0)) as workspace:
            await workspace.listen()
            await deliver(workspace, *range(50))
            assert workspace.total() == 50
            assert sum(workspace.jobs.waiting().values()) == 50
        answered.set()


async def test_what_kills_the_app_each_time_gives_way_in_the_end(tmp_path: Path) -> None:
    """A connection that is cut off is tried again at once, but not for ever."""
    async with running_app() as app:
        good = app._answer

        async def cutting(request: web.Request) -> web.Response:
            answer = await good(request)
            if numbers(app.received[-1:]) == [1] and request.transport is not None:
                request.transport.abort()
            return answer

        app._answer = cutting  # type: ignore[method-assign]
        await app.stop()
        await app.start()
        async with opened(tmp_path, **to(app)) as workspace:
            await workspace.listen()
            await deliver(workspace, 1, 2)
            await settled(workspace, 1)
            assert numbers(app.received) == [1, 1, 1, 2]
            assert "closed the connection" in workspace.delivery(1).attempts[-1].error


async def test_side_by_side_each_payment_keeps_its_order(tmp_path: Path) -> None:
    """Several are on their way at once, but never two that are about the same payment."""
    chance, running, most = random.Random(1), 0, 0
    async with running_app() as app:
        good = app._answer

        async def taking_a_while(request: web.Request) -> web.Response:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(chance.random() / 50)
            running -= 1
            return await good(request)

        app._answer = taking_a_while  # type: ignore[method-assign]
        await app.stop()
        await app.start()
        async with opened(tmp_path, **to(app, concurrency=8)) as workspace:
            await workspace.listen()
            for number in range(120):
                await workspace.receive(numbered(number, number % 12), "stripe", "")
            await app.got(120)
            await settled(workspace)
    found = defaultdict(list)
    for number in numbers(app.received):
        found[number % 12].append(number)
    assert all(each == sorted(each) for each in found.values())
    assert sum(map(len, found.values())) == 120
    assert most > 1


async def test_each_of_several_destinations_has_a_queue_of_its_own(tmp_path: Path) -> None:
    """One that is away holds nobody else up."""
    async with running_app() as app, running_app() as away:
        await away.stop()
        options: dict[str, Any] = {
            "auto_forward": True,
            "destinations": (Destination(away.url, name="away"), Destination(app.url)),
        }
        async with opened(tmp_path, **options) as workspace:
            await workspace.listen()
            await deliver(workspace, 1, 2)
            await app.got(2)
            await settled(workspace, 2)
            assert workspace.jobs.waiting() == {"away": 2}
            assert workspace.down.keys() == {"away"}


async def test_a_deleted_session_waits_for_nobody(tmp_path: Path) -> None:
    """Its jobs go with it, also those that were just about to be sent."""
    async with running_app(once(500, 1)) as app, opened(tmp_path, session="old", **to(app)) as workspace:
        await workspace.listen()
        await deliver(workspace, 1, 2)
        await settled(workspace, 1)
        workspace.open_session("new")
        await workspace.delete_session("old")
        assert workspace.jobs.waiting() == {}
        with pytest.raises(InspectorError, match="no delivery 1"):
            workspace.jobs.request(1)


async def test_a_store_that_cannot_be_read_for_a_moment_does_not_end_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and tried again."""
    monkeypatch.setattr(queue, "_GLANCE", 0.05)
    async with running_app() as app, opened(tmp_path, **to(app)) as workspace:
        real = workspace.jobs.due
        failed: list[bool] = []

        def failing(*given: Any) -> list[Job]:
            if not failed:
                failed.append(True)
                raise InspectorError("The store cannot be read", "disk I/O error")
            return real(*given)

        monkeypatch.setattr(workspace.jobs, "due", failing)
        change = asyncio.ensure_future(anext(workspace.changes()))
        await asyncio.sleep(0)
        await workspace.listen()
        assert [each.title for each in (await change).notices] == ["The store cannot be read"]
        await deliver(workspace, 1, 2)
        await settled(workspace)
        assert numbers(app.received) == [1, 2]


async def test_what_came_of_a_try_is_written_once_the_store_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full for a while costs no delivery a second try: it is told once, and then everything is kept."""
    monkeypatch.setattr(queue, "_GLANCE", 0.05)
    async with running_app() as app, opened(tmp_path, **to(app)) as workspace:
        real = workspace.jobs.tried
        failed: list[bool] = []

        async def failing(*given: Any) -> None:
            if len(failed) < 3:
                failed.append(True)
                raise InspectorError("The disk is full")
            await real(*given)

        monkeypatch.setattr(workspace.jobs, "tried", failing)
        told: list[Notice] = []
        monkeypatch.setattr(workspace, "tell", told.append)
        await workspace.listen()
        await deliver(workspace, 1)
        await settled(workspace)
        assert [each.title for each in told] == ["The disk is full"]
        assert numbers(app.received) == [1]
        assert [each.status_code for each in workspace.delivery(1).attempts] == [200]
