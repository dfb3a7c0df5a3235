"""The one path language: where in a message a value stands.

    data.object.id            a path in the body, relative to the item of a batch
    additionalData."a.b"      a key with a dot in it stands in quotes
    payments.data.0.id        a number is a position in a list
    root:live                 a path from the top of the body
    header:stripe-signature   a header, whatever its case; repeated ones are joined with a comma
    query:bt_challenge        a parameter of the query string
    form:bt_signature         a field of the form that the body is
    setting:public_key        a setting of the connector
    constant:INR              the text itself

A locator compiles to a *place* (a function of the message that answers with a mapping) and a *key* in it,
so that the fields of one object share the walk to that object.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from inspector.model import CapturedRequest, Headers

__all__ = ["Find", "Locator", "Message", "Place", "first", "first_place", "locator", "member", "steps_of"]

_EMPTY: Final[Mapping[str, Any]] = {}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STEP = re.compile(r'"([^"]+)"|([^."\s]+)')
_KEPT: Final = 8_192  # locators: a document names a place to be checked and to be compiled, and all of them the same
_PLACES = ("root", "header", "query", "form", "setting", "constant")


class Message:
    """One event's view of a request: what locators look into.

    `headers` has values by lower-case name, repeated ones joined as RFC 9110, section 5.3 has it. `body` is the
    body unpacked, `root` what it holds, `item` the event of a batch that is being looked at. `keys` holds
    certificates and key sets that were fetched, by their address. `built` keeps texts that the body alone decides, for
    the same message by other settings.
    """

    __slots__ = ("_built", "_query", "body", "form", "headers", "item", "keys", "request", "root", "settings")

    def __init__(
        self,
        request: CapturedRequest,
        *,
        body: bytes = b"",
        root: Any = None,
        form: Mapping[str, Any] = _EMPTY,
        settings: Mapping[str, str] = _EMPTY,
        keys: Mapping[str, bytes] = _EMPTY,
    ) -> None:
        self.request = request
        self.body = body
        self.root = root
        self.item = root
        self.form = form
        self.settings = settings
        self.keys = keys
        self.headers = {name.lower(): value for name, value in request.headers}
        if len(self.headers) < len(request.headers):
            self.headers = _joined(request.headers)
        if not "".join(self.headers.values()).isascii():  # as in bodies, half a character is none
            self.headers = {name: _LONE_SURROGATE.sub("\ufffd", value) for name, value in self.headers.items()}
        self._query: dict[str, str] | None = None
        self._built: dict[Any, bytes] | None = None

    def with_settings(self, settings: Mapping[str, str]) -> "Message":
        """The same message, read already, by other settings."""
        other = Message.__new__(Message)
        other.request, other.headers, other.body = self.request, self.headers, self.body
        other.root, other.item, other.form = self.root, self.item, self.form
        other.settings, other.keys = settings, self.keys
        other._query, other._built = self._query, self.built  # noqa: SLF001 - one of its own kind
        return other

    @property
    def built(self) -> dict[Any, bytes]:
        """Texts made of the body, by whatever makes them."""
        if self._built is None:
            self._built = {}
        return self._built

    @property
    def query(self) -> Mapping[str, str]:
        """Query parameters by name, decoded; the first of a repeated one."""
        if self._query is None:
            text = _LONE_SURROGATE.sub("\ufffd", self.request.query)
            pairs = parse_qsl(text, keep_blank_values=True, errors="replace")
            self._query = dict(reversed(pairs))
        return self._query


def _joined(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


Place = Callable[[Message], Mapping[str, Any]]


Find = Callable[[Message], Any]


class Locator(msgspec.Struct, frozen=True):
    """A compiled locator. `find` answers with the value, or None where there is none; an empty text counts as none.

    Outside the body a locator looks up `key` in the mapping that `place` answers with; in the body it walks `steps`.
    Where the value is `made` of several, that answers with it and the places where its parts were found.
    """

    text: str
    find: Find
    key: str
    place: Place | None = None
    steps: tuple[str, ...] = ()
    made: Callable[["Message"], tuple[str, str] | None] | None = None


def steps_of(path: str) -> tuple[str, ...]:
    """The keys of a dotted path. Raises ValueError, in words, for a path that cannot be read."""
    steps: list[str] = []
    position = 0
    while True:
        found = _STEP.match(path, position)
        if found is None:
            raise ValueError(f"{path!r} is not a path: a key is missing at position {position + 1}")
        steps.append(found[1] or found[2])
        position = found.end()
        if position == len(path):
            return tuple(steps)
        if path[position] != ".":
            raise ValueError(f"{path!r} is not a path: a dot is missing at position {position + 1}")
        position += 1


@lru_cache(_KEPT)
def locator(text: str) -> Locator:
    """Compile one locator. Raises ValueError, in words, for a text that is none."""
    name, colon, rest = text.partition(":")
    if colon and name in _PLACES:
        if not rest:
            raise ValueError(f"{text!r} names nothing after the colon")
        if name == "root":
            return _path(text, rest, from_root=True)
        if name == "constant":
            return _elsewhere(text, lambda _: {"": rest}, "")
        if name == "header":
            return _elsewhere(text, _headers, rest.lower())
        return _elsewhere(text, {"query": _query, "form": _form, "setting": _settings}[name], rest)
    if colon and '"' not in name:
        raise ValueError(f"{text!r}: there is no place {name!r}; places are {', '.join(_PLACES)}")
    return _path(text, text, from_root=False)


def first(locators: Sequence[Locator], message: Message) -> Any:
    """The first value that is there."""
    for each in locators:
        value = each.find(message)
        if value is not None:
            return value
    return None


def first_place(locators: Sequence[Locator], message: Message) -> Locator:
    """The first place that holds something; the very first where none does."""
    if len(locators) == 1:
        return locators[0]
    return next((each for each in locators if each.find(message) is not None), locators[0])


def member(node: Any, step: str) -> Any:
    """The member of an object, or of a list where the step is a position; None where there is none."""
    if type(node) is dict:
        return node.get(step)
    return node[int(step)] if type(node) is list and step.isdecimal() and int(step) < len(node) else None


def _headers(message: Message) -> Mapping[str, Any]:
    return message.headers


def _query(message: Message) -> Mapping[str, Any]:
    return message.query


def _form(message: Message) -> Mapping[str, Any]:
    return message.form


def _settings(message: Message) -> Mapping[str, Any]:
    return message.settings


def _elsewhere(text: str, place: Place, key: str) -> Locator:
    def find(message: Message) -> Any:
        value = place(message).get(key)
        return None if value == "" else value

    return Locator(text, find, key, place)


def _path(text: str, path: str, *, from_root: bool) -> Locator:
    steps = steps_of(path)
    find = _member(steps[0]) if len(steps) == 1 and not from_root else _walk(steps, from_root)
    return Locator(text, find, steps[-1], None, steps)


def _member(key: str) -> Find:
    """The commonest path: a member of the item."""

    def find(message: Message) -> Any:
        item = message.item
        value = item.get(key) if type(item) is dict else None
        return None if value == "" else value

    return find


def _walk(steps: tuple[str, ...], from_root: bool) -> Find:
    def find(message: Message) -> Any:
        node = message.root if from_root else message.item
        for step in steps:
            node = node.get(step) if type(node) is dict else member(node, step)
            if node is None:
                return None
        return None if node == "" else node

    return find
