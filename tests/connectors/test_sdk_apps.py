"""Apps as developers write them, with the processors' own libraries, on loopback: what we sign they accept, triggered
or signed anew after a week; and of what is deliberately bad, each refuses every kind that its library can detect."""

import json
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import msgspec
import pytest
from aiohttp import web

from inspector.core import sign
from inspector.forwarder import Forwarder
from inspector.library import Sample
from inspector.model import CapturedRequest
from inspector.trigger import compose
from inspector.workspace import Workspace
from inspector.workspace.probe import probe
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import Adyen.util
    import braintree
    import razorpay
    import standardwebhooks
    import stripe
    from square.utils.webhooks_helper import verify_signature

WEEK = 7 * 86_400.0
Verify = Callable[[Mapping[str, str], bytes], bool]


def stripe_app(headers: Mapping[str, str], body: bytes) -> bool:
    """Stripe's library, with its own tolerance of five minutes."""
    secret = SETTINGS["stripe"]["signing_secret"]
    return bool(stripe.WebhookSignature.verify_header(body, headers.get("Stripe-Signature", ""), secret, 300))


def adyen_app(headers: Mapping[str, str], body: bytes) -> bool:
    """Adyen's library: each item of a batch, or the whole body where the signature is a header."""
    key, notification = SETTINGS["adyen"]["hmac_key"], json.loads(body)
    if "notificationItems" not in notification:
        return bool(Adyen.util.is_valid_hmac_payload(headers.get("HmacSignature", ""), key, body))
    items = [each["NotificationRequestItem"] for each in notification["notificationItems"]]
    return all(Adyen.util.is_valid_hmac_notification(each, key) for each in items)


def braintree_app(_: Mapping[str, str], body: bytes) -> bool:
    """Braintree's library verifies and parses."""
    settings, sandbox = SETTINGS["braintree"], braintree.Environment.Sandbox
    keys = (settings["public_key"], settings["private_key"])
    gateway = braintree.BraintreeGateway(braintree.Configuration(sandbox, "merchant", *keys))
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return bool(gateway.webhook_notification.parse(form.get("bt_signature"), form.get("bt_payload")).kind)


def razorpay_app(headers: Mapping[str, str], body: bytes) -> bool:
    """Razorpay's library."""
    client = razorpay.Client(auth=("key_id", "key_secret"))
    signature, secret = headers.get("X-Razorpay-Signature", ""), SETTINGS["razorpay"]["webhook_secret"]
    return bool(client.utility.verify_webhook_signature(body.decode(), signature, secret))


def square_app(headers: Mapping[str, str], body: bytes) -> bool:
    """Square's library, with the address that is registered."""
    found: bool = verify_signature(
        request_body=body.decode(),
        signature_header=headers.get("X-Square-Hmacsha256-Signature", ""),
        signature_key=SETTINGS["square"]["signature_key"],
        notification_url=SETTINGS["square"]["notification_url"],
    )
    return found


def standardwebhooks_app(headers: Mapping[str, str], body: bytes) -> bool:
    """The specification's library, which wants its own names of the headers."""
    own = {name.lower().replace("svix-", "webhook-"): value for name, value in headers.items()}
    standardwebhooks.Webhook(SETTINGS["standardwebhooks"]["signing_secret"]).verify(body, own)
    return True


APPS: Mapping[str, Verify] = {
    "stripe": stripe_app,
    "adyen": adyen_app,
    "braintree": braintree_app,
    "razorpay": razorpay_app,
    "square": square_app,
    "standardwebhooks": standardwebhooks_app,
}
TIMED = ("stripe", "standardwebhooks")  # the others sign no time: their libraries cannot tell an old delivery
REFUSALS = (
    *(stripe.SignatureVerificationError, razorpay.errors.SignatureVerificationError),
    *(standardwebhooks.WebhookVerificationError, braintree.exceptions.InvalidSignatureError),
    *(KeyError, ValueError),  # Adyen's library, where an item has no signature
)
every_app = pytest.mark.parametrize("name", APPS)


@asynccontextmanager
async def running(name: str) -> AsyncIterator[str]:
    """The app of a processor; its address."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            good = APPS[name](request.headers, body)
        except REFUSALS:
            good = False
        return web.Response(status=200 if good else 400)

    served = web.Application()
    served.router.add_post("/hooks", answer)
    runner = web.AppRunner(served)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    finally:
        await runner.cleanup()


def posted(name: str) -> list[Sample]:
    """The samples that a processor posts."""
    return [each for each in SAMPLES if each.connector == name and each.request.method == "POST"]


async def answers(name: str, made: Callable[[Sample, str], CapturedRequest]) -> dict[str, int | None]:
    """What the app answers to what is made of each sample, by the sample's name."""
    sender = Forwarder(Workspace.clock)
    try:
        async with running(name) as url:
            return {each.name: (await sender.deliver(made(each, url))).status_code for each in posted(name)}
    finally:
        await sender.close()


def signed_at(each: Sample, url: str, moment: float) -> CapturedRequest:
    """A sample as `inspector trigger` makes it, under a new event id, at a moment."""
    connector = CONNECTORS[each.connector]
    request = compose(connector, each.request, url, "00112233445566ff", moment)
    return sign(connector, request, SETTINGS[each.connector], moment)


@every_app
async def test_what_we_trigger_is_accepted(name: str) -> None:
    """Every sample of the processor."""
    found = await answers(name, lambda each, url: signed_at(each, url, Workspace.clock()))
    assert len(found) > 5
    assert {each: status for each, status in found.items() if status != 200} == {}


@every_app
async def test_what_is_a_week_old_is_accepted_when_it_is_signed_anew(name: str) -> None:
    """Over the signature that it bears already; as it was, it is refused where the library looks at the time."""

    def old(each: Sample, url: str) -> CapturedRequest:
        return signed_at(each, url, Workspace.clock() - WEEK)

    def anew(each: Sample, url: str) -> CapturedRequest:
        before = old(each, url)
        after = sign(CONNECTORS[name], before, SETTINGS[name], Workspace.clock())
        assert (before == after) is (name not in TIMED)
        return after

    assert set((await answers(name, anew)).values()) == {200}
    assert set((await answers(name, old)).values()) == {400 if name in TIMED else 200}


@every_app
async def test_what_is_bad_is_refused(name: str) -> None:
    """A changed byte, another secret and no signature by all; what is stale by those whose signature holds a time."""
    each = posted(name)[0]
    async with running(name) as url:
        found = await probe(CONNECTORS[name], each.request, url, SETTINGS[name], Workspace.clock)
    assert {one.kind: one.outcome.value for one in found} == {
        "good": "accepted",
        "changed-byte": "refused",
        "stale": "refused" if name in TIMED else "not sent",
        "wrong-secret": "refused",
        "missing-signature": "refused",
    }
    assert not any(one.finding for one in found)


async def test_a_body_that_is_written_anew_is_refused() -> None:
    """What a framework does that hands on parsed JSON: the bytes differ, and so no signature fits."""

    def rewritten(each: Sample, url: str) -> CapturedRequest:
        good = signed_at(each, url, Workspace.clock())
        return msgspec.structs.replace(good, body=json.dumps(json.loads(good.body), indent=1).encode())

    assert set((await answers("stripe", rewritten)).values()) == {400}
