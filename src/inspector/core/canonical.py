"""Canonical texts: what some processors sign instead of the bytes that they send.

Each is a function of the message, the timestamp's text and the secret, and is named in templates.
"""

import json
import re
import zlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import md5
from typing import Any, Final

from inspector.core.locate import Message

__all__ = ["CANONICAL", "Part", "trustly_serialize"]

Part = Callable[[Message, str, str], bytes]


def _url(message: Message, _timestamp: str, _secret: str) -> bytes:
    # The processor signs the address that is registered with it; behind a tunnel that is not the one seen here.
    return (message.settings.get("notification_url") or message.request.url).encode("utf-8", "replace")


def _sorted_json(message: Message) -> bytes:
    """The body as JSON with sorted keys and no white space; numbers with a fraction as 64-bit floats (calida)."""

    def plain(value: Any) -> Any:
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    return _bounded(lambda: json.dumps(plain(message.root), sort_keys=True, separators=(",", ":"), ensure_ascii=False))


_TOKENS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[^" \t\r\n]++', re.DOTALL)


def _compact_json(message: Message) -> bytes:
    """The body without the white space between its tokens, every number and text as it was written (rapyd)."""
    return b"".join(_TOKENS.findall(message.body))


def _sorted_leaf_values(message: Message) -> bytes:
    """Every value of the body but the signature, sorted as text and joined with slashes (trustpay)."""
    root = message.root
    unsigned = {key: value for key, value in root.items() if key != "Signature"} if isinstance(root, dict) else root
    return _bounded(lambda: "/".join(sorted(_leaves(unsigned))))


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [leaf for each in inner for leaf in _leaves(each)]
    if isinstance(value, str):
        return [value]
    if value is None or isinstance(value, bool):
        return [{None: "null", True: "true", False: "false"}[value]]
    return [f"{float(value):.2f}"]


def trustly_serialize(value: Any) -> str:
    """Keys in their order, each followed by its value, nothing between them; null as nothing (trustly)."""
    if isinstance(value, dict):
        return "".join(key + trustly_serialize(value[key]) for key in sorted(value))
    if isinstance(value, list):
        return "".join(trustly_serialize(inner) for inner in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _trustly_data(message: Message) -> bytes:
    params = message.root.get("params") if isinstance(message.root, dict) else None
    return _bounded(lambda: trustly_serialize(params.get("data") if isinstance(params, dict) else None))


def _bounded(build: Callable[[], str]) -> bytes:
    """The text, or nothing where the body is nested too deep or holds a number that no float can be."""
    try:
        return build().encode("utf-8", "replace")
    except (RecursionError, OverflowError, ValueError, TypeError):
        return b""


def _form_text(message: Message, *names: str) -> str:
    source = message.form or (message.root if isinstance(message.root, dict) else {})
    return "".join(str(source.get(name) or "") for name in names)


def _fiuu_first_round(message: Message) -> bytes:
    """The inner digest of a payment notification (fiuu)."""
    text = _form_text(message, "tranID", "orderid", "status", "domain", "amount", "currency")
    return md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest().encode()


def _once(build: Callable[[Message], bytes]) -> Part:
    """A text that the body alone decides, built once: a diagnosis tries many settings on one message."""

    def part(message: Message, _timestamp: str, _secret: str) -> bytes:
        found = message.built.get(build)
        if found is None:
            found = message.built[build] = build(message)
        return found

    return part


def _mercadopago_manifest(message: Message, timestamp: str, *, lower: bool) -> bytes:
    """id:…;request-id:…;ts:…; with the parts that are missing left out together with their labels."""
    identifier = message.query.get("data.id", "").strip()
    parts = (
        ("id", identifier.lower() if lower else identifier),
        ("request-id", message.headers.get("x-request-id", "").strip()),
        ("ts", timestamp),
    )
    return "".join(f"{label}:{value};" for label, value in parts if value).encode("utf-8", "replace")


def _sorted_fields(message: Message) -> bytes:
    """Names and values of all form fields but the signature, sorted by name, nothing between them (peach)."""
    fields = {name: value for name, value in message.form.items() if name != "signature"}
    return "".join(f"{name}{fields[name]}" for name in sorted(fields)).encode("utf-8", "replace")


CANONICAL: Final[Mapping[str, Part]] = {
    "body": lambda message, _timestamp, _secret: message.body,
    "timestamp": lambda _message, timestamp, _secret: timestamp.encode("utf-8", "replace"),
    "url": _url,
    "method": lambda message, _timestamp, _secret: message.request.method.encode("utf-8", "replace"),
    "path": lambda message, _timestamp, _secret: message.request.path.encode("utf-8", "replace"),
    "secret": lambda _message, _timestamp, secret: secret.encode("utf-8", "replace"),
    "reversed-secret": lambda _message, _timestamp, secret: secret.strip()[::-1].encode("utf-8", "replace"),
    "crc32": lambda message, _timestamp, _secret: str(zlib.crc32(message.body)).encode(),
    "sorted-json": _once(_sorted_json),
    "compact-json": _once(_compact_json),
    "sorted-leaf-values": _once(_sorted_leaf_values),
    "sorted-fields": _once(_sorted_fields),
    "trustly-data": _once(_trustly_data),
    "fiuu-first-round": _once(_fiuu_first_round),
    "mercadopago-manifest": lambda message, timestamp, _: _mercadopago_manifest(message, timestamp, lower=False),
    "mercadopago-manifest-lower": lambda message, timestamp, _: _mercadopago_manifest(message, timestamp, lower=True),
}
"""What may stand in braces beside locators. A part that covers nothing of the message is never shown as covered."""
