"""Deliveries with a hostile text in every field that a sender fills."""

from typing import Any, Final

import msgspec

from inspector.model import CapturedRequest
from tests.hostile.texts import TEXTS

__all__ = ["COUNT", "hostile", "plain_headers"]

COUNT: Final = -(-len(TEXTS) // 3)
"""So many deliveries hold every text."""


def _content(one: str, two: str, three: str) -> dict[str, Any]:
    """An event of Stripe's in which every text is one of these."""
    return {
        "id": f"evt_{one}",
        "type": f"payment_intent.{two}",
        "created": 1767268790,
        "livemode": False,
        "api_version": three,
        "data": {
            "object": {
                "id": f"pi_{three}",
                "object": "payment_intent",
                "amount": 1999,
                "currency": one[:3],
                "status": two,
                "description": three,
                "customer": one,
                "receipt_email": two,
                "latest_charge": three,
                "last_payment_error": {"code": one, "message": two, "decline_code": three},
                "metadata": {one: two, "order_id": three},
                "shipping": {"name": two, "address": {"line1": one, "country": three[:2]}},
            }
        },
    }


def plain_headers(text: str) -> str:
    """As much of a text as HTTP lets through in a value."""
    return "".join(each for each in text if each not in "\0\r\n")


def hostile(number: int, kind: str = "") -> CapturedRequest:
    """One of COUNT deliveries whose fields hold three of the texts each. `kind` is a native type that is known, so that
    its fields are read."""
    one, two, three = (TEXTS[(number + part * COUNT) % len(TEXTS)] for part in range(3))
    content = _content(one, two, three)
    if kind:
        content["type"] = kind
    values = [plain_headers(text) for text in (one, two, three)]
    headers = (
        ("Content-Type", "application/json"),
        ("Stripe-Signature", f"t={values[0]},v1={values[1]}"),
        *(("X-Value", value) for value in values),
        ("User-Agent", values[2]),
    )
    url = f"http://127.0.0.1:4242/stripe/{values[0]}?{values[1]}={values[2]}"
    return CapturedRequest(url=url, headers=headers, body=msgspec.json.encode(content), peer=values[0])
