"""The bytes that were signed, built from a template such as ``{timestamp}.{body}``.

`verify` and `sign` of every scheme use the same compiled template, so that they cannot disagree. In braces
stand locators of the path language and five names: body (the body, unpacked), timestamp (its text, as it was
sent), url, method and path.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from inspector.core.body import encode_json
from inspector.core.locate import Message, locator

__all__ = ["Template", "as_text", "template"]

_BRACES = re.compile(r"\{([^{}]+)\}")

Part = Callable[[Message, str], bytes]


def as_text(value: Any) -> str:
    """A value as it stands in signed texts: true and false in small letters, nothing for null."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return encode_json(value).decode()


def _url(message: Message, _: str) -> bytes:
    # The processor signs the address that is registered with it; behind a tunnel that is not the one seen here.
    return (message.settings.get("notification_url") or message.request.url).encode()


_NAMED: Final[dict[str, Part]] = {
    "body": lambda message, _: message.body,
    "timestamp": lambda _, timestamp: timestamp.encode(),
    "url": _url,
    "method": lambda message, _: message.request.method.encode(),
    "path": lambda message, _: message.request.path.encode(),
}


class Template(msgspec.Struct, frozen=True):
    """A compiled template. `covers` names what the signature protects, in the order in which it is signed."""

    text: str
    covers: tuple[str, ...]
    parts: tuple[Part, ...]

    def __call__(self, message: Message, timestamp: str) -> bytes:
        """The signed bytes of a message."""
        return b"".join([part(message, timestamp) for part in self.parts])


def template(text: str) -> Template:
    """Compile a template. Raises ValueError, in words, for a locator that cannot be read."""
    parts: list[Part] = []
    covers: list[str] = []
    end = 0
    for found in _BRACES.finditer(text):
        if found.start() > end:
            parts.append(_literal(text[end : found.start()]))
        name = found[1]
        covers.append(name)
        parts.append(_NAMED.get(name) or _located(name))
        end = found.end()
    if end < len(text):
        parts.append(_literal(text[end:]))
    return Template(text, tuple(covers), tuple(parts))


def _literal(text: str) -> Part:
    content = text.encode()
    return lambda _message, _timestamp: content


def _located(name: str) -> Part:
    find = locator(name).find
    return lambda message, _: as_text(find(message)).encode("utf-8", "replace")
