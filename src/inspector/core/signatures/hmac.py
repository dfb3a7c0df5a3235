"""HMAC (RFC 2104) over a template: the scheme of most processors, whatever they call it."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from inspector.core.locate import Message, first, locator
from inspector.core.signatures.shared import (
    Encoding,
    OneOrMore,
    Spec,
    TemplateText,
    as_tuple,
    decode,
    no_secret,
    secrets,
    tolerance_of,
)
from inspector.core.signed_text import as_text, template
from inspector.model import Verdict, Verification

__all__ = ["Hmac", "HmacSpec"]

KeyEncoding = Literal["text", "hex", "base64", "sha1-digest"]


class KeySpec(Spec):
    """The key: a setting, and how its text becomes bytes."""

    setting: str
    encoding: KeyEncoding = "text"
    prefix: str = Field("", description="stands before the key and is not part of it, e.g. whsec_")


class ValueSpec(Spec):
    """Where a text stands, alone or as an entry of a list such as t=1700000000,v1=5257a8."""

    at: OneOrMore = Field(alias="in")
    list_: str = Field("", alias="list", description="what separates the entries")
    pair: str = Field("", description="what separates an entry's key from its value")
    key: str = Field("", description="the key of the entry, or setting:NAME for a key that the user configures")
    prefix: str = Field("", description="stands before the value, e.g. sha512=")


class SignatureSpec(ValueSpec):
    """Where the signature stands, and how its bytes are written."""

    encoding: Encoding = "hex"


class TimestampSpec(ValueSpec):
    """Where the time of signing stands, in Unix seconds or milliseconds."""

    unit: Literal["seconds", "milliseconds"] = "seconds"


class HmacSpec(Spec):
    """[signature] with scheme = "hmac"."""

    scheme: Literal["hmac"]
    hash: Literal["sha1", "sha256", "sha512"]
    key: KeySpec
    value: SignatureSpec
    timestamp: TimestampSpec | None = None
    tolerance: Annotated[float, Field(gt=0)] | None = Field(None, description="seconds")
    check_future: bool = Field(True, description="false where the processor's own library accepts any future time")
    signed: TemplateText | Annotated[list[TemplateText], Field(min_length=1)] = Field(
        description="the template of the signed text; of several, any may fit"
    )
    each: Literal["request", "item"] = Field("request", description="item: each item of a batch is signed")

    def compile(self) -> "Hmac":
        """The scheme, ready to verify and to sign."""
        return Hmac(self)


def _pads(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _key_bytes(secret: str, spec: KeySpec) -> bytes | None:
    """The key's bytes; None where the secret is not written as the processor writes it."""
    text = secret.removeprefix(spec.prefix)
    if spec.encoding == "text":
        return text.encode()
    if spec.encoding == "sha1-digest":
        return hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return decode(text if spec.encoding == "hex" else _pads(text.strip()), spec.encoding) or None


class _Value:
    """Reads and writes one text of a header, form field or body."""

    def __init__(self, spec: ValueSpec) -> None:
        self.spec = spec
        self.places = tuple(locator(text) for text in as_tuple(spec.at))
        self._key = locator(spec.key) if spec.key.startswith("setting:") else None
        self._list = spec.list_
        self._mark = f"{spec.key}{spec.pair}{spec.prefix}"

    @property
    def where(self) -> str:
        """The place in words: the header stripe-signature."""
        kind, colon, name = self.places[-1].text.partition(":")
        words = {"header": "the header", "form": "the form field", "query": "the query parameter"}
        return f"{words.get(kind, 'the member')} {name}" if colon else f"the member {kind}"

    def key(self, message: Message) -> str:
        """The key of the entry that is ours."""
        return self.spec.key if self._key is None else as_text(self._key.find(message))

    def present(self, message: Message) -> bool:
        """Whether the header or field is there at all."""
        return first(self.places, message) is not None

    def texts(self, message: Message) -> list[str]:
        """Every entry that could be meant, without its key and prefix."""
        found = first(self.places, message)
        if found is None:
            return []
        entries = as_text(found).split(self._list) if self._list else [as_text(found)]
        mark = self._mark if self._key is None else f"{self.key(message)}{self.spec.pair}{self.spec.prefix}"
        if not mark:
            return entries
        return [entry[len(mark) :] for entry in entries if entry.startswith(mark)]

    def write(self, text: str, message: Message) -> str:
        """The entry as it is sent."""
        spec = self.spec
        return f"{self.key(message)}{spec.pair}{spec.prefix}{text}" if spec.pair else spec.prefix + text


