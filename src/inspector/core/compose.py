"""Writing messages: signing a request as its processor would, giving it a new event id, changing a value.

The counterpart of reading: what is written here by a locator is found there by the same locator.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from inspector.core.body import Unreadable, decode_json, encode_form, encode_json, rewrite_xml, unwrap, wrap
from inspector.core.compile import Connector
from inspector.core.document import JoinSpec
from inspector.core.locate import Message, locator, steps_of
from inspector.core.read import read, split
from inspector.core.service import with_secret
from inspector.core.signatures.shared import as_tuple
from inspector.core.signed_text import as_text
from inspector.model import CapturedRequest, InspectorError, Verdict

__all__ = ["Alter", "canonical", "freshen", "set_value", "sign"]

_PRIVATE: Final = frozenset({"rsa", "certificate", "jws"})  # schemes in which no secret is shared
_ISO: Final = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")


Alter = Callable[[Mapping[str, str]], Mapping[str, str | None]]
"""Makes other texts of those that a scheme puts into its places; None takes what stands in a place out."""


def sign(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float, alter: Alter = dict
) -> CapturedRequest:
    """The request as the processor would sign it at `now` (Unix seconds), or as `alter` makes it of that.

    Raises InspectorError where no secret is set, or the request cannot be read as this connector's.
    """
    message = _read(connector, request, with_secret(connector, settings))
    items = split(connector, message)[0] if connector.signs_items else [message.root]
    values: dict[str, str | None] = {}
    edited = False
    for item in items:
        message.item = item
        for place, text in alter(connector.scheme.sign(message, now)).items():
            if _put(message, item, place, text):
                edited = True
            else:
                values[place] = text
    if edited:
        request = msgspec.structs.replace(request, body=encode_json(message.root))
    elif not values and connector.scheme.verify(message, now).verdict is not Verdict.UNSIGNED:
        raise InspectorError(
            f"{connector.title} cannot be signed: there is no usable secret",
            hint=_key_of(connector),
        )
    return _write(connector, request, message, values)


def _key_of(connector: Connector) -> str:
    """What has to be set to sign as a processor does."""
    signature = connector.document.signature
    schemes = {spec.scheme for spec in (signature if isinstance(signature, list) else [signature])}
    if schemes & _PRIVATE:
        return "It signs with a private key of its own: give one of yours, in PEM, as --setting signing_key=…"
    return f"Set INSPECTOR_{connector.name.upper()}_{connector.secret.upper()}"


def _read(connector: Connector, request: CapturedRequest, settings: Mapping[str, str]) -> Message:
    message = Message(request, body=request.body, settings=settings)
    try:
        read(connector, message)
    except Unreadable as unreadable:
        raise InspectorError(f"This is not a {connector.title} request", str(unreadable)) from None
    return message


def _put(message: Message, item: Any, place: str, value: str | None) -> bool:
    """Put a value at a place of the body, from the item or from the top; None takes out what is there."""
    node, path = (message.root if place.startswith("root:") else item), place.removeprefix("root:")
    return _assign(node, path, value) if value is not None else _take_out(node, path)


def _take_out(node: Any, path: str) -> bool:
    """Take a member out of the body. False for a place that is not in the body."""
    if ":" in path:
        return False
    *parents, key = steps_of(path)
    for step in parents:
        node = _child(node, step)
    if isinstance(node, dict):
        node.pop(key, None)
    return True


def _assign(node: Any, path: str, value: Any) -> bool:
    """Put a value at a path of the body. False for a place that is not in the body or does not exist."""
    if ":" in path:
        return False
    *parents, key = steps_of(path)
    for step in parents:
        if isinstance(node, dict) and node.get(step) is None:
            node[step] = {}
        node = _child(node, step)
    if isinstance(node, dict) and (key in node or parents):
        node[key] = value
        return True
    if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
        node[int(key)] = value
        return True
    return False


def _child(node: Any, step: str) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and step.isdecimal() and int(step) < len(node):
        return node[int(step)]
    return None


def _write(
    connector: Connector, request: CapturedRequest, message: Message, values: Mapping[str, str | None]
) -> CapturedRequest:
    """Headers, query parameters and form fields, by locator; None leaves one out."""
    headers: dict[str, str | None] = {}
    for place, text in values.items():
        kind, _, name = place.partition(":")
        if kind == "header":
            headers[canonical(name)] = text
        elif kind == "form":
            request = msgspec.structs.replace(request, body=encode_form(_with(message.form, name, text)))
        elif kind == "query":
            pairs = _with(dict(parse_qsl(request.query, keep_blank_values=True)), name, text)
            request = msgspec.structs.replace(request, url=f"{request.url.partition('?')[0]}?{urlencode(pairs)}")
        else:
            raise InspectorError(f"{connector.title}: nothing can be written to {place}")
    gone = {name.lower() for name, text in headers.items() if text is None}
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in gone)
    found = {name: text for name, text in headers.items() if text is not None}
    return msgspec.structs.replace(request, headers=kept).with_headers(found)


def _with(pairs: Mapping[str, Any], name: str, text: str | None) -> dict[str, Any]:
    """The pairs with another value under a name, or without it."""
    return {key: value for key, value in {**pairs, name: text}.items() if value is not None or key != name}


def canonical(header: str) -> str:
    """A header's name as it is usually written: Stripe-Signature."""
    return "-".join(part.capitalize() for part in header.split("-"))


