"""What the processors publish: their libraries sign and we verify, we sign and they verify; a changed byte nobody."""

import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, quote_plus

import msgspec
import pytest

from inspector.library import Sample
from inspector.model import CapturedRequest
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS, handle, request, sample, signed
from tests.connectors.test_samples import changed, sample_id

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import Adyen.util
    import braintree
    import razorpay
    import standardwebhooks
    import stripe
    from square.utils.webhooks_helper import verify_signature


def clock() -> float:
    """Unix seconds: the libraries look at the clock themselves, and a run of all tests takes minutes."""
    return datetime.now(UTC).timestamp()  # noqa: TID251 - it is theirs


def of(name: str) -> Any:
    """A test for every sample of a connector."""
    return pytest.mark.parametrize("each", [each for each in SAMPLES if each.connector == name], ids=sample_id)


def fresh(each: Sample) -> CapturedRequest:
    """A sample, signed by us just now."""
    return signed(each.connector, each.request, clock())


def refuses(check: Callable[[CapturedRequest], bool], received: CapturedRequest) -> bool:
    """Whether a library refuses a request, by its answer or by an error of its own."""
    try:
        return not check(received)
    except (
        *(stripe.SignatureVerificationError, razorpay.errors.SignatureVerificationError, UnicodeDecodeError),
        *(standardwebhooks.WebhookVerificationError, braintree.exceptions.InvalidSignatureError, json.JSONDecodeError),
    ):
        return True


def by_stripe(received: CapturedRequest) -> bool:
    """Stripe's library verifies, and builds its event."""
    secret = SETTINGS["stripe"]["signing_secret"]
    header = received.header("stripe-signature")
    stripe.WebhookSignature.verify_header(received.body, header, secret, 300)
    return True


@of("stripe")
def test_stripe_verifies_what_we_sign(each: Sample) -> None:
    """Stripe's own check accepts the signature, and refuses it with a byte changed."""
    received = fresh(each)
    assert by_stripe(received)
    assert refuses(by_stripe, changed("stripe", received))


@of("stripe")
def test_stripe_reads_our_samples(each: Sample) -> None:
    """Stripe's library builds its own objects of a sample: it is complete enough to develop against."""
    received = fresh(each)
    values = json.loads(received.body)
    if values["object"] == "v2.core.event":
        return
    header, secret = received.header("stripe-signature"), SETTINGS["stripe"]["signing_secret"]
    event = stripe.Webhook.construct_event(received.body, header, secret)
    assert event.type == values["type"]
    assert event.data.object["object"] == values["data"]["object"]["object"]


def test_we_verify_what_stripe_signs() -> None:
    """A header made by Stripe's library is VALID, and not after a byte is changed."""
    each = sample("stripe", "payment_intent.succeeded")
    secret = SETTINGS["stripe"]["signing_secret"]
    now = clock()
    header = stripe.WebhookSignature.generate_signature_header(each.body.decode(), secret, timestamp=int(now))
    received = each.with_headers({"Stripe-Signature": header})
    assert handle("stripe", received, now=now).source_verified
    assert not handle("stripe", changed("stripe", received), now=now).source_verified


def by_adyen(received: CapturedRequest) -> bool:
    """Adyen's library verifies: the whole body of a platform webhook, else every item one by one."""
    key = SETTINGS["adyen"]["hmac_key"]
    whole = received.header("hmacsignature")
    if whole is not None:
        return bool(Adyen.util.is_valid_hmac_payload(whole, key, received.body))
    items = [each["NotificationRequestItem"] for each in json.loads(received.body)["notificationItems"]]
    return all(Adyen.util.is_valid_hmac_notification(each, key) for each in items)


@of("adyen")
def test_adyen_verifies_what_we_sign(each: Sample) -> None:
    """Adyen's own check accepts every item, and refuses one with a covered value changed."""
    received = fresh(each)
    assert by_adyen(received)
    assert refuses(by_adyen, changed("adyen", received))


@of("adyen")
def test_we_verify_what_adyen_signs(each: Sample) -> None:
    """Items signed by Adyen's library are VALID, and not after a covered value is changed."""
    notification, key = json.loads(each.request.body), SETTINGS["adyen"]["hmac_key"]
    whole = Adyen.util.generate_payload_sig(each.request.body, key).decode()
    for entry in notification.get("notificationItems", ()):
        item = entry["NotificationRequestItem"]
        bare = {key: value for key, value in item.items() if key != "additionalData"}
        item["additionalData"]["hmacSignature"] = Adyen.util.generate_notification_sig(bare, key).decode()
    received = request("adyen", notification)
    if "notificationItems" not in notification:
        received = each.request.with_headers({"HmacSignature": whole})
    assert handle("adyen", received).source_verified
    assert not handle("adyen", changed("adyen", received)).source_verified


def by_razorpay(received: CapturedRequest) -> bool:
    """Razorpay's library verifies."""
    client = razorpay.Client(auth=("key_id", "key_secret"))
    signature, secret = received.header("x-razorpay-signature"), SETTINGS["razorpay"]["webhook_secret"]
    return bool(client.utility.verify_webhook_signature(received.body.decode(), signature, secret))


@of("razorpay")
def test_razorpay_verifies_what_we_sign(each: Sample) -> None:
    """Razorpay's own check accepts the signature, and refuses it with a byte changed. The library only verifies."""
    received = fresh(each)
    assert by_razorpay(received)
    assert refuses(by_razorpay, changed("razorpay", received))
    assert not handle("razorpay", changed("razorpay", received)).source_verified


