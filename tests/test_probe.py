"""Probing an app: what it does with a good delivery and with each bad one, told apart over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import stripe
from aiohttp import web

from inspector.model import InspectorError
from inspector.workspace import Workspace
from inspector.workspace.probe import Outcome, Probed, probe
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS, handle, sample

SECRET = SETTINGS["stripe"]["signing_secret"]
BAD = ("changed-byte", "stale", "wrong-secret", "missing-signature")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def app(answer: Answer) -> AsyncIterator[str]:
    """An app with one way to answer; its address."""
    served = web.Application()
    served.router.add_post("/hooks", answer)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    finally:
        await runner.cleanup()


async def probed(
    answer: Answer, connector: str = "stripe", name: str = "payment_intent.succeeded"
) -> dict[str, Probed]:
    """What was found of an app that answers like that, by kind of delivery."""
    request, settings = sample(connector, name), SETTINGS[connector]
    async with app(answer) as url:
        found = await probe(CONNECTORS[connector], request, url, settings, Workspace.clock, 0.5)
    return {each.kind: each for each in found}


def outcomes(found: dict[str, Probed]) -> dict[str, str]:
    """The outcomes alone."""
    return {kind: each.outcome.value for kind, each in found.items()}


def verifying(tolerance: int | None = 300, status: int = 400) -> Answer:
    """An app with Stripe's own library."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            header = request.headers.get("Stripe-Signature")
            stripe.WebhookSignature.verify_header(await request.read(), header, SECRET, tolerance)
        except stripe.SignatureVerificationError:
            return web.Response(status=status)
        return web.Response()

    return answer


async def test_an_app_that_verifies_has_no_finding() -> None:
    """The good one is accepted, every bad one refused."""
    found = await probed(verifying())
    assert outcomes(found) == {"good": "accepted", **dict.fromkeys(BAD, "refused")}
    assert not any(each.finding for each in found.values())


async def test_an_app_that_believes_everything_is_found_out() -> None:
    """Each bad one that is accepted is a finding that says what is to be done."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    found = await probed(answer)
    assert [kind for kind, each in found.items() if each.finding] == list(BAD)
    assert "raw bytes" in found["changed-byte"].remark
    assert "anybody could send" in found["missing-signature"].remark


async def test_an_app_that_forgets_the_time_is_found_out() -> None:
    """Stripe's library without a tolerance accepts a replay."""
    found = await probed(verifying(tolerance=None))
    assert [kind for kind, each in found.items() if each.finding] == ["stale"]


async def test_an_app_that_refuses_a_good_one_is_found_out() -> None:
    """With a hint at the secret; a path where nothing is has another hint."""

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    async def lost(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    refused, elsewhere = await probed(refuse), await probed(lost)
    assert [kind for kind, each in refused.items() if each.finding] == ["good"]
    assert "same secret" in refused["good"].remark
    assert "is the path right?" in elsewhere["good"].remark


async def test_a_crash_is_no_refusal_and_no_belief() -> None:
    """A 500, a closed connection: not believed, and said, because a processor would send it again."""

    async def broken(request: web.Request) -> web.StreamResponse:
        if request.transport is not None and "Stripe-Signature" not in request.headers:
            request.transport.close()
        return await verifying(status=500)(request)

    found = await probed(broken)
    assert outcomes(found) == {"good": "accepted", **dict.fromkeys(BAD, "crashed")}
    assert not any(each.finding for each in found.values())
    assert "answer with 400" in found["stale"].remark
    attempt = found["missing-signature"].attempt
    assert attempt is not None
    assert "closed the connection" in attempt.error


async def test_a_good_one_without_an_answer_ends_it() -> None:
    """Too slow, redirected, or not there: no good delivery was accepted, and that is the finding."""

    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async def moved(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/login"})

    late, away = await probed(slow), await probed(moved)
    assert outcomes(late) == {"good": "crashed", **dict.fromkeys(BAD, "not sent")}
    assert late["good"].finding
    assert outcomes(away) == {"good": "strange", **dict.fromkeys(BAD, "strange")}
    assert [kind for kind, each in away.items() if each.finding] == ["good"]


async def test_what_a_signature_cannot_be_is_not_sent() -> None:
    """Adyen judges no time: nothing can be stale, and that is said."""
    bodies: list[bytes] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.read())
        return web.Response(status=200 if len(bodies) == 1 else 401)

    found = await probed(answer, "adyen", "AUTHORISATION.success")
    assert found["stale"].outcome is Outcome.NOT_SENT
    assert "never stale" in found["stale"].remark
    assert len(bodies) == 4
    assert not any(each.finding for each in found.values())


async def test_every_delivery_is_an_event_of_its_own() -> None:
    """An app that answers copies with a 200 would look as if it believed the bad ones."""
    ids: list[str | None] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        received = sample("stripe", "payment_intent.succeeded")
        ids.append(handle("stripe", type(received)(body=await request.read())).events[0].event_id)
        return web.Response()

    await probed(answer)
    assert len(set(ids)) == len(ids) == 5


async def test_what_is_not_signed_cannot_be_probed() -> None:
    """Nothing is sent to the app."""

    async def answer(_: web.Request) -> web.StreamResponse:
        raise AssertionError("nothing should come")

    with pytest.raises(InspectorError, match="does not sign this event"):
        await probed(answer, "itaubank", next(each.name for each in SAMPLES if each.connector == "itaubank"))
