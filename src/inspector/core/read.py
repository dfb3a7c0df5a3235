"""Reading a request: its body as the connector's document says, and the events in it."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from inspector.core.body import Unreadable, decode_form, decode_json, decode_xml, unpack, unwrap
from inspector.core.compile import Connector
from inspector.core.document import UnwrapSpec
from inspector.core.locate import Message, first
from inspector.model import CapturedRequest, Problem

__all__ = ["opened", "read", "read_loosely", "split", "uncompress"]

_MAX_ITEMS: Final = 1000


def read_loosely(request: CapturedRequest) -> Message:
    """The message as far as it can be read without knowing whose it is: to recognise it, or to show it."""
    try:
        body = unpack(request.body, request.header("content-encoding") or "")
        kind = (request.header("content-type") or "").lower()
        if "x-www-form-urlencoded" in kind:
            form = decode_form(body)
            return Message(request, body=body, root=form, form=form)
        if "xml" in kind or body[:1] == b"<":
            return Message(request, body=body, root=decode_xml(body))
        return Message(request, body=body, root=decode_json(body, kind))
    except Unreadable:
        return Message(request, body=request.body)


def opened(connector: Connector, request: CapturedRequest, settings: Mapping[str, str]) -> CapturedRequest:
    """The request with the body that its processor encrypted; itself where nothing is encrypted, or no key fits."""
    if not connector.opens:
        return request
    try:
        return replace(request, body=connector.scheme.open(Message(request, body=request.body, settings=settings)))
    except Unreadable:
        return request


def read(connector: Connector, message: Message) -> None:
    """Read the body as the connector's document says. Raises Unreadable."""
    uncompress(message)
    spec = connector.document.body
    if connector.opens:
        message.body = connector.scheme.open(message)
    body, kind = message.body, message.headers.get("content-type", "")
    if spec.format == "form" or (spec.format == "auto" and "x-www-form-urlencoded" in kind):
        message.root = message.form = decode_form(body)
    elif spec.format == "xml":
        message.root = decode_xml(body)
    else:
        message.root = decode_json(body, kind)
    if spec.unwrap is not None:
        _unwrap(spec.unwrap, message)
    message.item = message.root


def _unwrap(spec: UnwrapSpec, message: Message) -> None:
    """Read what a member of the body holds in base64. Without the member a form is no message, JSON is its own."""
    packed = message.root.get(spec.field) if isinstance(message.root, dict) else None
    if packed is None and not message.form:
        return
    inner = unwrap(packed, f"the field {spec.field}")
    message.form = message.root
    message.root = decode_xml(inner) if spec.format == "xml" else decode_json(inner)
    if spec.root:
        message.root = message.root.get(spec.root) if isinstance(message.root, dict) else None


def uncompress(message: Message) -> None:
    """Undo the transport's compression, once. Raises Unreadable."""
    coding = message.headers.get("content-encoding")
    if coding and message.body is message.request.body:
        message.body = unpack(message.body, coding)


def split(connector: Connector, message: Message) -> tuple[list[Any], list[Problem]]:
    """The events of the request: the items of its list, or the body itself.

    A body without the list that names an event of its own is one event: another product of the processor.
    """
    if connector.items is None:
        return [message.root], []
    found = connector.items.find(message)
    if found is None and first(connector.mapping.native, message) is not None:
        return [message.root], []
    if not isinstance(found, list) or not found:
        what = f"{connector.items.text} should be a list of events, and is not."
        return [], [Problem(connector.items.text, what, f"Is this really {connector.title}?")]
    if len(found) > _MAX_ITEMS:
        what = f"The batch holds {len(found):,} events; the first {_MAX_ITEMS:,} are read."
        return _items(connector, message, found[:_MAX_ITEMS]), [Problem(connector.items.text, what)]
    return _items(connector, message, found), []


def _items(connector: Connector, message: Message, entries: list[Any]) -> list[Any]:
    if connector.item is None:
        return entries
    items = []
    for entry in entries:
        message.item = entry
        items.append(connector.item.find(message))
    message.item = message.root
    return items
