"""Facts about a message and its settings, for where no single change makes the signature fit.

Each is true whatever the cause may be. A certain one rules a valid signature out; the others are likely reasons.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from inspector.core.body import Unreadable, decode_json
from inspector.core.diagnose.case import FITS
from inspector.core.diagnose.header import SIZES, missing
from inspector.core.diagnose.rewrite import looks_rounded
from inspector.core.diagnose.secret import prefixes, variable
from inspector.core.diagnose.sender import strange_headers
from inspector.core.diagnose.subject import Subject, meant
from inspector.core.locate import Locator
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.shared import decode
from inspector.model import Verdict

__all__ = ["Fact", "facts"]

_API_KEYS: Final = (
    "sk_test_ sk_live_ pk_test_ pk_live_ rk_test_ rk_live_ rzp_test_ rzp_live_ EAAA sq0 xnd_ FLWSECK FLWPUBK APP_USR- "
    "pdl_sdbx_apikey_ pdl_live_apikey_ polar_oat_ ghp_"
).split()
_MODES: Final = {
    "test": "test",
    "sandbox": "test",
    "sdbx": "test",
    "live": "live",
    "prod": "live",
    "production": "live",
}
_MOST_ITEMS: Final = 32


class Fact(NamedTuple):
    """A fact in a sentence, and what to do about it."""

    cause: str
    sentence: str
    advice: str
    certain: bool


def facts(subject: Subject) -> Iterator[Fact]:
    """What is known of the message, the most telling first; the last is the verdict's own reason."""
    for find in _FACTS.get(subject.verification.verdict, ()):
        yield from find(subject)
    found = subject.verification
    settled = found.verdict is not Verdict.INVALID
    yield Fact(f"verdict.{found.verdict.value.lower()}", found.reason, _settle(subject), settled)


def _settle(subject: Subject) -> str:
    """What to do where nothing more is known than the verdict."""
    name, verdict = subject.secret, subject.verification.verdict
    where = subject.case.connector.settings.get(name, "")
    if verdict is Verdict.NO_SECRET and name:
        return f"Set {variable(subject, name)}, or {name} in inspector.toml. {where}."
    if verdict is Verdict.INVALID:
        old = "" if "previous_secret" in subject.settings else " After a change, set previous_secret to the old one."
        there = f"Compare {name} with the processor's: {where}.{old} " if name in subject.settings else ""
        return f"{there}Look for what changes the message on its way."
    if verdict is Verdict.KEY_NEEDED:
        return "It is fetched where there is a network, and the verdict follows; or set it in the settings."
    asked = f"Is this really a message of {subject.title}? " if verdict is Verdict.UNREADABLE else ""
    return f"{asked}See {subject.case.connector.docs}"


def _absent(subject: Subject) -> Iterator[Fact]:
    """A part of the signed text, or the signature itself, that is not there."""
    gone = missing(subject)
    if not gone:
        return
    first = gone[0]
    kind, _, name = first.text.partition(":")
    if kind == "setting":
        advice = f"Set {variable(subject, name)}: {subject.case.connector.settings.get(name, name)}."
        yield Fact(
            f"missing.{first.text}", f"The setting {name} takes part in the signature, and is not set.", advice, False
        )
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
    advice = (
        f"A proxy may have taken it away, or {subject.title} was not told to sign: see {subject.case.connector.docs}"
    )
    strange = strange_headers(subject)
    if strange:
        header, title = strange[0]
        sentence = (
            f"The signature of {subject.title} is missing ({_words(place)}); {header} is there, which {title} sends."
        )
        yield Fact("missing.other-processor", sentence, f"If {title} sent it, send it to its path.", True)
    yield Fact("missing.signature", f"There is no signature: {_words(place)} is missing.", advice, True)


