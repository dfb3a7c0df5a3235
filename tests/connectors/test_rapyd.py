"""Rapyd signs the JSON that it writes, without white space: a proxy that writes it prettily breaks nothing."""

import hmac
import json
from base64 import b64encode
from typing import Any

import msgspec
import pytest

from inspector.core.canonical import CANONICAL
from inspector.core.locate import Message
from inspector.model import CapturedRequest, Verdict
from tests.connectors.shared import handle, request

URL = "https://shop.example/hooks"
SETTINGS = {"secret_key": "rsk_throwaway", "access_key": "rak_throwaway", "notification_url": URL}
COMPACT = (
    b'{"id":"wh_1","type":"PAYMENT_COMPLETED","data":{"id":"payment_1","amount":40.10,"description":"two  gaps \\" "}}'
)


def headers(body: bytes) -> dict[str, str]:
    """https://docs.rapyd.net/en/webhook-authentication.html: base64 of the hexadecimal digest."""
    text = f"{URL}salt1767225600{SETTINGS['access_key']}{SETTINGS['secret_key']}".encode() + body
    digest = hmac.digest(SETTINGS["secret_key"].encode(), text, "sha256").hex()
    return {"salt": "salt", "timestamp": "1767225600", "signature": b64encode(digest.encode()).decode()}


def received(body: bytes, signed: bytes = COMPACT) -> CapturedRequest:
    """A body that arrives under the signature of another."""
    return request("rapyd", body, headers(signed))


@pytest.mark.parametrize(
    "body",
    [
        COMPACT,
        COMPACT.replace(b'":', b'" :\r\n\t') + b"\n",
        COMPACT.replace(b",", b", ").replace(b"{", b"{ ").replace(b"}", b" }"),
    ],
    ids=["as it was", "after names", "between members"],
)
def test_white_space_between_the_tokens_does_not_matter(body: bytes) -> None:
    """The digits of 40.10 and the gaps inside a text stay as they are."""
    assert handle("rapyd", received(body), SETTINGS).verification.verdict is Verdict.VALID


@pytest.mark.parametrize(("old", "new"), [(b"two  gaps", b"two gaps"), (b"40.10", b"40.1"), (b"40.10", b"4 0.11")])
def test_what_the_tokens_say_matters(old: bytes, new: bytes) -> None:
    """A text with a space less, or another way to write a number, is another message."""
    assert handle("rapyd", received(COMPACT.replace(old, new)), SETTINGS).verification.verdict is Verdict.INVALID


def test_a_body_that_was_signed_as_it_came_is_valid_as_well() -> None:
    """Whatever white space Rapyd itself may write one day."""
    body: Any = json.dumps(json.loads(COMPACT), indent=2).encode()
    assert handle("rapyd", received(body, body), SETTINGS).verification.verdict is Verdict.VALID


@pytest.mark.parametrize(
    "body",
    [b"", b'{"a', b'{"a\\', b"\xff \xfe", b'"' + b'\\"' * 200_000],
    ids=["empty", "open", "escape", "bytes", "endless"],
)
def test_a_body_that_is_no_json_is_compacted_all_the_same(body: bytes) -> None:
    """And at once: a text without an end costs no more than its length."""
    message = Message(msgspec.structs.replace(received(COMPACT), body=body), body=body)
    assert CANONICAL["compact-json"](message, "", "") == body.replace(b" ", b"")
