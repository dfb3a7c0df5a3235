"""TrueLayer's own test vectors: a signature that its libraries of all languages have to accept."""

import json

import msgspec
import pytest

from inspector.model import CapturedRequest, Verdict
from tests.connectors.shared import handle

KEY_SET = json.dumps(
    {
        "keys": [
            {
                "kty": "EC",
                "alg": "ES512",
                "kid": "45fc75cf-5649-4134-84b3-192c2c78e990",
                "crv": "P-521",
                "x": "oLuW4nFqoUuR8d7FVsUoI62libYdQlWGtLStnqdudLY92bQ0ra5eZAbkunrGTR9-w9mr4o2Etyb6pC7YB2-23WM",
                "y": "AX1cjkGMiltikPrkX49qwuJDdcETaTsj-kyFP8jsF9W5XAB3Z4tBiQtc72DQnJYeKyAV_T6qZTtFKFr-Tp4iu-j7",
            }
        ]
    }
)
HEADER = (
    "eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnNpb24iOiIyIiwidGxfaGVhZGVy"
    "cyI6IlgtVGwtV2ViaG9vay1UaW1lc3RhbXAsQ29udGVudC1UeXBlIiwiamt1IjoiaHR0cHM6Ly93ZWJob29rcy50cnVlbGF5ZXIuY29tLy53ZWxsLWtu"
    "b3duL2p3a3MifQ"
)
SIGNATURE = (
    "AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZQx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvI"
    "zyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8isVZn_"
)
REQUEST = CapturedRequest(
    url="http://127.0.0.1:4242/tl-webhook",
    headers=(
        ("x-tl-webhook-timestamp", "2021-11-29T11:42:55Z"),
        ("content-type", "application/json"),
        ("tl-signature", f"{HEADER}..{SIGNATURE}"),
    ),
    body=b'{"event_type":"example","event_id":"18b2842b-a57b-4887-a0a6-d3c7c36f1020"}',
)


def verdict(received: CapturedRequest, **settings: str) -> Verdict:
    """Our verdict with the published key set."""
    return handle("truelayer", received, {"jwks": KEY_SET, **settings}).verification.verdict


def test_the_published_webhook_signature() -> None:
    """https://github.com/TrueLayer/truelayer-signing/tree/main/test-resources: body and headers are covered."""
    assert verdict(REQUEST) is Verdict.VALID
    assert verdict(msgspec.structs.replace(REQUEST, body=REQUEST.body + b" ")) is Verdict.INVALID
    assert verdict(REQUEST.with_headers({"x-tl-webhook-timestamp": "2021-12-29T11:42:55Z"})) is Verdict.INVALID


@pytest.mark.parametrize("path", ["/tl-webhook/", "/truelayer"])
def test_the_path_is_that_of_the_registered_address(path: str) -> None:
    """A slash at the end is forgiven, as the libraries do; behind a tunnel the setting says what was signed."""
    called = msgspec.structs.replace(REQUEST, url=f"http://127.0.0.1:4242{path}")
    assert verdict(called, notification_url="https://shop.example/tl-webhook") is Verdict.VALID
    assert (verdict(called) is Verdict.VALID) == path.startswith("/tl-webhook")


def test_the_key_set_that_the_message_names_is_asked_for() -> None:
    """Without it nothing is verified; with it, everything as before."""
    address = "https://webhooks.truelayer.com/.well-known/jwks"
    asked = handle("truelayer", REQUEST, {}).verification
    assert (asked.verdict, asked.needs) == (Verdict.KEY_NEEDED, address)