def _siblings(subject: Subject) -> Iterator[Fact]:
    """Other events of the batch that fit prove the secret."""
    case = subject.case
    if not case.connector.signs_items:
        return
    message = subject.message.with_settings(case.settings)
    items = subject.items[:_MOST_ITEMS]
    others = [each for place, each in enumerate(items) if place != case.position and isinstance(each, dict)]
    fitting = 0
    for message.item in others:
        fitting += meant(case.connector.scheme, message).verify(message, case.now).verdict in FITS
    if fitting:
        told = f"{fitting} of the {len(others)} other events fit"
        sentence = f"{told}, so the secret is right: this one was changed."
        advice = f"Compare its {', '.join(subject.scheme.covers)} with what the processor shows of it."
        yield Fact("batch.one-changed", sentence, advice, True)


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
    """What the secret looks like, by the prefixes of this list and of the document alone."""
    text = subject.case.settings.get(subject.secret, "").strip().strip("\"'") if subject.secret else ""
    if not text:
        return
    usual = prefixes(subject)
    advice = f"Set {variable(subject, subject.secret)}: {subject.case.connector.settings.get(subject.secret, '')}."
    if text.startswith(tuple(usual)):
        yield from _mode(subject, text)
        return
    key = next((each for each in _API_KEYS if text.startswith(each)), "")
    if key:
        sentence = (
            f"{subject.secret} begins with {key}, as API keys do: it is most likely none that webhooks are signed with."
        )
        yield Fact("secret.api-key", sentence, advice, False)
    elif usual:
        sentence = f"{subject.secret} does not begin with {' or '.join(usual)}, as those of {subject.title} do."
        yield Fact("secret.strange", sentence, advice, False)
    yield from _mode(subject, text)


def _mode(subject: Subject, text: str) -> Iterator[Fact]:
    """A secret of test mode for an event of live mode, and the reverse."""
    words = re.split(r"[^a-z]+", text[:24].lower())[:3]
    ours = next((_MODES[word] for word in words if word in _MODES), "")
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
    if not subject.covers("body", "crc32"):
        return
    request, body = subject.case.request, subject.message.body
    length = (request.header("content-length") or "").strip()
    advice = "Something on the way changes the body: give the signature's check the bytes as they came."
    if not body:
        yield Fact("body.empty", "The body is empty: if one was sent, something read it before.", advice, False)
    elif length.isdecimal() and len(length) < 12 and int(length) != len(request.body):
        sentence = (
            f"Content-Length says {int(length):,} bytes, and {len(request.body):,} are here: the body was changed."
        )
        yield Fact("body.length", sentence, advice, False)
    elif body.lstrip()[:1] in (b"{", b"[") and _cut(body):
        sentence = f"The body ends after {len(body):,} bytes in the middle of its JSON: it was cut."
        yield Fact("body.cut", sentence, advice, False)
    elif "\ufffd".encode() in body:
        sentence = "The body holds U+FFFD, which stands for letters that were lost: it was decoded in a wrong charset."
        yield Fact("body.lost-letters", sentence, advice, False)
    elif looks_rounded(body):
        sentence = "The body holds a number that looks rounded to 53 bits, as JavaScript does: its digits are lost."
        yield Fact("body.rounded", sentence, advice, False)


def _cut(body: bytes) -> bool:
    try:
        decode_json(body)
    except Unreadable:
        return body.rstrip()[-1:] not in (b"}", b"]")
    return False


def _several(subject: Subject) -> Iterator[Fact]:
    if len(subject.entries) > 1 and isinstance(subject.scheme, Mac):
        count = len(subject.entries)
        sentence = (
            f"The message holds {count} signatures, as while a secret is rotated; none is by the secret that is set."
        )
        advice = f"Set {variable(subject, subject.secret)} to the secret of now, and previous_secret to the one before."
        yield Fact("header.rotation", sentence, advice, False)


_FACTS: Final[dict[Verdict, tuple[Callable[[Subject], Iterator[Fact]], ...]]] = {
    Verdict.INVALID: (_absent, _siblings, _unreadable_signature, _shape, _damage, _several),
    Verdict.MISSING: (_absent,),
}
