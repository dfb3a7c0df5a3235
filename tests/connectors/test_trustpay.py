"""TrustPay signs the values of a body, and not its bytes."""

import hmac
from typing import Any

import pytest

from tests.connectors.shared import SETTINGS, handle, request

SECRET = SETTINGS["trustpay"]["secret_key"].encode()


def body(amount: Any = 12, **more: Any) -> dict[str, Any]:
    """A payment that came in."""
    references = {"PaymentRequestId": "iAqK", "MerchantReference": "A-1001"}
    money = {"Amount": amount, "Currency": "EUR"}
    payment = {"CreditDebitIndicator": "CRDT", "Status": "Paid", "References": references, "Amount": money, **more}
    return {"PaymentInformation": payment}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (body(), "12.00/A-1001/CRDT/EUR/Paid/iAqK"),
        (body(49.99), "49.99/A-1001/CRDT/EUR/Paid/iAqK"),
        (body(1000.5), "1000.50/A-1001/CRDT/EUR/Paid/iAqK"),
        (body(Flags=[True, None], Note="ž"), "12.00/A-1001/CRDT/EUR/Paid/iAqK/null/true/ž"),
    ],
)
def test_the_values_are_sorted_and_joined(values: dict[str, Any], text: str) -> None:
    """However deep they stand: numbers with two decimals, true and null in words, the signature left out."""
    signature = hmac.digest(SECRET, text.encode(), "sha256").hex().upper()
    event = handle("trustpay", request("trustpay", {**values, "Signature": signature})).events[0]
    assert event.source_verified
    assert event.verification.signed_text == text.encode()
    forged = {**values, "Signature": f"{int(signature[0], 16) ^ 1:X}{signature[1:]}"}
    assert not handle("trustpay", request("trustpay", forged)).source_verified