def by_square(received: CapturedRequest) -> bool:
    """Square's library verifies, with the registered address."""
    settings = SETTINGS["square"]
    found: bool = verify_signature(
        request_body=received.body.decode(),
        signature_header=received.header("x-square-hmacsha256-signature") or "",
        signature_key=settings["signature_key"],
        notification_url=settings["notification_url"],
    )
    return found


@of("square")
def test_square_verifies_what_we_sign(each: Sample) -> None:
    """Square's own check accepts the signature, and refuses it with a byte changed. The library only verifies."""
    received = fresh(each)
    assert by_square(received)
    assert refuses(by_square, changed("square", received))
    assert not handle("square", changed("square", received)).source_verified


@of("square")
def test_square_reads_our_samples(each: Sample) -> None:
    """Square's library builds its own event of a sample: it is complete enough to develop against."""
    values = json.loads(each.request.body)
    words = values["type"].replace(".", "_")
    name = "".join(word.capitalize() for word in words.split("_"))
    event = getattr(import_module(f"square.types.{words}_event"), f"{name}Event").model_validate(values)
    assert event.event_id == values["event_id"]


GATEWAY = braintree.BraintreeGateway(
    braintree.Configuration(
        braintree.Environment.Sandbox,
        "merchant",
        SETTINGS["braintree"]["public_key"],
        SETTINGS["braintree"]["private_key"],
    )
)
NAMED = [
    name
    for family in type(CONNECTORS["braintree"].document.types).model_fields
    for names in getattr(CONNECTORS["braintree"].document.types, family)
    for name in names.split(", ")
]
KINDS = sorted(value for name, value in vars(braintree.WebhookNotification.Kind).items() if name[0].isupper())


def by_braintree(received: CapturedRequest) -> bool:
    """Braintree's library verifies, and builds its notification."""
    form = parse_qs(received.body.decode(), keep_blank_values=True)
    return bool(GATEWAY.webhook_notification.parse(form["bt_signature"][0], form["bt_payload"][0]).kind)


@of("braintree")
def test_braintree_verifies_what_we_sign(each: Sample) -> None:
    """Braintree's own check accepts the signature and reads the XML, and refuses it with a byte changed."""
    received = fresh(each)
    assert by_braintree(received)
    place = received.body.index(b"bt_payload=") + 60
    while not chr(received.body[place]).isalpha() or b"%" in received.body[place - 2 : place]:
        place += 1
    body = received.body[:place] + bytes([received.body[place] ^ 1]) + received.body[place + 1 :]
    tampered = msgspec.structs.replace(received, body=body)
    assert refuses(by_braintree, tampered)
    assert not handle("braintree", tampered).source_verified


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_we_verify_and_name_what_braintree_signs(kind: str) -> None:
    """Every notification that Braintree's library makes for tests is VALID, and its kind is one of our document."""
    made = GATEWAY.webhook_testing.sample_notification(kind, "my_id")
    body = f"bt_signature={quote_plus(made['bt_signature'])}&bt_payload={quote_plus(made['bt_payload'].decode())}"
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    received = CapturedRequest(url="http://127.0.0.1:4242/braintree", headers=headers, body=body.encode())
    (event,) = handle("braintree", received).events
    assert event.source_verified
    assert event.native_type == kind
    assert event.occurred_at is not None
    assert any(kind == name or (name.endswith("*") and kind.startswith(name[:-1])) for name in NAMED)


def test_braintree_answers_a_challenge_as_we_do() -> None:
    """The answer to the check of the address is that of Braintree's library."""
    challenge = "20f9f8ed05f77439fe955c977e4c8a53"
    received = CapturedRequest(method="GET", url=f"http://127.0.0.1:4242/braintree?bt_challenge={challenge}")
    expected = GATEWAY.webhook_notification.verify(challenge)
    assert handle("braintree", received).acknowledgement.body.decode() == expected


def by_standardwebhooks(received: CapturedRequest) -> bool:
    """The specification's library verifies."""
    webhook = standardwebhooks.Webhook(SETTINGS["standardwebhooks"]["signing_secret"])
    webhook.verify(received.body, dict(received.headers))
    return True


@of("standardwebhooks")
def test_standardwebhooks_verifies_what_we_sign(each: Sample) -> None:
    """The specification's own check accepts the signature, and refuses it with a byte changed."""
    received = fresh(each)
    if received.header("svix-id"):
        renamed = tuple((name.lower().replace("svix-", "webhook-"), value) for name, value in received.headers)
        received = msgspec.structs.replace(received, headers=renamed)
    assert by_standardwebhooks(received)
    assert refuses(by_standardwebhooks, changed("standardwebhooks", received))


def test_we_verify_what_standardwebhooks_signs() -> None:
    """Headers made by the specification's library are VALID, and not after a byte is changed."""
    each = sample("standardwebhooks", "payment.succeeded")
    webhook = standardwebhooks.Webhook(SETTINGS["standardwebhooks"]["signing_secret"])
    now = clock()
    at = datetime.fromtimestamp(int(now), UTC)
    signature = webhook.sign(each.header("webhook-id") or "", at, each.body.decode())
    received = each.with_headers({"webhook-timestamp": str(int(now)), "webhook-signature": signature})
    assert handle("standardwebhooks", received, now=now).source_verified
    assert not handle("standardwebhooks", changed("standardwebhooks", received), now=now).source_verified
