"""What secrets look like: what can be told of a setting's text without a character of it, and what cannot be right."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from inspector.core.body import Unreadable, decode_json
from inspector.core.compile import Connector
from inspector.core.signatures.key import KeySpec, key_bytes
from inspector.core.signatures.public_key import pem
from inspector.core.signatures.shared import decode

__all__ = ["API_KEYS", "api_key", "beginnings", "implausible", "shape"]

API_KEYS: Final[Mapping[str, str]] = {
    "sk_": "a secret API key",
    "pk_": "a publishable API key",
    "rk_": "a restricted API key",
    "rzp_test_": "a Razorpay key id",
    "rzp_live_": "a Razorpay key id",
    "EAAA": "a Square access token",
    "sq0": "a Square application secret",
    "AQE": "an Adyen API key",
    "access_token$": "a Braintree access token",
    "FLWSECK": "a Flutterwave secret key",
    "FLWPUBK": "a Flutterwave public key",
    "pdl_live_apikey_": "a Paddle API key",
    "pdl_sdbx_apikey_": "a Paddle API key",
    "polar_": "a Polar access token",
    "xnd_": "a Xendit API key",
    "APP_USR-": "a Mercado Pago access token",
    "sandbox_": "a GoCardless access token",
    "eyJ": "a JSON Web Token",
    "AIza": "a Google API key",
    "ghp_": "a GitHub token",
}
"""What stands at the beginning of a text that is no webhook secret but something to call an API with."""

_BEGINNING: Final = re.compile(r"\b(\w+_)…")
_ENCODINGS: Final = {"hex": "hexadecimal", "sha1-digest": "text"}

Remark = tuple[str, str]
"""What is implausible, and what to do."""


def api_key(text: str) -> str | None:
    """What the text is instead, where it begins as one of those that call an API."""
    return next((what for beginning, what in API_KEYS.items() if text.startswith(beginning)), None)


def beginnings(connector: Connector, setting: str) -> tuple[str, ...]:
    """What a setting's text begins with, as its description writes it: whsec_…, sk_test_… or sk_live_…."""
    return tuple(_BEGINNING.findall(connector.settings.get(setting, "")))


def shape(text: str, known: Iterable[str] = ()) -> str:
    """What a text looks like and how long it is, without a character of it but one of the `known` beginnings."""
    start = next((each for each in known if text.startswith(each)), "")
    rest = text.removeprefix(start)
    return f"{start}… and {_form(rest)}" if start else _form(rest)


def _form(text: str) -> str:
    if text.lstrip().startswith("-----"):
        return "PEM"
    if text.lstrip().startswith("{"):
        return "JSON"
    if _is_address(text):
        return "an address"
    if text and decode(text, "hex") is not None:
        return f"{len(text)} hexadecimal digits"
    return f"{len(text)} characters"


def implausible(connector: Connector, setting: str, text: str) -> Remark | None:
    """What cannot be right about a setting that the connector knows, without a character of it; None where nothing."""
    if setting == "previous_secret":
        setting = connector.secret
    expected = f"Expected: {connector.settings.get(setting) or 'another text'}"
    if text != text.strip() and not text.startswith("-----"):
        return "has blanks around it", "Set it without them"
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        return "has quotes around it", "Set it without them"
    if not text or text.endswith(("…", "...")) or text in beginnings(connector, setting):
        return "is not the whole text", expected
    wrong = next((what for what, fits in _forms(connector, setting) if not fits(text)), None)
    if wrong is not None:
        return (f"is {key}, not {wrong}" if (key := api_key(text)) else f"is not {wrong}"), expected
    return _misbegun(connector, setting, text, expected)


def _misbegun(connector: Connector, setting: str, text: str, expected: str) -> Remark | None:
    known = beginnings(connector, setting)
    if known and text.startswith(known):
        return None
    key = api_key(text) if setting in _secrets(connector) else None
    if key is not None:
        return f"looks like {key}", expected
    return (f"does not begin with {' or '.join(known)}", expected) if known else None


def _secrets(connector: Connector) -> set[str]:
    """The settings that are plain secrets, not names or addresses."""
    specs = _specs(connector)
    keys = {spec.key.setting for spec in specs if isinstance(getattr(spec, "key", None), KeySpec)}
    return keys | {str(spec.setting) for spec in specs if spec.scheme == "token"}


def _specs(connector: Connector) -> list[Any]:
    signature = connector.document.signature
    return signature if isinstance(signature, list) else [signature]


def _forms(connector: Connector, setting: str) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """The forms that a setting has to have: of its name, and of the schemes that use it."""
    if setting in _BY_NAME:
        yield _BY_NAME[setting]
    for spec in _specs(connector):
        key = getattr(spec, "key", None)
        if isinstance(key, KeySpec) and key.setting == setting and "text" not in key.encodings:
            yield _encoding(key)
        elif spec.scheme == "rsa" and key == setting:
            yield "a public key in PEM", _is_pem
        elif spec.scheme == "sealed" and spec.setting == setting:
            yield "64 hexadecimal digits", lambda text: len(decode(text, "hex") or b"") == _AES_256


def _encoding(key: KeySpec) -> tuple[str, Callable[[str], bool]]:
    names = " or ".join(_ENCODINGS.get(each, each) for each in key.encodings)
    return names, lambda text: bool(key_bytes(text, key))


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_pem(text: str) -> bool:
    return bool(pem(text))


def _is_key_set(text: str) -> bool:
    try:
        found = decode_json(text.encode("utf-8", "replace"))
    except Unreadable:
        return False
    return isinstance(found, dict) and isinstance(found.get("keys"), list)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", text) is not None


_AES_256: Final = 32  # bytes of a key
_BY_NAME: Final[Mapping[str, tuple[str, Callable[[str], bool]]]] = {
    "notification_url": ("an address, https://…", _is_address),
    "tolerance_seconds": ("a number of seconds", _is_number),
    "jwks": ("a key set in JSON", _is_key_set),
    "certificate": ("a certificate in PEM", _is_pem),
    "ca_certificate": ("a certificate in PEM", _is_pem),
    "merchant_private_key": ("a private key in PEM", _is_pem),
    "currency": ("a currency of three capital letters", lambda text: re.fullmatch("[A-Z]{3}", text) is not None),
    "amount_unit": ("minor or major", lambda text: text in ("minor", "major")),
    "capture_method": ("manual or automatic", lambda text: text.lower() in ("manual", "automatic")),
}
