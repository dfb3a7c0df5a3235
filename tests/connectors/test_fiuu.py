"""Fiuu: two digests, computed here once more from its formulas, over forms and JSON."""

from hashlib import md5
from typing import Any
from urllib.parse import urlencode

import pytest

from inspector.model import CapturedRequest, Verdict
from tests.connectors.shared import SETTINGS, handle, request

SECRET = SETTINGS["fiuu"]["secret_key"]
PAYMENT = {
    "nbcb": "2",
    "amount": "10.00",
    "orderid": "A-1",
    "tranID": "900",
    "domain": "shop",
    "status": "00",
    "appcode": "777",
    "currency": "MYR",
    "channel": "credit",
    "paydate": "2026-01-01 08:00:00",
}
REFUND = {
    "RefundType": "P",
    "MerchantID": "shop",
    "RefID": "R-1",
    "RefundID": "55",
    "TxnID": "900",
    "Amount": "10.00",
    "Status": "00",
}


def digest(text: str) -> str:
    """MD5 in hexadecimal."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def paid(**changes: str) -> dict[str, str]:
    """A payment notification with its skey."""
    fields = {**PAYMENT, **changes}
    inner = digest("".join(fields[name] for name in ("tranID", "orderid", "status", "domain", "amount", "currency")))
    skey = digest(fields["paydate"] + fields["domain"] + inner + fields.get("appcode", "") + SECRET)
    return {**fields, "skey": skey}


def refunded(**changes: str) -> dict[str, str]:
    """A refund notification with its Signature."""
    fields = {**REFUND, **changes}
    return {**fields, "Signature": digest("".join(fields.values()) + SECRET)}


def form(fields: dict[str, str]) -> CapturedRequest:
    """The fields as Fiuu posts them."""
    headers = (("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),)
    return CapturedRequest(url="http://127.0.0.1:4242/fiuu", headers=headers, body=urlencode(fields).encode())


@pytest.mark.parametrize("fields", [paid(), paid(appcode=""), refunded(), refunded(Status="11")])
def test_the_formulas_of_fiuu_are_verified(fields: dict[str, str]) -> None:
    """Form or JSON, payment or refund: the digest by Fiuu's formula is VALID."""
    assert handle("fiuu", form(fields)).verification.verdict is Verdict.VALID
    assert handle("fiuu", request("fiuu", fields)).verification.verdict is Verdict.VALID


@pytest.mark.parametrize("name", ["tranID", "orderid", "status", "domain", "amount", "currency", "paydate", "appcode"])
def test_every_field_of_a_payments_digest_counts(name: str) -> None:
    """None of the fields that Fiuu signs can be changed."""
    fields = paid()
    assert handle("fiuu", form({**fields, name: fields[name] + "1"})).verification.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "fields",
    [
        {**paid(), "RefundType": "P", "RefundID": "55", "TxnID": "900", "Amount": "10.00", "Status": "00"},
        {**refunded(), **PAYMENT},
    ],
)
def test_a_digest_of_one_kind_does_not_vouch_for_the_other(fields: dict[str, str]) -> None:
    """A payment that was given the fields of a refund is not verified by its skey, nor a refund the other way."""
    assert not handle("fiuu", form(fields)).source_verified
    assert not handle("fiuu", request("fiuu", fields)).source_verified


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        ({}, "PAYMENT_INTENT_SUCCESS"),
        ({"capture_method": "automatic"}, "PAYMENT_INTENT_SUCCESS"),
        ({"capture_method": "manual"}, "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"),
    ],
)
def test_status_00_is_an_authorization_where_the_merchant_captures(capture: dict[str, Any], expected: str) -> None:
    """The message does not tell how a payment is captured; the setting does."""
    (event,) = handle("fiuu", form(paid()), {"secret_key": SECRET, **capture}).events
    assert event.event_type == expected
    content = event.event_response.payment
    assert content is not None
    assert content.status == ("AUTHORIZED" if "AUTHORIZATION" in expected else "CHARGED")
    assert content.created_at == 1767225600
