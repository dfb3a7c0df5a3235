"""Apps as developers write them, with the processors' own libraries, on loopback: what we sign they accept, triggered
or signed anew after a week; and of what is deliberately bad, each refuses every kind that its library can detect."""

import json
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from msgspec.structs import replace

from inspector.core import sign
from inspector.forwarder import Forwarder
from inspector.library import Sample
from inspector.settings import load_settings
from inspector.trigger import compose
from inspector.workspace import Options, Workspace, editable, resend
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


@asynccontextmanager
async def opened(folder: Path, name: str) -> AsyncIterator[Workspace]:
    """A workspace that has the processor's settings, as a user gives them."""
    variables = {f"INSPECTOR_{name}_{setting}".upper(): text for setting, text in SETTINGS[name].items()}
    settings = load_settings(CONNECTORS, variables)
    workspace = await Workspace.open(Options(data=folder, port=0), lambda _: settings)
    try:
        yield workspace
    finally:
        await workspace.close()


async def came(workspace: Workspace, each: Sample, moment: float) -> int:
    """A sample that was signed and came at a moment; the delivery's number."""
    connector, url = CONNECTORS[each.connector], f"http://127.0.0.1:4242/{each.connector}"
    request = compose(connector, each.request, url, "00112233445566ff", moment)
    await workspace.receive(sign(connector, request, SETTINGS[each.connector], moment), each.connector, "")
    return workspace.rows([workspace.last_id()])[0].delivery


@every_app
async def test_what_we_trigger_is_accepted(name: str, tmp_path: Path) -> None:
    """Every sample of the processor, as the key t sends it."""
    async with opened(tmp_path, name) as workspace, running(name) as url:
        found = {each.name: (await workspace.trigger(each, [], url)).status_code for each in posted(name)}
    assert len(found) > 5
    assert {each: status for each, status in found.items() if status != 200} == {}


@every_app
async def test_what_is_a_week_old_is_accepted_when_it_is_signed_anew(name: str, tmp_path: Path) -> None:
    """As the key r sends it, and with another body, as e does; as it came, it is refused where the time is signed."""
    anew: set[int | None] = set()
    edited: set[int | None] = set()
    verbatim: set[int | None] = set()
    async with opened(tmp_path, name) as workspace, running(name) as url:
        for each in posted(name):
            number = await came(workspace, each, Workspace.clock() - WEEK)
            stored = workspace.delivery(number)
            anew.update(one.status_code for one in await resend(workspace, number, url))
            end = b"&more=1" if b"bt_payload=" in stored.request.body else b" "
            again = await resend(workspace, number, url, editable(stored.request) + end)
            edited.update(one.status_code for one in again)
            verbatim.update(one.status_code for one in await workspace.forward(number, url))
    assert (anew, edited) == ({200}, {200})
    assert verbatim == {400 if name in TIMED else 200}


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
    each = posted("stripe")[0]
    good = sign(CONNECTORS["stripe"], each.request, SETTINGS["stripe"], Workspace.clock())
    sender = Forwarder(Workspace.clock)
    try:
        async with running("stripe") as url:
            body = json.dumps(json.loads(good.body), indent=1).encode()
            found = [
                (await sender.deliver(replace(good, url=url, body=each))).status_code for each in (good.body, body)
            ]
    finally:
        await sender.close()
    assert found == [200, 400]
