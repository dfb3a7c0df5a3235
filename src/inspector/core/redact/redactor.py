"""Redaction: what must not be saved gets stand-ins, in the bytes as they came; ids and amounts stay."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

import msgspec

from inspector.core.body import Unreadable, unpack
from inspector.core.compile import Connector
from inspector.core.redact.kinds import SHAPES, Shape, kind_of_header, kind_of_place, may_be_shaped, shaped
from inspector.core.redact.paths import meant, pattern
from inspector.core.redact.places import Steps, change_form, rewrite
from inspector.core.redact.stand_ins import StandIns
from inspector.core.resign import with_body
from inspector.core.signed_text import as_text
from inspector.model import CapturedRequest, Inspection

__all__ = ["Leftover", "Redactor"]

_PRIVATE: Final[Mapping[str, str]] = {
    "customer_name": "name",
    "email": "email",
    "payment_method_update.card.card_holder_name": "name",
}
"""Fields whose values are somebody's own, wherever a document finds them."""
_INSTRUMENT: Final = "sender_payment_instrument_id"  # an id with some processors, an account with others
_FREE: Final = re.compile(r".*(message|reason)")  # fields with sentences, which may name somebody
_NAME: Final = re.compile(r"[^\W\d_]{4,}")  # a word that is looked for in sentences, where it is a part of a name
_REFUSED: Final = frozenset({"card number", "private key", "secret", "token"})
_SHORTEST: Final = 8  # characters of a secret of the user's own that is looked for everywhere
_KNOWN: Final = 5  # characters of a value that is looked for in other places


class Leftover(msgspec.Struct, frozen=True):
    """Something in a redacted request that still looks like what must not be saved."""

    place: str
    kind: str


