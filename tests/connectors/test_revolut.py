"""Revolut signs the raw body under its time in milliseconds, once for each secret that is alive."""

import pytest

from inspector.model import Verdict
from tests.connectors.shared import handle, request

BODY = (
    b'{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending",'
    b'"request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged",'
    b'"timestamp":"2023-05-09T16:36:38.028960Z"}'
)
SECRET = {"signing_secret": "wsk_r59a4HfWVAKycbCaNO1RvgCJec02gRd8"}
SIGNATURE = "v1=bca326fb378d0da7f7c490ad584a8106bab9723d8d9cdd0d50b4c5b3be3837c0"
NOW = 1683650202.36


def verdict(body: bytes = BODY, signature: str = SIGNATURE, now: float = NOW) -> Verdict:
    """Our verdict on the published request, changed."""
    headers = {"Revolut-Signature": signature, "Revolut-Request-Timestamp": "1683650202360"}
    return handle("revolut", request("revolut", body, headers), SECRET, now).verification.verdict


def test_the_published_signature() -> None:
    """https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature."""
    assert verdict() is Verdict.VALID
    assert verdict(body=BODY + b" ") is Verdict.INVALID


@pytest.mark.parametrize(("seconds", "found"), [(299, Verdict.VALID), (301, Verdict.EXPIRED), (-301, Verdict.EXPIRED)])
def test_five_minutes_either_way_are_tolerated(seconds: int, found: Verdict) -> None:
    """The time is in milliseconds, and is judged in seconds."""
    assert verdict(now=NOW + seconds) is found


def test_any_of_several_signatures_counts() -> None:
    """While a secret is rotated, the header holds one for each."""
    assert verdict(signature=f"v1={'0' * 64},{SIGNATURE}") is Verdict.VALID
    assert verdict(signature=f"v1={'0' * 64},v2={SIGNATURE[3:]}") is Verdict.INVALID
