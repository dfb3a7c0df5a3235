"""The workspace: what arrives is inspected with its account's settings, kept, answered, told and forwarded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from inspector.core import parse_query
from inspector.core.answer_mode import read_answering
from inspector.core.destination import check_destination
from inspector.model import CapturedRequest, Destination, InspectorError, Verdict
from inspector.settings import load_settings
from inspector.workspace import Options, Workspace, health
from inspector.workspace.answers import Answers
from tests.apps import running_app, within
from tests.connectors.shared import CONNECTORS, NOW, SETTINGS, sample, signed

STRIPE = {f"INSPECTOR_STRIPE_{name.upper()}": value for name, value in SETTINGS["stripe"].items()}


@asynccontextmanager
async def opened(
    folder: Path, variables: dict[str, str] | None = None, forward_to: str | None = None, **options: Any
) -> AsyncIterator[Workspace]:
    """A workspace that does not listen, with these settings."""
    settings = load_settings(CONNECTORS, STRIPE if variables is None else variables)
    options.setdefault("destinations", (check_destination(forward_to),) if forward_to else ())
    workspace = await Workspace.open(Options(data=folder, port=0, **options), lambda _: settings)
    try:
        yield workspace
    finally:
        await workspace.close()


def succeeded(now: float | None = None) -> CapturedRequest:
    """A signed payment_intent.succeeded, received as it was signed."""
    request = signed("stripe", sample("stripe", "payment_intent.succeeded"), now or NOW)
    return CapturedRequest(url=request.url, headers=request.headers, body=request.body, received_at=now or NOW)


async def test_a_request_is_verified_kept_and_answered(tmp_path: Path) -> None:
    """And what is not stored, the signed text and the sources, is there again when somebody looks."""
    async with opened(tmp_path) as workspace:
        answer = await workspace.receive(succeeded(), "stripe", "")
        assert answer.status_code == 200
        event = workspace.delivery(1).inspection.events[0]
        assert event.source_verified
        assert event.sources["amount"].locator == "data.object.amount"
        assert (event.verification.signed_text or b"").startswith(b"1767225600.{")


async def test_the_verdict_that_was_given_stays(tmp_path: Path) -> None:
    """A secret that is set later changes nothing of what was stored; what the text is can be told all the same."""
    async with opened(tmp_path, {}) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
    async with opened(tmp_path) as workspace:
        found = workspace.delivery(1).inspection
        assert found.verification.verdict is Verdict.NO_SECRET
        assert found.verification.signed_text is not None


async def test_an_account_is_verified_by_its_own_secret(tmp_path: Path) -> None:
    """The label of the path chooses it."""
    secret = SETTINGS["stripe"]["signing_secret"]
    variables = {"INSPECTOR_STRIPE_SIGNING_SECRET": "another", "INSPECTOR_STRIPE__SHOP__SIGNING_SECRET": secret}
    async with opened(tmp_path, variables) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        await workspace.receive(succeeded(), "stripe", "shop")
        rows = workspace.rows(workspace.ids(parse_query("")))
        assert [(row.label, row.verdict) for row in rows] == [("", "INVALID"), ("shop", "VALID")]


async def test_the_public_address_is_the_one_that_is_signed(tmp_path: Path) -> None:
    """With the path of the connector and the label; a notification_url of the user's own wins."""
    async with opened(tmp_path, {}, public_url="https://hooks.example/") as workspace:
        assert workspace.settings_of("square")["notification_url"] == "https://hooks.example/square"
        assert workspace.settings_of("square", "eu")["notification_url"] == "https://hooks.example/square/eu"
    own = {"INSPECTOR_SQUARE_NOTIFICATION_URL": "https://mine.example/"}
    async with opened(tmp_path, own, public_url="https://hooks.example") as workspace:
        assert workspace.settings_of("square")["notification_url"] == "https://mine.example/"


async def test_a_request_without_a_path_is_recognised_or_belongs_to_the_one_connector(tmp_path: Path) -> None:
    """By its headers; the connector of the command line stands before that."""
    async with opened(tmp_path) as workspace:
        await workspace.receive(succeeded(), None, "")
        assert workspace.delivery(1).inspection.connector == "stripe"
    async with opened(tmp_path, connector="square") as workspace:
        await workspace.receive(succeeded(), None, "")
        assert workspace.delivery(2).inspection.connector == "square"
    with pytest.raises(InspectorError, match="nobody"):
        async with opened(tmp_path, connector="nobody"):
            pass


