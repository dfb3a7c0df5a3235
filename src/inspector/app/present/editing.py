"""A body as one edits it: JSON of one line is unfolded for the editor, and folded again before it is sent."""

import msgspec

__all__ = ["folded_as", "unfolded"]


def unfolded(body: bytes) -> bytes:
    """JSON of one line on several, its values as they were sent; anything else as it is."""
    return body if b"\n" in body else _formatted(body, 2)


def folded_as(body: bytes, edited: bytes) -> bytes:
    """What was edited, on one line where `body` was; what is no JSON any more goes as it is."""
    return edited if b"\n" in body else _formatted(edited, -1 if _formatted(body, -1) == body else 0)


def _formatted(body: bytes, indent: int) -> bytes:
    try:
        return msgspec.json.format(body, indent=indent)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return body
