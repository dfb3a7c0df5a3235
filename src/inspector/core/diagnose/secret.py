"""The secret: spelled wrongly, written in another encoding, kept elsewhere, or another account's."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

from inspector.core.diagnose.case import Trial
from inspector.core.diagnose.subject import Subject
from inspector.core.shapes import beginnings
from inspector.core.signatures.certificate import Certificate
from inspector.core.signatures.hmac import HmacSpec, Mac
from inspector.core.signatures.token import Token

__all__ = ["PREFIXES", "accounts", "encodings", "keyed", "prefixes", "spellings", "strangers", "variable"]

PREFIXES: Final = ("whsec_", "v1,whsec_", "wsk_", "pdl_ntfset_", "sha256=", "sha512=", "Bearer ", "Basic ", "0x")
"""What stands before secrets and signatures of one processor or another."""

_QUOTES: Final = "\"'`“”‘’„«»"
_MARKS: Final = "<>[]{}(),;"
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*(?:=|:\s)\s*(.+)", re.DOTALL)
_HEX = re.compile(r"[0-9a-fA-F]+")


class _Spelling(NamedTuple):
    cause: str
    fit: str
    text: str


def variable(subject: Subject, name: str) -> str:
    """The environment variable of a setting of the processor."""
    return f"INSPECTOR_{subject.case.connector.name}_{name}".upper()


def prefixes(subject: Subject) -> tuple[str, ...]:
    """What the secret begins with, as the document describes it."""
    return beginnings(subject.case.connector, subject.secret)


def spellings(subject: Subject) -> Iterator[Trial]:
    """The secret, the one from before a rotation, and what else is signed of the settings, spelled otherwise."""
    usual = list(dict.fromkeys((*prefixes(subject), "whsec_")))
    for name in subject.settings:
        text = subject.case.settings[name]
        seen = {text}
        advice = f"Set {variable(subject, name)} (or {name} in inspector.toml) anew, in that form."
        for each in _spellings(name, text, usual):
            if each.text.strip() and each.text not in seen:
                seen.add(each.text)
                yield Trial(f"secret.{each.cause}:{name}", each.fit, advice, subject.with_settings({name: each.text}))
    yield from _simulated(subject)


def _simulated(subject: Subject) -> Iterator[Trial]:
    """PayPal's simulator signs with the literal id WEBHOOK_ID: https://developer.paypal.com/api/rest/webhooks/rest/"""
    if isinstance(subject.scheme, Certificate):
        case = subject.with_settings({subject.secret: "WEBHOOK_ID"})
        advice = "Nothing is wrong: events of the simulator never carry the signature of your own webhook."
        yield Trial(
            "secret.simulator", "as a message of the webhook simulator, which signs for no webhook", advice, case
        )


def _spellings(name: str, text: str, usual: list[str]) -> Iterator[_Spelling]:
    yield _Spelling("blanks", f"without the white space around {name}", text.strip())
    yield _Spelling("breaks", f"without the white space in {name}", "".join(text.split()))
    yield _Spelling("quotes", f"without the quotes around {name}", _without(text, _QUOTES))
    core = _without(text, _QUOTES + _MARKS)
    yield _Spelling("marks", f"without the quotes, brackets or commas around {name}", core)
    assigned = _ASSIGNMENT.fullmatch(text)
    if assigned is not None:
        yield _Spelling("assignment", f"with only what is assigned in {name}", _without(assigned[1], _QUOTES + _MARKS))
    around = "" if core == text else "without the quotes or blanks around it and "
    for prefix in dict.fromkeys((*PREFIXES, *usual)):
        if core.startswith(prefix):
            words = f"{around}without {prefix.strip()} at the beginning of {name}"
            yield _Spelling(f"prefix-too-many-{prefix.strip()}", words, core.removeprefix(prefix))
    for prefix in usual:
        if not core.startswith(prefix):
            yield _Spelling(f"prefix-missing-{prefix}", f"{around}with {prefix} before {name}", prefix + core)
    if _HEX.fullmatch(core):
        yield _Spelling("small-letters", f"{around}with {name} in small letters", core.lower())
        yield _Spelling("capitals", f"{around}with {name} in capitals", core.upper())
    yield _Spelling("percent", f"{around}with {name} percent-decoded", unquote(core, errors="replace"))
    inner = _text_in_base64(core)
    if inner:
        yield _Spelling("wrapped", f"{around}with the text that {name} holds in base64", inner)


def _without(text: str, around: str) -> str:
    previous = ""
    while text != previous:
        previous, text = text, text.strip().strip(around)
    return text


def _text_in_base64(text: str) -> str:
    try:
        found = b64decode(text, validate=True).decode("ascii").strip()
    except ValueError:
        return ""
    return found if found.isprintable() else ""


def encodings(subject: Subject) -> Iterator[Trial]:
    """Keys that are bytes, written as the processor does not write them; and texts whose bytes are the key."""
    scheme = subject.scheme
    if not isinstance(scheme, Mac) or not isinstance(scheme.spec, HmacSpec):
        return
    for name in ("previous_secret", scheme.spec.key.setting):
        text = _without(subject.case.settings.get(name, ""), _QUOTES)
        if text:
            yield from _as_bytes(subject, scheme, name, text)
    yield from _decoded(subject, scheme)


