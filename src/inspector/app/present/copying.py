"""What can be copied of an event: a curl command that sends it again, its body, its fields."""

import json
import shlex
from base64 import b64encode
from typing import Final

from inspector.app.present.event import filled_fields
from inspector.core.answer import event_answer
from inspector.model import CapturedRequest, Delivery

__all__ = ["copy_texts", "curl"]

_LEFT_OUT: Final = frozenset(("content-length", "host", "connection", "transfer-encoding"))


def copy_texts(delivery: Delivery, position: int) -> dict[str, str]:
    """Texts by name."""
    texts = {"curl": curl(delivery.request)}
    try:
        texts["body"] = delivery.request.body.decode()
    except UnicodeDecodeError:
        texts["body in base64"] = b64encode(delivery.request.body).decode()
    events = delivery.inspection.events
    if position < len(events):
        event = events[position]
        texts["normalized JSON"] = json.dumps(event_answer(event), indent=2, ensure_ascii=False)
        texts.update(filled_fields(event))
    return texts


def curl(request: CapturedRequest) -> str:
    """A command for a shell that sends the same bytes; nothing in it is read by the shell."""
    parts = ["curl", "-X", request.method, shlex.quote(request.url)]
    for name, value in request.headers:
        if name.lower() not in _LEFT_OUT:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    if not request.body:
        return " ".join(parts)
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or text.startswith("@"):
        encoded = b64encode(request.body).decode()
        return f"echo {encoded} | base64 -d | {' '.join(parts)} --data-binary @-"
    return " ".join([*parts, "--data-binary", shlex.quote(text)])
