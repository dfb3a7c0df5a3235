"""Facts about a message and its settings, for where no single change makes the signature fit.

Each is true whatever the cause may be. A certain one rules a valid signature out; the others are likely reasons.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from inspector.core.diagnose.case import FITS
from inspector.core.diagnose.header import SIZES, missing
from inspector.core.diagnose.rewrite import looks_rounded
from inspector.core.diagnose.secret import prefixes, variable
from inspector.core.diagnose.sender import looks_like
from inspector.core.diagnose.subject import Subject, meant
from inspector.core.locate import Locator
from inspector.core.shapes import implausible
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.jws import Jws
from inspector.core.signatures.rsa import Rsa
from inspector.core.signatures.sealed import Sealed
from inspector.core.signatures.shared import decode
from inspector.core.signatures.token import Token
from inspector.model import Verdict

__all__ = ["Fact", "facts"]

_MODES: Final = ("test", "live")
_MOST_ITEMS: Final = 32


class Fact(NamedTuple):
    """A fact in a sentence, and what to do about it."""

    cause: str
    sentence: str
    advice: str
    certain: bool


def facts(subject: Subject) -> Iterator[Fact]:
    """What is known of the message, the most telling first; the last is the verdict's own reason."""
    found = subject.verification
    for find in () if subject.fits_already else _FACTS.get(found.verdict, ()):
        yield from find(subject)
    settled = found.verdict is not Verdict.INVALID or found.signed_text is None
    yield Fact(f"verdict.{found.verdict.value.lower()}", found.reason, _settle(subject), settled)


def _settle(subject: Subject) -> str:
    """What to do where nothing more is known than the verdict."""
    name, found = subject.secret, subject.verification
    docs = f"See {subject.case.connector.docs}"
    otherwise = f"The sender does not sign as {subject.title} does, or something changes it on its way. {docs}"
    if found.verdict is Verdict.NO_SECRET and name:
        return f"{_set(subject, name)} {docs}"
    if found.verdict is Verdict.INVALID:
        return _compare(subject, name) or otherwise
    if found.verdict is Verdict.KEY_NEEDED:
        given = "jwks" if isinstance(subject.scheme, Jws) else "certificate"
        return f"inspector listen fetches it, where there is a network; or give its text as the setting {given}."
    if found.verdict is Verdict.MISSING or found.signed_text is not None:
        return otherwise
    return f"Is this really a message of {subject.title}? {docs}" if found.verdict is Verdict.UNREADABLE else docs


def _set(subject: Subject, name: str) -> str:
    """Where a setting is set, and what it is."""
    what = subject.case.connector.settings.get(name, name)
    return f"Set {variable(subject, name)}, or {name} in inspector.toml: {what}."


def _compare(subject: Subject, name: str) -> str:
    if name not in subject.settings:
        return ""
    found = f"Compare {name} with the processor's: {subject.case.connector.settings.get(name, name)}."
    if isinstance(subject.scheme, Mac | Token | Rsa | Sealed) and "previous_secret" not in subject.settings:
        found += " After a change, set previous_secret to the old one."
    return found if isinstance(subject.scheme, Token) else f"{found} Look for what changes the message on its way."


def _absent(subject: Subject) -> Iterator[Fact]:
    """A part of the signed text, or the signature itself, that is not there."""
    gone = missing(subject)
    if not gone:
        return
    first = gone[0]
    kind, _, name = first.text.partition(":")
    if kind == "setting":
        sentence = f"The setting {name} takes part in the signature, and is not set."
        yield Fact(f"missing.{first.text}", sentence, _set(subject, name), False)
        return
    if subject.value is not None and first.text in [each.text for each in subject.value.places]:
        yield from _unsigned(subject, first)
        return
    advice = "Something on the way takes it away: proxies and gateways have lists of the headers that they hand on."
    sentence = f"The signed text holds {_words(first)}, which is missing."
    yield Fact(f"missing.{first.text}", sentence, advice, False)


def _words(place: Locator) -> str:
    kind, colon, name = place.text.partition(":")
    words = {"header": "the header", "form": "the form field", "query": "the parameter"}
    return f"{words.get(kind, 'the member')} {name}" if colon else f"the member {kind}"


def _unsigned(subject: Subject, place: Locator) -> Iterator[Fact]:
    lost = "A proxy may have taken it away" if place.text.startswith("header:") else "Something wrote the body anew"
    advice = f"{lost}, or {subject.title} was not told to sign: see {subject.case.connector.docs}"
    other, sign = looks_like(subject)
    if other:
        sentence = f"The signature of {subject.title} is missing ({_words(place)}); {sign}."
        yield Fact("missing.other-processor", sentence, f"If {other} sent it, send it to its path.", True)
    yield Fact("missing.signature", f"There is no signature: {_words(place)} is missing.", advice, True)


def _foreign(subject: Subject) -> Iterator[Fact]:
    """What cannot be read as this processor's, and looks like another's."""
    other, sign = looks_like(subject)
    if other:
        reason = subject.verification.reason.removesuffix(".")
        yield Fact(
            "unreadable.other-processor", f"{reason}; {sign}.", f"If {other} sent it, send it to its path.", True
        )