def _as_bytes(subject: Subject, scheme: Mac, name: str, text: str) -> Iterator[Trial]:
    spec = scheme.spec.key
    if "text" in spec.encodings or "sha1-digest" in spec.encodings:
        return
    bare = text.removeprefix(spec.prefix)
    wanted = "hexadecimal" if "hex" in spec.encodings else "base64"
    for word, key in (
        ("hexadecimal", _unhex(bare)),
        ("base64", _unbase64(bare)),
        ("text", text.encode("utf-8", "replace")),
    ):
        if not key or word == wanted:
            continue
        written = key.hex() if wanted == "hexadecimal" else spec.prefix + b64encode(key).decode()
        how = "taken as it stands, as text" if word == "text" else f"decoded from {word}"
        advice = f"{subject.title} writes it in {wanted}: write {variable(subject, name)} in {wanted}."
        yield Trial(f"secret.is-{word}:{name}", f"with {name} {how}", advice, subject.with_settings({name: written}))
    if wanted == "base64" and bare != bare.translate(_STANDARD):
        case = subject.with_settings({name: spec.prefix + bare.translate(_STANDARD)})
        advice = f"Write {variable(subject, name)} with + and /, not - and _."
        yield Trial(f"secret.is-base64url:{name}", f"with {name} decoded from base64url", advice, case)


_STANDARD: Final = str.maketrans("-_", "+/")


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _unbase64(text: str) -> bytes:
    try:
        return b64decode(text.translate(_STANDARD) + "=" * (-len(text) % 4), validate=True)
    except (Base64Error, ValueError):
        return b""


def _decoded(subject: Subject, scheme: Mac) -> Iterator[Trial]:
    """Where the text is the key: a sender that takes the bytes that it stands for."""
    spec = scheme.spec
    if not isinstance(spec, HmacSpec) or "text" not in spec.key.encodings or subject.secret not in subject.settings:
        return
    for word, encoding in (("hexadecimal", "hex"), ("base64", "base64")):
        if encoding in spec.key.encodings:
            continue
        key = spec.key.model_copy(update={"encoding": encoding, "prefix": spec.key.prefix or "whsec_"})
        case = subject.with_scheme(spec.model_copy(update={"key": key}).compile())
        advice = (
            f"{subject.title} signs with the text of {subject.secret} as it stands: this sender does not sign as "
            f"{subject.title} does."
        )
        yield Trial(f"sender.key-{encoding}", f"with {subject.secret} decoded from {word} by the sender", advice, case)


def keyed(subject: Subject) -> Iterator[Trial]:
    """Where a setting says which signature is ours: the keys that the message names, and that setting spelled anew."""
    value = subject.value
    if value is None or not value.spec.key.startswith("setting:"):
        return
    name = value.spec.key.removeprefix("setting:")
    for entry in subject.written[1].split(value.spec.list_):
        key = entry.partition(value.spec.pair)[0]
        advice = f"Set {variable(subject, name)} to the one of the same pair as {subject.secret}."
        fit = f"with the {name} that the message names, {key[:40]!r}"
        yield Trial(f"secret.key-named:{key[:40]}", fit, advice, subject.with_settings({name: key}))
    yield from spellings(subject)
    yield from accounts(subject)


def accounts(subject: Subject) -> Iterator[Trial]:
    """Settings that are configured for another account of the processor, or under another name."""
    case = subject.case
    yield from _swapped(subject)
    for name in case.connector.settings:
        text = case.settings.get(name, "")
        if name != subject.secret and subject.secret and text.strip():
            fit = f"with the text of {name} as {subject.secret}"
            advice = f"Set {variable(subject, subject.secret)} to what {name} is set to now."
            yield Trial(f"secret.misplaced:{name}", fit, advice, subject.with_settings({subject.secret: text}))
    for account, settings in _siblings(subject):
        advice = f"Send it to /{account}, or give this account the secret of that one."
        if account == case.connector.name:
            advice = f"Send it to /{account}, or take away what is set for this account only."
        yield Trial(f"account:{account}", f"with the settings of {account}", advice, subject.with_settings(settings))


def _swapped(subject: Subject) -> Iterator[Trial]:
    """Two settings of a pair, each in the other's place."""
    for name in subject.settings[1:]:
        if name != "previous_secret" and subject.secret in subject.settings:
            first, second = subject.case.settings[subject.secret], subject.case.settings[name]
            case = subject.with_settings({subject.secret: second, name: first})
            advice = f"Swap {variable(subject, subject.secret)} and {variable(subject, name)}."
            yield Trial(f"secret.swapped:{name}", f"with {subject.secret} and {name} swapped", advice, case)


def _siblings(subject: Subject) -> Iterator[tuple[str, dict[str, str]]]:
    own = subject.case.connector.name
    for account, settings in subject.others.items():
        if account.partition("/")[0] == own and any(
            subject.case.settings.get(name) != text for name, text in settings.items()
        ):
            yield account, dict(settings)


def strangers(subject: Subject) -> Iterator[Trial]:
    """Secrets of other processors, put where this one's belongs."""
    own = subject.case.connector.name
    seen = {subject.case.settings.get(subject.secret, "")}
    if not subject.secret or isinstance(subject.scheme, Token):
        return
    for account, settings in subject.others.items():
        connector = subject.connectors.get(account.partition("/")[0])
        text = settings.get(connector.secret, "") if connector else ""
        if text.strip() and account.partition("/")[0] != own and text not in seen:
            seen.add(text)
            advice = (
                f"The secret of {subject.title} is configured as {account}'s: set {variable(subject, subject.secret)}."
            )
            case = subject.with_settings({subject.secret: text})
            yield Trial(f"secret-of:{account}", f"with the secret of {account}", advice, case)
