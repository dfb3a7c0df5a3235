"""Signatures made by hand, for the processors without a library of their own that signs or verifies.

Each is written down as the processor's documentation describes it, with nothing but hashlib, hmac and base64: a
mistake in how we read the rules would otherwise be in what signs and in what verifies alike.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from inspector.model import CapturedRequest, Verdict
from tests.connectors.shared import NOW, SAMPLES, handle

SECRET = "whsec_Throwaway+Key/42=="
"""Neither hex nor base64."""
HEX = "3f1c9a5b7d2e4f608192a3b4c5d6e7f8"
SECONDS, MILLISECONDS = f"{NOW:.0f}", f"{NOW * 1000:.0f}"
URL = "https://shop.example/hooks"


def mac(text: bytes, key: str | bytes = SECRET, digest: str = "sha256") -> bytes:
    """HMAC (RFC 2104)."""
    return hmac.new(key.encode() if isinstance(key, str) else key, text, digest).digest()


def base64(content: bytes | str) -> str:
    """Standard base64 with padding (RFC 4648, 4)."""
    return b64encode(content.encode() if isinstance(content, str) else content).decode()


def of_body(header: str, digest: str = "sha256", prefix: str = "") -> Callable[[bytes], dict[str, str]]:
    """The commonest: a hex HMAC of the raw body."""
    return lambda body: {header: prefix + mac(body, digest=digest).hex()}


def calida(body: bytes) -> dict[str, str]:
    """The body with its keys sorted and without white space."""
    canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"x-eorder-webhook-signature": mac(canonical.encode(), digest="sha512").hex()}


def dlocal(body: bytes) -> str:
    """X-Login, X-Date and the body, one after the other."""
    return mac(b"login" + b"2026-01-01T00:00:00.000Z" + body).hex()


DLOCAL = {"X-Login": "login", "X-Date": "2026-01-01T00:00:00.000Z"}


def phonepe(body: bytes) -> dict[str, str]:
    """The base64 text in the body, followed by the salt key; the salt's index after three hashes."""
    text = json.loads(body)["response"]
    return {"X-VERIFY": hashlib.sha256((text + SECRET).encode()).hexdigest() + "###1"}


def rapyd(body: bytes) -> dict[str, str]:
    """Address, salt, timestamp, access key, secret and body; base64 of the hex text."""
    text = f"{URL}salt{SECONDS}access{SECRET}".encode() + body
    return {"salt": "salt", "timestamp": SECONDS, "signature": base64(mac(text).hex())}


class Case(NamedTuple):
    """A connector, the beginning of a sample's name, the settings, what the headers are, and whether they cover it."""

    connector: str
    sample: str
    settings: dict[str, str]
    sign: Callable[[bytes], dict[str, str]]
    covers: bool = True


