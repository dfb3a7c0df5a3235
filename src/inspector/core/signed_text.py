"""The bytes that were signed, built from a template such as ``{timestamp}.{body}``.

`verify` and `sign` of every scheme use the same compiled template, so that they cannot disagree. In braces
stand locators of the path language (``{header:svix-id | header:webhook-id}``: the first that holds something),
or the names of canonical.py: body (the body, unpacked), timestamp (its text, as it was sent), url, method,
path, secret, and what single processors make of their bodies.
"""

import re
from typing import Any

import msgspec

from inspector.core.body import encode_json
from inspector.core.canonical import CANONICAL, Part
from inspector.core.locate import Message, first, locator

__all__ = ["Template", "as_text", "template"]

_BRACES = re.compile(r"\{([^{}]+)\}")


def as_text(value: Any) -> str:
    """A value as it stands in signed texts: true and false in small letters, nothing for null."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return encode_json(value).decode()
    except RecursionError:  # nested to the limit of what could be decoded
        return ""


class Template(msgspec.Struct, frozen=True):
    """A compiled template. `covers` names what the signature protects, in the order in which it is signed.

    `holds_secret`: the secret is part of the signed text, so that the text must not be shown as it is.
    """

    text: str
    covers: tuple[str, ...]
    parts: tuple[Part, ...]
    holds_secret: bool = False

    def __call__(self, message: Message, timestamp: str, secret: str) -> bytes:
        """The signed bytes of a message."""
        return b"".join([part(message, timestamp, secret) for part in self.parts])


def template(text: str) -> Template:
    """Compile a template. Raises ValueError, in words, for a locator that cannot be read."""
    parts: list[Part] = []
    covers: list[str] = []
    end = 0
    for found in _BRACES.finditer(text):
        if found.start() > end:
            parts.append(_literal(text[end : found.start()]))
        name = found[1]
        if not _is_secret(name):
            covers.append(name.rpartition("|")[2].strip())
        parts.append(CANONICAL.get(name) or _located(name))
        end = found.end()
    if end < len(text):
        parts.append(_literal(text[end:]))
    return Template(text, tuple(covers), tuple(parts), len(covers) < len(_BRACES.findall(text)))


def _is_secret(name: str) -> bool:
    return name in ("secret", "reversed-secret") or name.startswith("setting:")


def _literal(text: str) -> Part:
    content = text.encode()
    return lambda _message, _timestamp, _secret: content


def _located(name: str) -> Part:
    places = [locator(each.strip()) for each in name.split("|")]
    if len(places) > 1:
        return lambda message, _timestamp, _secret: as_text(first(places, message)).encode("utf-8", "replace")
    find = places[0].find
    return lambda message, _timestamp, _secret: as_text(find(message)).encode("utf-8", "replace")