def _siblings(subject: Subject) -> Iterator[Fact]:
    """Another event of the batch that fits proves the secret."""
    case = subject.case
    if not case.connector.signs_items:
        return
    message = subject.message.with_settings(case.settings)
    for place, message.item in enumerate(subject.items[:_MOST_ITEMS]):
        if place == case.position or not isinstance(message.item, dict):
            continue
        if meant(case.connector.scheme, message).verify(message, case.now).verdict in FITS:
            sentence = "Another event of the batch fits, so the secret is right: this one was changed."
            advice = f"Compare its {', '.join(subject.scheme.covers)} with what the processor shows of it."
            yield Fact("batch.one-changed", sentence, advice, True)
            return


def _unreadable_signature(subject: Subject) -> Iterator[Fact]:
    scheme = subject.scheme
    if not isinstance(scheme, Mac) or not subject.entries:
        return
    found = [
        each
        for text in subject.entries
        for way in scheme.spec.value.encodings
        if (each := decode(text, way)) is not None
    ]
    where = scheme.value.where
    advice = "Something cuts or changes it on its way, or the sender does not sign as the processor does."
    if not found:
        ways = " or ".join(scheme.spec.value.encodings)
        yield Fact("header.unreadable", f"The signature in {where} is not {ways}.", advice, True)
        return
    size = SIZES[getattr(scheme.spec, "hash", "sha256")]
    if all(len(each) != size for each in found):
        lengths = " and ".join(dict.fromkeys(str(len(each)) for each in found))
        sentence = f"The signature in {where} has {lengths} bytes, and {scheme.name} has {size}."
        yield Fact("header.length", sentence, advice, True)


def _shape(subject: Subject) -> Iterator[Fact]:
    """What a setting looks like that its processor does not write so."""
    for name in (*subject.settings, *(["notification_url"] if subject.covers("url") else [])):
        text = subject.case.settings.get(name, "")
        found = implausible(subject.case.connector, name, text) if text else None
        if found is not None:
            yield Fact(f"secret.implausible:{name}", f"{name} {found[0]}.", _set(subject, name), False)


def _unusable(subject: Subject) -> Iterator[Fact]:
    """Why a secret that is set cannot be used."""
    for fact in _shape(subject):
        if fact.cause.endswith((f":{subject.secret}", ":previous_secret")):
            yield fact._replace(sentence=f"The secret cannot be used: {fact.sentence}", certain=True)


def _mode(subject: Subject) -> Iterator[Fact]:
    """A secret of test mode for an event of live mode, and the reverse, where its beginning tells the mode."""
    text = subject.case.settings.get(subject.secret, "").strip()
    start = next((each for each in prefixes(subject) if text.startswith(each)), "")
    ours = next((word for word in start.split("_") if word in _MODES), "")
    own: dict[str, Any] = {}
    subject.case.connector.mapping.families[None].extract(subject.message, {}, own, {}, {})
    test = own.get("test_mode")
    theirs = "" if test is None else "test" if test else "live"
    if ours and theirs and ours != theirs:
        sentence = f"The event is of {theirs} mode, and {subject.secret} begins as those of {ours} mode do."
        advice = f"Set {variable(subject, subject.secret)} to the one of {theirs} mode."
        yield Fact("secret.mode", sentence, advice, False)


def _damage(subject: Subject) -> Iterator[Fact]:
    """Marks that a body bears which cannot be undone."""
    if subject.verification.verdict is Verdict.INVALID and not subject.covers("body", "crc32"):
        return
    advice = "Something on the way changes the body: give the signature's check the bytes as they came."
    for cause, sentence in _marks(subject):
        yield Fact(f"body.{cause}", sentence, advice, False)


def _marks(subject: Subject) -> Iterator[tuple[str, str]]:
    request, body = subject.case.request, subject.message.body
    length = (request.header("content-length") or "").strip()
    if not body:
        yield "empty", "The body is empty: if one was sent, something read it before."
    elif length.isdecimal() and len(length) < 12 and int(length) != len(request.body):
        yield (
            "length",
            f"Content-Length says {int(length):,} bytes, and {len(request.body):,} are here: not those that were sent.",
        )
    elif body.lstrip()[:1] in (b"{", b"[") and _cut(body):
        yield "cut", f"The body ends after {len(body):,} bytes in the middle of its JSON, as one does that was cut."
    elif "\ufffd".encode() in body:
        yield "lost-letters", "The body holds U+FFFD, which stands for letters that were lost in a wrong charset."
    elif looks_rounded(body):
        yield (
            "rounded",
            "The body holds a number that looks rounded to 53 bits, as by JavaScript: digits may be lost.",
        )


def _cut(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    except (RecursionError, ValueError):
        pass
    return False


def _several(subject: Subject) -> Iterator[Fact]:
    if len(subject.entries) > 1 and isinstance(subject.scheme, Mac):
        count = len(subject.entries)
        sentence = f"There are {count} signatures, as while a secret is rotated; none fits the secret that is set."
        advice = f"Set {variable(subject, subject.secret)} to the secret of now, and previous_secret to the one before."
        yield Fact("header.rotation", sentence, advice, False)


_FACTS: Final[dict[Verdict, tuple[Callable[[Subject], Iterator[Fact]], ...]]] = {
    Verdict.INVALID: (_absent, _siblings, _unreadable_signature, _shape, _mode, _damage, _several),
    Verdict.MISSING: (_absent,),
    Verdict.NO_SECRET: (_unusable,),
    Verdict.UNREADABLE: (_foreign, _damage),
}
