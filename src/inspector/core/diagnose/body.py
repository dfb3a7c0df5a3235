"""The body: bytes that were added, cut, packed or put in another way between the sender and here."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Final

from msgspec.structs import replace

from inspector.core.diagnose.case import Trial
from inspector.core.diagnose.rewrite import Rewriting, forms, jsons
from inspector.core.diagnose.subject import Subject

__all__ = ["contents", "edges"]

_MARK: Final = b"\xef\xbb\xbf"
_RAW: Final = "Give the signature's check the bytes as they came, before anything parses, prints or logs them."


def edges(subject: Subject) -> Iterator[Trial]:
    """What happens to bytes whatever they hold: line ends, marks, charsets, compression, base64."""
    if not subject.scheme.covers and not _unread(subject):
        return
    yield from _packed(subject)
    body = subject.message.body
    seen = {body}
    for cause, words, advice, found in _edges(body):
        if found not in seen:
            seen.add(found)
            yield Trial(f"body.{cause}", f"when {words}", advice, subject.with_body(found))


def _unread(subject: Subject) -> bool:
    return subject.verification.verdict == "UNREADABLE"


def _packed(subject: Subject) -> Iterator[Trial]:
    request = subject.case.request
    coding = request.header("content-encoding")
    if coding:
        advice = "The sender signs what it packed: keep the bytes as they came, and unpack after the check."
        fit = "when the body stays as it came and Content-Encoding is passed over"
        yield Trial("body.not-unpacked", fit, advice, subject.with_body(request.body))
    elif request.body[:2] == b"\x1f\x8b":
        packed = replace(request, headers=(*request.headers, ("Content-Encoding", "gzip")))
        advice = "Something on the way takes the header Content-Encoding away: let it pass, or unpack there."
        yield Trial("body.gzip", "when the body is unpacked: it is gzip", advice, subject.with_request(packed))


def _edges(body: bytes) -> Iterator[tuple[str, str, str, bytes]]:
    added = f"Something between the sender and here adds it. {_RAW}"
    cut = f"Something between the sender and here cuts it off. {_RAW}"
    turned = f"Something between the sender and here turns line ends. {_RAW}"
    for end in (b"\r\n", b"\n"):
        if body.endswith(end):
            yield "line-end-added", "the line end after the body is cut off", added, body[: -len(end)]
    yield "blanks-added", "the white space around the body is cut off", added, body.strip()
    yield "line-feed-cut", "a line feed stands after the body", cut, body + b"\n"
    yield "line-end-cut", "CR and LF stand after the body", cut, body + b"\r\n"
    yield "crlf", "its line ends are LF, not CRLF", turned, body.replace(b"\r\n", b"\n")
    if b"\r" not in body:
        yield "lf", "its line ends are CRLF, not LF", turned, body.replace(b"\n", b"\r\n")
    yield "mark-added", "the byte-order mark before the body is cut off", added, body.removeprefix(_MARK)
    if not body.startswith(_MARK):
        yield "mark-cut", "a byte-order mark stands before the body", cut, _MARK + body
    yield from _charsets(body)
    yield from _inside(body)


def _charsets(body: bytes) -> Iterator[tuple[str, str, str, bytes]]:
    if body.isascii():
        return
    advice = f"Something between the sender and here writes the text in another charset. {_RAW}"
    for charset, name in (("latin-1", "ISO 8859-1"), ("cp1252", "Windows-1252")):
        for cause, before, after in ((f"from-{charset}", charset, "utf-8"), (f"to-{charset}", "utf-8", charset)):
            words = [name if each == charset else "UTF-8" for each in (before, after)]
            with suppress(UnicodeError):
                found = body.decode(before).encode(after)
                yield cause, f"the body is read as {words[0]} and written as {words[1]}", advice, found


def _inside(body: bytes) -> Iterator[tuple[str, str, str, bytes]]:
    try:
        found = b64decode(b"".join(body.split()), validate=True) if len(body) > 3 else b""
    except ValueError:
        found = b""
    if found:
        advice = "A gateway hands the body on in base64 (isBase64Encoded): decode it before the check."
        yield "base64", "the body is decoded from base64", advice, found
    if body[:1] == b'"':
        try:
            inner = json.loads(body)
        except (ValueError, RecursionError):
            return
        advice = "Something serialised the body once more, as a JSON text: hand on the text itself."
        yield "json-text", "the body is what its JSON text holds", advice, str(inner).encode("utf-8", "replace")


def contents(subject: Subject) -> Iterator[Trial]:
    """The same JSON or form, written by another program."""
    if not _signs_bytes(subject):
        return
    body = subject.message.body
    for each in chain(forms(body), jsons(body)):
        yield _rewritten(subject, each)


def _signs_bytes(subject: Subject) -> bool:
    """Whether the bytes of the body, or of a form's field, are signed and not what they mean."""
    return subject.covers("body", "crc32") or any(name.startswith("form:") for name in subject.scheme.covers)


def _rewritten(subject: Subject, each: Rewriting) -> Trial:
    advice = f"Something between the sender and here parses the body and writes it anew. {_RAW}"
    return Trial(f"body.{each.cause}", f"when the body is {each.words}", advice, subject.with_body(each.body))