async def test_what_is_new_is_told_once_to_everybody(tmp_path: Path) -> None:
    """A slow reader gets one change for all that it missed."""
    async with opened(tmp_path) as workspace:
        changes = workspace.changes()
        first = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        await workspace.receive(succeeded(), "stripe", "")
        assert (await first).arrived
        for _ in range(3):
            await workspace.receive(succeeded(), "stripe", "")
        assert (await anext(changes)).arrived
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        waiting.cancel()


@asynccontextmanager
async def app() -> AsyncIterator[tuple[str, asyncio.Queue[bytes]]]:
    """An app: its address, and what it gets."""
    received: asyncio.Queue[bytes] = asyncio.Queue()

    async def answer(request: web.Request) -> web.Response:
        received.put_nowait(await request.read())
        return web.Response()

    served = web.Application()
    served.router.add_post("/hooks", answer)
    runner = web.AppRunner(served)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks", received
    await runner.cleanup()


async def test_deliveries_reach_the_app_in_the_order_of_their_arrival(tmp_path: Path) -> None:
    """And the attempts are stored; a delivery is forwarded by hand to another address, too."""
    async with app() as (url, received), opened(tmp_path, forward_to=url, auto_forward=True) as workspace:
        address = await workspace.listen()
        async with ClientSession() as client:
            for number in range(20):
                async with client.post(f"{address}/stripe", data=b'{"id": "evt_%d"}' % number) as answer:
                    assert answer.status == 200
        assert [await received.get() for _ in range(20)] == [b'{"id": "evt_%d"}' % number for number in range(20)]
        (attempt,) = await workspace.forward(3, f"{url}?again")
        assert (attempt.status_code, attempt.delivery) == (200, 3)
        assert len(workspace.delivery(3).attempts) == 2


async def test_without_an_app_forwarding_says_what_to_do(tmp_path: Path) -> None:
    """Not a traceback."""
    async with opened(tmp_path) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        with pytest.raises(InspectorError) as caught:
            await workspace.forward(1)
        assert "--forward-to" in caught.value.hint


async def test_what_is_in_flight_is_answered_before_the_end(tmp_path: Path) -> None:
    """Closing takes no more requests, answers those that came, and loses none."""
    async with opened(tmp_path) as workspace:
        address = await workspace.listen()
        arrival = asyncio.ensure_future(anext(workspace.changes()))
        async with ClientSession() as client:
            posts = [asyncio.ensure_future(client.post(f"{address}/stripe", data=b"{}")) for _ in range(50)]
            await arrival
            await workspace.close()
            answers = await asyncio.gather(*posts, return_exceptions=True)
            answered = [each for each in answers if not isinstance(each, BaseException) and each.status == 200]
    async with opened(tmp_path) as workspace:
        assert workspace.total() >= len(answered) > 0


@pytest.mark.parametrize(
    ("mode", "connector", "status", "words"),
    [
        ("ack", "stripe", 200, b""),
        ("reject", "stripe", 200, b""),
        ("reject", "square", 401, b"Not verified: There is no signature"),
        ("outage", "stripe", 503, b"chosen in Inspector"),
        ("204", "stripe", 204, b""),
        ("app", "stripe", 200, b""),
    ],
)
async def test_the_processor_gets_what_the_mode_says(
    tmp_path: Path, mode: str, connector: str, status: int, words: bytes
) -> None:
    """And the request is stored all the same. Without an app, its mode is the usual one."""
    async with opened(tmp_path, answer=read_answering(mode)) as workspace:
        answer = await workspace.receive(succeeded(), connector, "")
        assert (answer.status_code, words in answer.body) == (status, True)
        assert workspace.total() == 1


async def test_the_processor_gets_what_the_app_answers(tmp_path: Path) -> None:
    """Status, headers and body; the attempt is stored, and not made twice; 502 where the app does not answer."""

    async def teapot(_: web.Request) -> web.Response:
        return web.json_response({"short": "and stout"}, status=418, headers={"X-App": "tea"})

    served = web.Application()
    served.router.add_post("/", teapot)
    runner = web.AppRunner(served)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with opened(tmp_path, forward_to=url, auto_forward=True, answer=read_answering("app")) as workspace:
        address = await workspace.listen()
        async with ClientSession() as client:
            async with client.post(f"{address}/stripe", data=b"{}") as answer:
                assert (answer.status, answer.headers["X-App"]) == (418, "tea")
                assert await answer.json() == {"short": "and stout"}
            await runner.cleanup()
            async with client.post(f"{address}/stripe", data=b"{}") as answer:
                assert answer.status == 502
                assert "did not answer: nothing listens" in await answer.text()
        assert [len(workspace.delivery(number).attempts) for number in (1, 2)] == [1, 1]


