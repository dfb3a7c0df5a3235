"""Sending again what has come: under a signature of now, and with another body where somebody edited it."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from inspector.core import sign
from inspector.core.body import Unreadable, unpack
from inspector.forwarder import check_destination
from inspector.model import CapturedRequest, Delivery, ForwardAttempt, ForwardMode, InspectorError

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = ["editable", "resend"]


async def resend(
    workspace: "Workspace", delivery: int, url: str | None = None, body: bytes | None = None
) -> ForwardAttempt:
    """Send a delivery to an address, or to the app, under a signature of now with the account's own secret.

    With `body` it is sent with that one instead of what came. What is stored of the delivery stays as it is; the
    attempt is kept beside it. An edited delivery needs no app: without one it goes to the receiver, as a delivery of
    its own. Raises InspectorError where nobody could have signed it, or nobody is there to be sent to.
    """
    stored = workspace.delivery(delivery)
    target = url or workspace.forward_to
    if target is None and body is None:
        hint = "Start with --forward-to http://localhost:3000/webhooks"
        raise InspectorError("There is no app to send it to", hint=hint)
    if target is None:  # some processors sign the address
        home = replace(stored.request, url=workspace.address + _target(stored.request))
        return await workspace.deliver(_signed(workspace, replace(stored, request=home), body))
    request = _signed(workspace, stored, body)
    mode = ForwardMode.RESIGNED if body is None else ForwardMode.EDITED
    return await workspace.attempt(replace(stored, request=request), check_destination(target), mode)


def editable(request: CapturedRequest) -> bytes:
    """The body as one edits it: without the transport's compression, where that can be undone."""
    try:
        return unpack(request.body, request.header("content-encoding") or "")
    except Unreadable:
        return request.body


def _signed(workspace: "Workspace", stored: Delivery, body: bytes | None) -> CapturedRequest:
    request, name = stored.request, stored.inspection.connector
    connector = workspace.service.connectors.get(name)
    if connector is None:
        raise InspectorError("Nobody knows who would sign this", hint="f sends it as it came")
    if body is not None:
        kept = tuple(each for each in request.headers if each[0].lower() != "content-encoding")
        request = replace(request, body=body, headers=kept)
    return sign(connector, request, workspace.settings_of(name, stored.label), workspace.clock())


def _target(request: CapturedRequest) -> str:
    return request.path + (f"?{request.query}" if request.query else "")
