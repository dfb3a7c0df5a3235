"""The signature's own place: renamed on its way, cut, doubled, written in another encoding or another form."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import unquote

from inspector.core.diagnose.case import Trial
from inspector.core.diagnose.secret import PREFIXES
from inspector.core.diagnose.subject import Subject
from inspector.core.locate import Locator
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.value import Value
from inspector.model import CapturedRequest

__all__ = ["SIZES", "missing", "renamed", "repaired"]

SIZES: Final = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}
"""Bytes of a digest."""

_SHORTEST = 16
_BEFORE = re.compile(r"^(?:hmac[-_ ]?)?(?:sha|md)\d+\s*[=: ]\s*|^v\d+\s*[=,]\s*|^signature\s*[=:]\s*", re.IGNORECASE)
_KEEP: Final = "Let it pass as it is: proxies and gateways have lists of the headers that they hand on."


def missing(subject: Subject) -> list[Locator]:
    """Headers, parameters and settings that take part in the signature and are not there, the signature first."""
    found = [
        places[-1] if places[-1].text.startswith("header:") else places[0]
        for places in _places(subject)
        if all(each.find(subject.message) is None for each in places)
    ]
    return list({each.text: each for each in found}.values())


def _places(subject: Subject) -> list[tuple[Locator, ...]]:
    groups = [subject.value.places] if subject.value else []
    scheme = subject.scheme
    if isinstance(scheme, Mac) and scheme.timestamp is not None:
        groups.append(scheme.timestamp.places)
    return [*groups, *(each for each in subject.parts if not each[0].text.startswith("form:"))]


def renamed(subject: Subject) -> Iterator[Trial]:
    """Headers that are missing and stand there under another name."""
    wanted = [each.key for each in missing(subject) if each.text.startswith("header:")]
    if not wanted:
        return
    request = subject.case.request
    found = {name: other for name in wanted if (other := _alike(name, request))}
    if found:
        pairs = " and ".join(f"{other[:60]} is read as {name}" for name, other in found.items())
        yield _taken(subject, found, "alike", f"when {pairs}")
    if len(wanted) == 1 or not found:
        for other, _ in request.headers:
            if other not in found.values() and other.lower() != wanted[0]:
                yield _taken(subject, {wanted[0]: other}, other.lower(), f"when {other[:60]} is read as {wanted[0]}")


def _taken(subject: Subject, names: dict[str, str], cause: str, fit: str) -> Trial:
    request = subject.case.request
    changed = request.with_headers({name: request.header(other) or "" for name, other in names.items()})
    advice = f"Something on the way gives headers other names. {_KEEP}"
    return Trial(f"header.renamed:{cause}", fit, advice, subject.with_request(changed))


def _alike(name: str, request: CapturedRequest) -> str:
    """The header whose name holds that name: X-Original-Webhook-Id, HTTP_STRIPE_SIGNATURE."""
    plain = _letters(name)
    return next((other for other, _ in request.headers if plain in _letters(other) and other.lower() != name), "")


def _letters(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())


def repaired(subject: Subject) -> Iterator[Trial]:
    """The text of the signature, written otherwise."""
    place, text = subject.written
    if not place:
        return
    yield from _alone(subject, place, text)
    seen = {text}
    for cause, fit, advice, found in _texts(subject, text):
        if found not in seen:
            seen.add(found)
            for case in subject.with_text(place, found):
                yield Trial(f"header.{cause}", fit, advice, case)


def _alone(subject: Subject, place: str, text: str) -> Iterator[Trial]:
    """Of several signatures where one is expected, each for itself."""
    name = place.partition(":")[2]
    each_header = [value for key, value in subject.case.request.headers if key.lower() == name]
    pieces = [piece.strip() for piece in re.split(r"[,;]", text)]
    for cause, found, many in (
        ("repeated", each_header, f"{name}, which came {len(each_header)} times"),
        ("list", pieces, f"the {len(pieces)} entries in {name or place}"),
    ):
        if len(found) > 1:
            for number, piece in enumerate(found, 1):
                advice = f"{subject.title} sends one signature: find out what adds the others."
                for case in subject.with_text(place, piece):
                    yield Trial(f"header.{cause}:{number}", f"with number {number} of {many}, alone", advice, case)


def _texts(subject: Subject, text: str) -> Iterator[tuple[str, str, str, str]]:
    title = subject.title
    handed = f"Something on the way changes the header. {_KEEP}"
    yield "quotes", "without the quotes around the signature", handed, text.strip(" \t\"'")
    yield "percent", "with the signature percent-decoded", handed, unquote(text, errors="replace")
    found = _separated(subject, text)
    if found:
        yield "separators", f"with its parts separated as {title} separates them", handed, found
    sender = f"The sender does not write it as {title} does: see {subject.case.connector.docs}"
    value = subject.value
    if value is not None and not subject.entries and not value.spec.key.startswith("setting:"):
        mark = f"{value.key(subject.message)}{value.spec.pair}{value.spec.prefix}"
        yield "mark-missing", f"with {mark.strip()} before the signature", sender, mark + text
    before = _BEFORE.match(text) or next(
        (re.match(re.escape(each), text) for each in PREFIXES if text.startswith(each)), None
    )
    if before is not None:
        yield "mark-too-many", f"without {before[0].strip()[:20]} before the signature", sender, text[before.end() :]
    if isinstance(subject.scheme, Mac):
        yield from _encoded(subject, subject.scheme, text, sender)
        yield from _completed(subject, subject.scheme, text)


def _separated(subject: Subject, text: str) -> str:
    """The entries of a list, found whatever stands between them."""
    value = subject.value
    scheme = subject.scheme
    if value is None or not value.spec.pair or value.spec.key in ("", "*"):
        return ""
    places = [value]
    if isinstance(scheme, Mac) and scheme.timestamp is not None and _same(scheme.timestamp, value):
        places = [scheme.timestamp, value]
    found: list[str] = []
    for each in places:
        key, pair = re.escape(each.key(subject.message)), re.escape(each.spec.pair)
        entries = re.findall(rf"(?<![\w]){key}\s*{pair}\s*([A-Za-z0-9+/=_-]+)", text)
        found += [each.write(entry, subject.message) for entry in entries]
    return value.spec.list_.join(found)


def _same(one: Value, other: Value) -> bool:
    return [each.text for each in one.places] == [each.text for each in other.places]


def _encoded(subject: Subject, scheme: Mac, text: str, sender: str) -> Iterator[tuple[str, str, str, str]]:
    size = SIZES[scheme.spec.hash] if hasattr(scheme.spec, "hash") else 0
    for entry in subject.entries or [text]:
        for word, found in _digests(entry.strip()):
            if len(found) == size:
                new = text.replace(entry, scheme.written(found))
                yield f"is-{word}", f"with the signature read as {word}", sender, new


def _digests(entry: str) -> Iterator[tuple[str, bytes]]:
    """What bytes a signature may stand for."""
    with suppress(ValueError):
        yield "hexadecimal", bytes.fromhex(entry)
    plain = entry.replace("-", "+").replace("_", "/").replace(" ", "+").rstrip("=")
    try:
        found = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return
    word = "base64" if plain == entry.rstrip("=") else "base64 with + for blanks" if " " in entry else "base64url"
    yield word if entry.endswith("=") or len(entry) % 4 == 0 or word != "base64" else "base64 without its =", found
    try:
        yield "base64 of hexadecimal", bytes.fromhex(found.decode("ascii"))
    except ValueError:
        return


def _completed(subject: Subject, scheme: Mac, text: str) -> Iterator[tuple[str, str, str, str]]:
    """A signature whose end is missing: what is there is the beginning of the right one."""
    expected = scheme.expected(subject.message) or ""
    for entry in subject.entries:
        if _SHORTEST <= len(entry) < len(expected) and expected.startswith(entry):
            fit = f"when it is completed: {len(expected) - len(entry)} of its {len(expected)} characters were cut off"
            advice = f"Something on the way cuts long headers. {_KEEP}"
            yield "cut", fit, advice, text.replace(entry, expected)