class Hmac:
    """A compiled HMAC scheme. `verify` accepts any of several signatures, templates and keys."""

    def __init__(self, spec: HmacSpec) -> None:
        self.spec = spec
        self.name = f"HMAC-{spec.hash.upper()}"
        self.value = _Value(spec.value)
        self.timestamp = _Value(spec.timestamp) if spec.timestamp else None
        self.templates = tuple(template(text) for text in as_tuple(spec.signed))
        self.covers = self.templates[0].covers
        self.unit = 1000 if spec.timestamp and spec.timestamp.unit == "milliseconds" else 1
        self._valid = f"The signature in {self.value.where} matches."

    def verify(self, message: Message, now: float) -> Verification:
        """The verdict on the message by the clock `now`, in Unix seconds."""
        signatures = self.value.texts(message)
        if not signatures:
            return self._missing(message)
        timestamp = ""
        if self.timestamp is not None:
            timestamps = self.timestamp.texts(message)
            if not timestamps:
                return self._verdict(Verdict.MISSING, f"There is no timestamp in {self.timestamp.where}.")
            timestamp = timestamps[0]
        configured = secrets(message.settings, self.spec.key.setting)
        if not configured:
            return no_secret(self.name, self.spec.key.setting, self.covers)
        keys = [key for key in (_key_bytes(secret, self.spec.key) for secret in configured) if key is not None]
        if not keys:
            return self._unusable()
        return self._compare(message, signatures, timestamp, keys, now)

    def _compare(
        self, message: Message, signatures: list[str], timestamp: str, keys: Sequence[bytes], now: float
    ) -> Verification:
        encoding, hash_name = self.spec.value.encoding, self.spec.hash
        received = [found for text in signatures if (found := decode(text, encoding)) is not None]
        for build in self.templates:
            text = build(message, timestamp)
            for key in keys:
                expected = hmac.digest(key, text, hash_name)
                for signature in received:
                    if hmac.compare_digest(expected, signature):
                        return self._in_time(message, text, timestamp, now)
        text = self.templates[0](message, timestamp)
        return self._verdict(Verdict.INVALID, self._mismatch(message, bool(received)), text)

    def _in_time(self, message: Message, text: bytes, timestamp: str, now: float) -> Verification:
        if self.timestamp is None:
            return Verification(Verdict.VALID, self.name, self._valid, text, None, None, self.covers)
        if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 15:
            reason = f"The signature matches, but its timestamp is not a number: {timestamp[:40]!r}."
            return self._verdict(Verdict.UNREADABLE, reason, text)
        signed_at = int(timestamp) / self.unit
        age = now - signed_at
        tolerance = tolerance_of(message.settings, self.spec.tolerance)
        if tolerance is None or -tolerance <= age <= tolerance or (age < 0 and not self.spec.check_future):
            return Verification(Verdict.VALID, self.name, self._valid, text, signed_at, age, self.covers)
        side = "old" if age > 0 else "in the future"
        reason = (
            f"The signature is right, but its timestamp is {duration(abs(age))} {side}; "
            f"the tolerance is {duration(tolerance)}."
        )
        return Verification(Verdict.EXPIRED, self.name, reason, text, signed_at, age, self.covers)

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """What to put where so that the message verifies. An empty mapping where no secret is set."""
        configured = secrets(message.settings, self.spec.key.setting)
        key = _key_bytes(configured[0], self.spec.key) if configured else None
        if key is None:
            return {}
        timestamp = str(int(now * self.unit))
        digest = hmac.digest(key, self.templates[0](message, timestamp), self.spec.hash)
        text = digest.hex() if self.spec.value.encoding == "hex" else b64encode(digest).decode()
        place, entry = self._place(self.value, message), self.value.write(text, message)
        if self.timestamp is None:
            return {place: entry}
        when = self.timestamp.write(timestamp, message)
        if self._place(self.timestamp, message) == place:
            return {place: f"{when}{self.spec.value.list_}{entry}"}
        return {self._place(self.timestamp, message): when, place: entry}

    def challenge(self, message: Message, text: str) -> str | None:
        """The text signed with the first key, written as signatures are."""
        configured = secrets(message.settings, self.spec.key.setting)
        key = _key_bytes(configured[0], self.spec.key) if configured else None
        if key is None or not self.value.key(message):
            return None
        return self.value.write(hmac.digest(key, text.encode("utf-8", "replace"), self.spec.hash).hex(), message)

    @staticmethod
    def _place(value: _Value, message: Message) -> str:
        """The place that the message uses already, else the one that the processor writes today."""
        used = (each.text for each in value.places if each.find(message) is not None)
        return next(used, value.places[-1].text)

    def _missing(self, message: Message) -> Verification:
        if not self.value.present(message):
            return self._verdict(Verdict.MISSING, f"There is no signature: {self.value.where} is missing.")
        key = self.value.key(message)
        if not key and self.spec.value.key:
            return no_secret(self.name, self.spec.value.key.removeprefix("setting:"), self.covers)
        what = f" under {key!r}" if key else f" that begins with {self.spec.value.prefix!r}"
        return self._verdict(Verdict.MISSING, f"There is no signature{what} in {self.value.where}.")

    def _unusable(self) -> Verification:
        key = self.spec.key
        written = {"hex": "hexadecimal", "base64": "base64"}.get(key.encoding, key.encoding)
        reason = f"The secret cannot be used: {key.setting} is not {written}."
        return self._verdict(Verdict.NO_SECRET, reason)

    def _mismatch(self, message: Message, readable: bool) -> str:
        if not readable:
            return f"The signature in {self.value.where} is not {self.spec.value.encoding}."
        reason = f"The signature in {self.value.where} does not match: another secret, or the signed text was changed."
        if "url" in self.covers:
            signed = (message.settings.get("notification_url") or message.request.url)[:200]
            reason += f" The address is signed too; {signed} was assumed (setting notification_url)."
        return reason

    def _verdict(self, verdict: Verdict, reason: str, text: bytes | None = None) -> Verification:
        return Verification(verdict, self.name, reason, text, None, None, self.covers)


def duration(seconds: float) -> str:
    """A length of time as a person says it: 7 min 12 s."""
    whole = int(seconds)
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for name, size in units:
        if whole >= size or (name == "s" and not parts):
            parts.append(f"{whole // size} {name}")
            whole %= size
    return " ".join(parts[:2])