@pytest.mark.parametrize(("mode", "status"), [("app", 502), ("app:50ms:ack", 200), ("app:50ms:409", 409)])
async def test_what_stands_for_an_answer_that_does_not_come_is_chosen(tmp_path: Path, mode: str, status: int) -> None:
    """Whether the app is away or late; that it did not answer in time is stored."""
    held = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with opened(tmp_path, forward_to=url, answer=read_answering(mode)) as workspace:
        if mode != "app":
            assert (await workspace.receive(succeeded(), "stripe", "")).status_code == status
            assert "no answer" in workspace.attempts(1)[-1].error
        held.set()
        server.close()
        assert (await workspace.receive(succeeded(), "stripe", "")).status_code == status
        assert workspace.attempts(workspace.total())[-1].error


@pytest.mark.parametrize(("mode", "waiting"), [("app:ack", 1), ("app:204", 1), ("app", 0), ("app:409", 0)])
async def test_what_the_app_missed_arrives_later_where_its_sender_believes_it_received(
    tmp_path: Path, mode: str, waiting: int
) -> None:
    """On the disk before it is answered, and over a restart; what a processor sends again itself is not queued."""
    async with running_app() as app:
        await app.stop()
        async with opened(tmp_path, forward_to=app.url, answer=read_answering(mode)) as workspace:
            await workspace.receive(succeeded(), "stripe", "")
            assert sum(workspace.jobs.waiting().values()) == waiting
        await app.start()
        async with opened(tmp_path, forward_to=app.url) as workspace:
            await workspace.listen()
            await app.got(waiting)
            await within(lambda: not workspace.jobs.waiting())
            assert [each.status_code for each in workspace.attempts(1)] == [None, 200][: 1 + waiting]
        assert app.bodies == [succeeded().body] * waiting


async def test_what_the_app_was_late_for_comes_again_when_it_would_be_tried_again(tmp_path: Path) -> None:
    """And not at all where there are to be no retries."""
    async with running_app() as app:

        async def late(_: web.Request) -> web.Response:
            await asyncio.sleep(1)
            return web.Response()

        app._answer = late  # type: ignore[assignment,method-assign]
        await app.stop()
        await app.start()
        patient, never = Destination(app.url, name="patient"), Destination(app.url, name="never", retries=())
        for destination, tries in ((patient, [1]), (never, [])):
            answer = read_answering("app:50ms:ack")
            async with opened(tmp_path / destination.name, destinations=(destination,), answer=answer) as workspace:
                assert (await workspace.receive(succeeded(), "stripe", "")).status_code == 200
                jobs = workspace.jobs.of(1)
                assert [each.tries for each in jobs] == tries
                assert all(50 < each.due - workspace.clock() <= 60 for each in jobs)


def test_after_an_outage_the_mode_from_before_is_in_force() -> None:
    """Of the one that is in force it is known what is left: seconds, or deliveries."""
    now = 100.0
    answers = Answers(lambda: now, read_answering("reject"))
    answers.choose(read_answering("503:2"))
    assert [answers.take().status for _ in range(2)] == [503, 503]
    assert answers.take() == read_answering("reject")
    answers.choose(read_answering("500:1min"))
    answers.choose(read_answering("500:1min"))
    now = 130.0
    assert answers.current.seconds == 30.0
    now = 160.0
    assert answers.take() == answers.current == read_answering("reject")


async def test_an_app_that_is_not_there_is_known_and_since_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked for every few seconds; once it listens again, it is up again."""
    monkeypatch.setattr(health, "_EVERY", 0.02)
    async with app() as (url, _):
        pass
    async with opened(tmp_path, forward_to=url) as workspace:
        await workspace.listen()
        for _ in range(200):
            if workspace.app_down_since is not None:
                break
            await asyncio.sleep(0.02)
        assert workspace.app_down_since is not None
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
        async with server:
            for _ in range(200):
                if workspace.app_down_since is None:
                    break
                await asyncio.sleep(0.02)
            assert workspace.app_down_since is None


async def test_looking_for_the_app_ends_whenever_it_is_told_to(tmp_path: Path) -> None:
    """Also in the very moment in which the app is found: a workspace that waits for it would never close."""
    async with app() as (url, _), opened(tmp_path) as workspace, asyncio.timeout(20):
        for turns in range(15):  # of the loop; a connection takes some eight
            looking = asyncio.create_task(health.watch_app(workspace, check_destination(url)))
            for _ in range(turns):
                await asyncio.sleep(0)
            looking.cancel()
            await asyncio.wait([looking])
            assert looking.cancelled()