class Redactor:
    """Redacts the requests of one session. Each is learned from first, then every one of them is redacted.

    `keep` and `drop` are paths: a place is meant where the steps of the path stand in its own in a row, a star for any
    step; header:NAME and query:NAME name these. What is kept is left alone whatever it looks like, what is dropped, or
    what the connector's document calls private, gets a stand-in whatever it is. `secrets` are the user's own, which are
    looked for everywhere. InspectorError for a path that is none.
    """

    def __init__(self, keep: Iterable[str] = (), drop: Iterable[str] = (), secrets: Iterable[str] = ()) -> None:
        self.replaced: dict[str, dict[str, str]] = {}
        self._keep = [pattern(path) for path in keep]
        self._drop = [pattern(path) for path in drop]
        self._secrets = sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True)
        self._stand_ins = StandIns()
        self._stay: set[str] = set()
        self._private: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._of_document: list[Steps] = []

    def learn(self, request: CapturedRequest, inspection: Inspection, connector: Connector | None) -> None:
        """What stays in this request and what does not: by what its document finds in it, and by every other rule."""
        for event in inspection.events:
            for field, source in event.sources.items():
                text = as_text(source.raw_value) if not isinstance(source.raw_value, dict | list) else ""
                if field in _PRIVATE and text:
                    self._private[text] = _PRIVATE[field]
                elif text and field != _INSTRUMENT and not _FREE.fullmatch(field):
                    self._stay.add(text)
        self._stay -= self._private.keys()
        self.request(request, connector)

    def request(self, request: CapturedRequest, connector: Connector | None) -> CapturedRequest:
        """The request of a connector (None: of nobody's) redacted: address, headers and body."""
        self._named = self.replaced.setdefault(connector.name if connector else "unknown", {})
        self._of_document = [pattern(path) for path in connector.document.private] if connector else []
        rest, mark, query = request.url.partition("?")
        query = change_form(query, lambda steps, text: self._value(_in_query(steps), text)) if mark else ""
        headers = tuple((name, self._header(name, value)) for name, value in request.headers)
        url = f"{self._sentence((), rest)}{mark}{query}"
        made = msgspec.structs.replace(request, url=url, headers=headers, peer="")
        body = self.body(_plain_body(request), request.header("content-type") or "")
        if body == _plain_body(request):
            return made
        kept = tuple(pair for pair in made.headers if pair[0].lower() != "content-encoding")
        return with_body(msgspec.structs.replace(made, headers=kept), body)

    def body(self, body: bytes, content_type: str) -> bytes:
        """A body redacted."""
        return rewrite(body, content_type, self._value)

    def leftovers(self, request: CapturedRequest) -> list[Leftover]:
        """What in a redacted request still looks like a card number or a secret, but for what is kept on purpose."""
        found: list[Leftover] = []

        def look(steps: Steps, text: str) -> str:
            if not meant(self._keep, steps):
                kinds = [shape.kind for shape, each in shaped(text) if not self._stand_ins.made(each)]
                kinds += ["secret" for secret in self._secrets if secret in text]
                found.extend(Leftover(_place(steps), kind) for kind in kinds if kind in _REFUSED)
            return text

        rewrite(request.body, request.header("content-type") or "", look)
        change_form(request.url.partition("?")[2], lambda steps, text: look(_in_query(steps), text))
        for name, value in request.headers:
            look((f"header:{name.lower()}",), value)
        look(("path",), request.path)
        return found

    def _value(self, steps: Steps, text: str) -> str:
        """What shall stand in a place instead of a value."""
        if meant(self._keep, steps):
            return text
        if steps and self._is_private(steps):
            return self._replaced("private", steps, text)
        kind = self._private.get(text)
        if kind is None and steps and text not in self._stay:
            kind = kind_of_place(steps, text)
        return self._sentence(steps, text) if kind is None else self._replaced(kind, steps, text)

    def _header(self, name: str, value: str) -> str:
        steps = (f"header:{name.lower()}",)
        kind = kind_of_header(name)
        if meant(self._keep, steps) or steps[0] == "header:user-agent":
            return value
        if kind == "signature":  # it is made anew, or worth nothing under what is changed
            return self._stand_ins.of(kind, value)
        kind = "private" if self._is_private(steps) else kind
        return self._sentence(steps, value) if kind is None else self._replaced(kind, steps, value)

    def _is_private(self, steps: Steps) -> bool:
        return meant(self._drop, steps) or meant(self._of_document, steps)

    def _replaced(self, kind: str, steps: Steps, text: str) -> str:
        if not text or any(shape.kind == kind and _is_reserved(shape, text) for shape in SHAPES):
            return text
        self._note(steps, kind)
        return self._stand_ins.name(text) if kind == "name" else self._stand_ins.of(kind, text)

    def _sentence(self, steps: Steps, text: str) -> str:
        """A text in which something may stand: by its shape, or because it was met in another place."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, self._replaced("secret", steps, secret))
        stays = text in self._stay
        known = self._stand_ins.known(text) if steps and not stays and len(text) >= _KNOWN else None
        if known is not None:
            self._note(steps, "repeated")
            return known
        for shape in SHAPES if may_be_shaped(text) else ():
            if not (stays and shape.loose):
                text = shape.pattern.sub(partial(self._found, shape, steps), text)
        if stays or " " not in text:
            return text
        named = _NAME.sub(lambda found: self._stand_ins.word(found[0]), text)
        if named != text:
            self._note(steps, "name")
        return named

    def _found(self, shape: Shape, steps: Steps, found: re.Match[str]) -> str:
        text = found[0]
        if not shape.fits(text) or self._stand_ins.made(text):
            return text
        self._note(steps, shape.kind)
        return self._stand_ins.of(shape.kind, text)

    def _note(self, steps: Steps, kind: str) -> None:
        """Remember what was replaced where. A key may be somebody's name, too."""
        self._named[self._sentence((), _place(steps)) if steps else "a key"] = kind


def _is_reserved(shape: Shape, text: str) -> bool:
    """Of a form that nobody's is: a domain for examples, a telephone number of zeros."""
    return shape.kind in ("email", "phone") and bool(shape.pattern.fullmatch(text)) and not shape.fits(text)


def _in_query(steps: Steps) -> Steps:
    return ("query", *steps) if steps else ()


def _plain_body(request: CapturedRequest) -> bytes:
    try:
        return unpack(request.body, request.header("content-encoding") or "")
    except Unreadable:
        return request.body


def _place(steps: Steps) -> str:
    """A place as a path; a star for the positions in a list."""
    return ".".join("*" if step.isdecimal() else f'"{step}"' if "." in step else step for step in steps)
