"""What can be copied of an event: a curl command that sends it again, its body, its fields."""

import json
import re
import shlex
from base64 import b64encode
from typing import Final

from inspector.app.present.event import filled_fields
from inspector.core.answer import event_answer
from inspector.model import CapturedRequest, Delivery
from inspector.model.visible import visible

__all__ = ["copy_texts", "curl"]

_LEFT_OUT: Final = frozenset(("content-length", "host", "connection", "transfer-encoding"))
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_READ_IN_QUOTES: Final = re.compile(r"\\(?:['\\]|\Z)")  # by fish, even in single quotes
_LONGEST_WORD: Final = 100_000  # bytes; Linux takes no argument of 128 KiB


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
    """A command that sends the same request: nothing in it is read by the shell, by curl, or by the terminal that it is
    pasted in. It holds for sh, bash, zsh and fish."""
    url = request.url if request.url.startswith(("http://", "https://")) else f"http://{request.url}"
    parts = ["curl", *_as_it_is(url), "-X", _word(request.method), _word(url)]
    names = {name.lower() for name, _ in request.headers}
    for name, value in request.headers:
        if name.lower() not in _LEFT_OUT and _TOKEN.fullmatch(name):  # curl reads a file that "@" names
            parts += ["-H", _word(f"{name}: {value}" if value.strip(" \t") else f"{name};")]
    if not request.body:
        return " ".join(parts)
    if "content-type" not in names:
        parts += ["-H", "Content-Type:"]  # curl would write its own
    text = _typed(request.body)
    if text is None:
        return f"echo {b64encode(request.body).decode()} | base64 -d | {' '.join(parts)} --data-binary @-"
    return " ".join([*parts, "--data-binary", shlex.quote(text)])


def _as_it_is(url: str) -> list[str]:
    """What keeps curl from reading an address: sets and ranges in brackets, and dots in the path."""
    globs = ["--globoff"] if any(each in url for each in "[]{}") else []
    return [*globs, "--path-as-is"] if "/." in url else globs


def _word(text: str) -> str:
    """One word for a shell. What a terminal would act on, or a shell would read in quotes, is written as its bytes."""
    if visible(text) == text and not _READ_IN_QUOTES.search(text):
        return shlex.quote(text)
    octal = "".join(
        chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"\\{byte:03o}"
        for byte in text.encode("utf-8", "surrogatepass")
    )
    return f"\"$(printf '{octal}')\""


def _typed(body: bytes) -> str | None:
    """The body as a person could type it in quotes; None where it has to be wrapped up."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    acts = any(visible(line) != line for line in lines) or _READ_IN_QUOTES.search(text)
    history = len(lines) > 1 and "!" in text  # older interactive shells look for it in lines after the first
    return None if acts or history or text.startswith("@") or len(body) > _LONGEST_WORD else text