def set_value(connector: Connector, request: CapturedRequest, path: str, value: str) -> CapturedRequest:
    """The request with another value at a path of its body (or header:NAME, query:NAME).

    The path is relative to each item of a batch, or to the whole body. A value keeps the kind of the one that
    it replaces: a number stays a number. Raises InspectorError for a path that does not exist, with the nearest.
    """
    message = _read(connector, request, {})
    if path.partition(":")[0] in ("header", "query", "form"):
        return _write(connector, request, message, {path: value})
    try:
        steps_of(path)
    except ValueError as error:
        raise InspectorError(str(error), hint="Example: data.object.amount", exit_code=2) from None
    nodes = [item for item in split(connector, message)[0] if isinstance(item, dict)]
    if path.startswith("root:"):
        path, nodes = path.removeprefix("root:"), [message.root]
    found = [node for node in nodes if _exists(node, path)] or ([message.root] if _exists(message.root, path) else [])
    if not found:
        known = sorted({path for node in nodes for path in _paths(node, "")})
        near = get_close_matches(path, known, n=1, cutoff=0.3)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known[:20])}"
        raise InspectorError(f"There is no {path} in this {connector.title} event", hint=hint, exit_code=2)
    if connector.document.body.unwrap is not None and message.form:
        return _rewrite_wrapped(connector, request, message, path, value)
    for node in found:
        _assign(node, path, _like(_value(node, path), value))
    return msgspec.structs.replace(request, body=_encode(message))


def _encode(message: Message) -> bytes:
    return encode_form(message.root) if message.form else encode_json(message.root)


def _rewrite_wrapped(
    connector: Connector, request: CapturedRequest, message: Message, path: str, value: str
) -> CapturedRequest:
    """Change a value of the body that is packed in base64 inside a field of a form, or a member of a JSON object."""
    spec = connector.document.body.unwrap
    if spec is None:
        raise InspectorError(f"{connector.title} messages are not wrapped")
    inner = unwrap(message.form.get(spec.field), spec.field)
    if spec.format == "xml":
        content = rewrite_xml(inner, steps_of(path), value)
    else:
        tree = decode_json(inner)
        _assign(tree, path, _like(_value(tree, path), value))
        content = encode_json(tree)
    if request.body.lstrip()[:1] == b"{":
        return msgspec.structs.replace(
            request, body=encode_json({**message.form, spec.field: b64encode(content).decode()})
        )
    return msgspec.structs.replace(request, body=encode_form({**message.form, spec.field: wrap(content)}))


def _exists(node: Any, path: str) -> bool:
    for step in steps_of(path):
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return False
    return True


def _value(node: Any, path: str) -> Any:
    for step in steps_of(path):
        node = _child(node, step)
    return node


def _like(old: Any, text: str) -> Any:
    """The text as a value of the kind that stood there before."""
    if isinstance(old, str):
        return text
    try:
        return decode_json(text.encode())
    except Unreadable:
        return text


def _paths(node: Any, prefix: str) -> list[str]:
    """Every path that leads to a value."""
    if isinstance(node, dict):
        entries = list(node.items())
    elif isinstance(node, list):
        entries = [(str(position), value) for position, value in enumerate(node)]
    else:
        return [prefix]
    found: list[str] = []
    for key, value in entries:
        step = f'"{key}"' if "." in key else key
        found += _paths(value, f"{prefix}.{step}" if prefix else step)
    return found


def freshen(connector: Connector, request: CapturedRequest, token: str, now: float) -> CapturedRequest:
    """The same event under a new id: the characters of `token` (hexadecimal) replace the end of the old one.

    Where the processor has no id and a time tells events apart, the time becomes `now` (Unix seconds). Every
    event of a batch gets an id of its own.
    """
    message = _read(connector, request, {})
    items = [item for item in split(connector, message)[0] if isinstance(item, dict)]
    if connector.items is None:
        message.item = items[0] if items else message.root
        place = _id_place(connector, message)
        if place is None:
            return request
        fresh = _fresh(as_text(locator(place).find(message)), token, now)
        return set_value(connector, request, place, fresh)
    for position, item in enumerate(items):
        message.item = item
        place = _id_place(connector, message)
        if place is not None:
            old = as_text(locator(place).find(message))
            _put(message, item, place, _fresh(old, f"{int(token, 16) + position:0{len(token)}x}", now))
    return msgspec.structs.replace(request, body=_encode(message))


def _id_place(connector: Connector, message: Message) -> str | None:
    """Where the event's id stands: the first of its places that holds something."""
    spec = connector.document.event.id
    for each in spec if isinstance(spec, list) else [spec]:
        for place in as_tuple(each.join[0] if isinstance(each, JoinSpec) else each):
            if locator(place).find(message) is not None:
                return place
    return None


def _fresh(old: str, token: str, now: float) -> str:
    if _ISO.match(old):
        return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    tail = re.search(r"[0-9A-Za-z]{1,12}$", old)
    if tail is None:
        return old + token
    size = len(tail[0])
    new = str(int(token, 16)) if tail[0].isdecimal() else token
    return old[: tail.start()] + new[-size:].rjust(size, "0")
