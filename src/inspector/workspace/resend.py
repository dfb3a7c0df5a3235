"""Sending again what has come: under a signature of now, and with another body where somebody edited it."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from inspector.core.body import Unreadable, unpack
from inspector.model import CapturedRequest, Delivery, ForwardAttempt, ForwardMode
from inspector.workspace.destinations import chosen, signed

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = ["editable", "resend"]


async def resend(
    workspace: "Workspace", number: int, where: str | None = None, body: bytes | None = None
) -> list[ForwardAttempt]:
    """Send a delivery to an address, or to the destinations that take it, under a signature of now with the account's
    own secret, or with the destination's where that has one.

    With `body` it is sent with that one instead of what came. What is stored of the delivery stays as it is; the
    attempts are kept beside it. An edited delivery needs no app: without one it goes to the receiver, as a delivery of
    its own. Raises InspectorError where nobody could have signed it, or nobody is there to be sent to.
    """
    stored = workspace.delivery(number)
    if body is not None and where is None and not workspace.destinations:
        home = replace(stored.request, url=workspace.address + _target(stored.request))  # some sign the address
        return [await workspace.deliver(signed(workspace, _edited(replace(stored, request=home), body)).request)]
    targets, mode = chosen(workspace, stored, where), ForwardMode.RESIGNED
    if body is not None:
        stored, mode = _edited(stored, body), ForwardMode.EDITED
    sent = [(signed(workspace, stored, each), each) for each in targets]
    return [await workspace.attempt(delivery, each, mode) for delivery, each in sent]


def editable(request: CapturedRequest) -> bytes:
    """The body as one edits it: without the transport's compression, where that can be undone."""
    try:
        return unpack(request.body, request.header("content-encoding") or "")
    except Unreadable:
        return request.body


def _edited(stored: Delivery, body: bytes) -> Delivery:
    kept = tuple(each for each in stored.request.headers if each[0].lower() != "content-encoding")
    return replace(stored, request=replace(stored.request, body=body, headers=kept))


def _target(request: CapturedRequest) -> str:
    return request.path + (f"?{request.query}" if request.query else "")
