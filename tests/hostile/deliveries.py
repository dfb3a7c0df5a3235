"""Deliveries with a hostile text in every field that a sender fills."""

from typing import Any

import msgspec

from inspector.model import CapturedRequest
from tests.hostile.texts import TEXTS

__all__ = ["hostile", "plain_headers"]


def _content(text: str, other: str) -> dict[str, Any]:
    """An event of Stripe's in which every text is one of these."""
    return {
        "id": f"evt_{text}",
        "type": f"payment_intent.{text}",
        "created": 1767268790,
        "livemode": False,
        "api_version": other,
        "data": {
            "object": {
                "id": f"pi_{other}",
                "object": "payment_intent",
                "amount": 1999,
                "currency": text[:3],
                "status": other,
                "description": text,
                "customer": text,
                "receipt_email": other,
                "latest_charge": text,
                "last_payment_error": {"code": text, "message": other, "decline_code": text},
                "metadata": {text: other, "order_id": text},
                "shipping": {"name": text, "address": {"line1": other, "country": text[:2]}},
            }
        },
    }


def plain_headers(text: str) -> str:
    """As much of a text as HTTP lets through in a value."""
    return "".join(each for each in text if each not in "\0\r\n")


def hostile(number: int, kind: str = "") -> CapturedRequest:
    """A delivery whose fields hold one hostile text, and another one beside it. `kind` is a native type that is known,
    so that its fields are read."""
    text, other = TEXTS[number % len(TEXTS)], TEXTS[(number * 7 + 3) % len(TEXTS)]
    content = _content(text, other)
    if kind:
        content["type"] = kind
    value = plain_headers(text)
    headers = (
        ("Content-Type", "application/json"),
        ("Stripe-Signature", f"t={value},v1={value}"),
        ("X-Value", value),
        ("User-Agent", plain_headers(other)),
    )
    url = f"http://127.0.0.1:4242/stripe/{value}?{plain_headers(other)}=1"
    return CapturedRequest(url=url, headers=headers, body=msgspec.json.encode(content), peer=value)