CASES = [
    Case(
        "airwallex",
        "",
        {"webhook_secret": SECRET},
        lambda body: {"x-timestamp": MILLISECONDS, "x-signature": mac(MILLISECONDS.encode() + body).hex()},
    ),
    Case(
        "authorizedotnet",
        "",
        {"signature_key": HEX},
        lambda body: {"X-ANET-Signature": "sha512=" + mac(body, HEX, "sha512").hex().upper()},
    ),
    Case("calida", "", {"webhook_secret": SECRET}, calida),
    Case(
        "cashtocode",
        "",
        {"webhook_credentials": "Basic dXNlcjpwYXNz"},
        lambda _: {"Authorization": "Basic dXNlcjpwYXNz"},
        covers=False,
    ),
    Case(
        "cashtocode",
        "",
        {"webhook_credentials": "user:pass"},
        lambda _: {"Authorization": "Basic " + base64("user:pass")},
        covers=False,
    ),
    Case("checkout", "", {"signature_key": SECRET}, of_body("Cko-Signature")),
    Case("coinbase", "", {"webhook_shared_secret": SECRET}, of_body("X-CC-Webhook-Signature")),
    Case(
        "dlocal",
        "PAID",
        {"secret_key": SECRET},
        lambda body: {**DLOCAL, "Authorization": f"V2-HMAC-SHA256, Signature: {dlocal(body)}"},
    ),
    Case("dlocal", "PAID", {"secret_key": SECRET}, lambda body: {**DLOCAL, "Signature": dlocal(body)}),
    Case("dlocal", "payout", {"secret_key": SECRET}, of_body("Payload-Signature")),
    Case(
        "finix",
        "",
        {"secret_signing_key": HEX},
        lambda body: {"Finix-Signature": f"timestamp={SECONDS}, sig={mac(SECONDS.encode() + b':' + body, HEX).hex()}"},
    ),
    Case("flutterwave", "charge", {"secret_hash": SECRET}, lambda _: {"verif-hash": SECRET}, covers=False),
    Case("flutterwave", "v4", {"secret_hash": SECRET}, lambda body: {"flutterwave-signature": base64(mac(body))}),
    Case("imerchantsolutions", "", {"webhook_secret": SECRET}, of_body("x-webhook-signature")),
    Case("klarna", "payment", {"signing_key": SECRET}, lambda body: {"Klarna-Signature": base64(mac(body))}),
    Case("klarna", "payment", {"signing_key": SECRET}, of_body("Klarna-Signature")),
    Case("lemonsqueezy", "", {"signing_secret": SECRET}, of_body("X-Signature")),
    Case(
        "nmi",
        "",
        {"signing_key": SECRET},
        lambda body: {"Webhook-Signature": f"t=nonce-7,s={mac(b'nonce-7.' + body).hex()}"},
    ),
    Case("payload", "", {"sender_secret": SECRET}, of_body("X-Payload-Signature")),
    Case("payload", "", {"sender_secret": SECRET}, lambda body: {"X-Payload-Signature": base64(mac(body))}),
    Case("paysafe", "", {"hmac_key": SECRET}, lambda body: {"Signature": base64(mac(body))}),
    Case(
        "paystack",
        "",
        {"secret_key": "sk_test_1"},
        lambda body: {"x-paystack-signature": mac(body, "sk_test_1", "sha512").hex()},
    ),
    Case("phonepe", "v1", {"salt_key": SECRET}, phonepe),
    Case(
        "phonepe",
        "v2",
        {"webhook_credentials": "user:pass"},
        lambda _: {"Authorization": hashlib.sha256(b"user:pass").hexdigest()},
        covers=False,
    ),
    Case(
        "ppro",
        "",
        {"signing_secret": SECRET},
        lambda body: {"Webhook-Signature": hashlib.sha256(body + b"." + SECRET.encode()).hexdigest()},
    ),
    Case("rapyd", "", {"secret_key": SECRET, "access_key": "access", "notification_url": URL}, rapyd),
    Case(
        "revolut",
        "",
        {"signing_secret": SECRET},
        lambda body: {
            "Revolut-Request-Timestamp": MILLISECONDS,
            "Revolut-Signature": f"v1={'0' * 64},v1={mac(b'v1.' + MILLISECONDS.encode() + b'.' + body).hex()}",
        },
    ),
    Case("sanlam", "", {"webhook_secret": SECRET}, of_body("x-signature")),
    Case(
        "worldpay",
        "",
        {"secret_key": HEX},
        lambda body: {"Event-Signature": f"1/SHA256/{'0' * 64},2/SHA256/{mac(body, bytes.fromhex(HEX)).hex()}"},
    ),
    Case("worldpay", "", {"secret_key": SECRET}, lambda body: {"Event-Signature": f"2/SHA256/{mac(body).hex()}"}),
    Case("xendit", "", {"callback_token": SECRET}, lambda _: {"x-callback-token": SECRET}, covers=False),
]


def requests(each: Case) -> list[CapturedRequest]:
    """The samples of a case."""
    return [one.request for one in SAMPLES if one.connector == each.connector and one.name.startswith(each.sample)]


def verdict(each: Case, received: CapturedRequest) -> Verdict:
    """Our verdict on a request whose secret is the one of the case."""
    return handle(each.connector, received, each.settings).events[0].verification.verdict


every_case = pytest.mark.parametrize("each", CASES, ids=lambda each: f"{each.connector} {each.sample}".strip())


@every_case
def test_we_verify_what_is_signed_by_the_book(each: Case) -> None:
    """Every sample is VALID under a signature that was made without us, and one byte of it changed is refused."""
    assert requests(each)
    for unsigned in requests(each):
        received = unsigned.with_headers(each.sign(unsigned.body))
        assert verdict(each, received) is Verdict.VALID
        spaced = msgspec.structs.replace(received, body=received.body.replace(b'"', b'" ', 1))
        if each.covers:
            assert verdict(each, spaced) is not Verdict.VALID


@every_case
def test_another_secret_is_refused(each: Case) -> None:
    """Whatever the scheme."""
    unsigned = requests(each)[0]
    received = unsigned.with_headers(each.sign(unsigned.body))
    others: dict[str, Any] = {name: text if text == URL else "another" for name, text in each.settings.items()}
    assert handle(each.connector, received, others).events[0].verification.verdict is Verdict.INVALID


def test_novalnet_signs_five_fields_and_its_key_backwards() -> None:
    """SHA-256 over tid, type, status, amount, currency and the reversed key; the checksum is in the body."""
    for each in (each.request for each in SAMPLES if each.connector == "novalnet"):
        body = json.loads(each.body)
        event, paid = body["event"], body.get("transaction", {})
        text = (
            f"{event['tid']}{event['type']}{body['result']['status']}{paid.get('amount', '')}{paid.get('currency', '')}"
        )
        event["checksum"] = hashlib.sha256((text + SECRET[::-1]).encode()).hexdigest()
        received = msgspec.structs.replace(each, body=json.dumps(body).encode())
        assert handle("novalnet", received, {"payment_access_key": SECRET}).events[0].source_verified
        event["type"] += "X"
        changed = msgspec.structs.replace(each, body=json.dumps(body).encode())
        assert not handle("novalnet", changed, {"payment_access_key": SECRET}).events[0].source_verified
