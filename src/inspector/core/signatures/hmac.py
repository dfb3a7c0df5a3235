"""HMAC (RFC 2104), or a plain digest with the secret inside, over a template: the scheme of most processors."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from inspector.core.locate import Message
from inspector.core.signatures.clock import TimestampSpec, duration, signed_at, tolerance_of, written
from inspector.core.signatures.key import KeySpec, key_bytes
from inspector.core.signatures.shared import Encoding, SchemeSpec, TemplateText, as_tuple, decode, no_secret, secrets
from inspector.core.signatures.value import Value, ValueSpec
from inspector.core.signed_text import template
from inspector.model import Verdict, Verification

__all__ = ["DigestSpec", "HmacSpec", "Mac"]

Compute = Callable[[bytes, bytes], bytes]


class SignatureSpec(ValueSpec):
    """Where the signature stands, and how its bytes are written. Of several encodings, any may fit."""

    encoding: Encoding | Annotated[list[Encoding], Field(min_length=1)] = "hex"

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """The encodings to try; the first is the one to write."""
        return (self.encoding,) if isinstance(self.encoding, str) else tuple(self.encoding)


class MacSpec(SchemeSpec):
    """What HMACs and digests have in common."""

    key: KeySpec
    value: SignatureSpec
    timestamp: TimestampSpec | None = None
    tolerance: Annotated[float, Field(gt=0)] | None = Field(None, description="seconds")
    check_future: bool = Field(True, description="false where the processor's own library accepts any future time")
    signed: TemplateText | Annotated[list[TemplateText], Field(min_length=1)] = Field(
        description="the template of the signed text; of several, any may fit"
    )
    each: Literal["request", "item"] = Field("request", description="item: each item of a batch is signed")


class HmacSpec(MacSpec):
    """[signature] with scheme = "hmac"."""

    scheme: Literal["hmac"]
    hash: Literal["sha1", "sha256", "sha512"]

    def compile(self) -> "Mac":
        """The scheme, ready to verify and to sign."""
        name = self.hash
        return Mac(self, f"HMAC-{name.upper()}", lambda key, text: hmac.digest(key, text, name))


class DigestSpec(MacSpec):
    """[signature] with scheme = "digest": the hash of a template that holds {secret}."""

    scheme: Literal["digest"]
    hash: Literal["md5", "sha256"]

    def compile(self) -> "Mac":
        """The scheme, ready to verify and to sign."""
        name = self.hash
        return Mac(self, name.upper(), lambda _, text: hashlib.new(name, text, usedforsecurity=False).digest())


class Mac:
    """A compiled scheme. `verify` accepts any of several signatures, templates, secrets and keys."""

    def __init__(self, spec: MacSpec, name: str, compute: Compute) -> None:
        self.spec = spec
        self.name = name
        self.value = Value(spec.value)
        self.timestamp = Value(spec.timestamp) if spec.timestamp else None
        self.templates = tuple(template(text) for text in as_tuple(spec.signed))
        self.covers = self.templates[0].covers
        self._unit = spec.timestamp.unit if spec.timestamp else "nonce"
        self._compute = compute
        self._encodings = spec.value.encodings
        self._valid = f"The signature in {self.value.where} matches."

    def present(self, message: Message) -> bool:
        """Whether the message carries such a signature, right or wrong."""
        return bool(self.value.texts(message))

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
        return self._compare(message, signatures, timestamp, configured, now)

    def _compare(
        self, message: Message, signatures: list[str], timestamp: str, configured: list[str], now: float
    ) -> Verification:
        received = [
            found for text in signatures for each in self._encodings if (found := decode(text, each)) is not None
        ]
        usable, first = False, self.templates[0]
        signed = b""
        for secret in configured:
            keys = key_bytes(secret, self.spec.key)
            usable = usable or bool(keys)
            for build in self.templates:
                text = build(message, timestamp, secret)
                signed = text if build is first else signed
                for key in keys:
                    expected = self._compute(key, text)
                    for signature in received:
                        if hmac.compare_digest(expected, signature):
                            shown = build(_without_settings(message), timestamp, "") if build.holds_secret else text
                            return self._in_time(message, shown, timestamp, now)
        if not usable:
            return self._unusable()
        shown = first(_without_settings(message), timestamp, "") if first.holds_secret else signed
        return self._verdict(Verdict.INVALID, self._mismatch(message, bool(received)), shown)

    def _in_time(self, message: Message, text: bytes, timestamp: str, now: float) -> Verification:
        if self._unit == "nonce":
            return Verification(Verdict.VALID, self.name, self._valid, text, None, None, self.covers)
        moment = signed_at(timestamp, self._unit)
        if moment is None:
            reason = f"The signature matches, but its timestamp is not a number: {timestamp[:40]!r}."
            return self._verdict(Verdict.UNREADABLE, reason, text)
        age = now - moment
        tolerance = tolerance_of(message.settings, self.spec.tolerance)
        if tolerance is None or -tolerance <= age <= tolerance or (age < 0 and not self.spec.check_future):
            return Verification(Verdict.VALID, self.name, self._valid, text, moment, age, self.covers)
        side = "old" if age > 0 else "in the future"
        reason = (
            f"The signature is right, but its timestamp is {duration(abs(age))} {side}; "
            f"the tolerance is {duration(tolerance)}."
        )
        return Verification(Verdict.EXPIRED, self.name, reason, text, moment, age, self.covers)

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """What to put where so that the message verifies. An empty mapping where no secret is set."""
        timestamp = "" if self.timestamp is None else written(now, self._unit)
        digest = self._digest(message, timestamp)
        if digest is None:
            return {}
        place, entry = self.value.place(message), self.value.write(self.written(digest), message)
        if self.timestamp is None:
            return {place: entry}
        when = self.timestamp.write(timestamp, message)
        if self.timestamp.place(message) == place:
            return {place: f"{when}{self.spec.value.list_}{entry}"}
        return {self.timestamp.place(message): when, place: entry}

    def _digest(self, message: Message, timestamp: str) -> bytes | None:
        secret = next(iter(secrets(message.settings, self.spec.key.setting)), "")
        keys = key_bytes(secret, self.spec.key) if secret else []
        return self._compute(keys[0], self.templates[0](message, timestamp, secret)) if keys else None

    def expected(self, message: Message) -> str | None:
        """The signature of the message as it is, its own timestamp included; None where none can be computed.

        Whoever knows it can forge the message, so it is never shown whole.
        """
        timestamps = [""] if self.timestamp is None else self.timestamp.texts(message)
        digest = self._digest(message, timestamps[0]) if timestamps else None
        return None if digest is None else self.written(digest)

    def written(self, digest: bytes) -> str:
        """A signature's bytes as the processor writes them."""
        encoding = self._encodings[0]
        if encoding == "hex":
            return digest.hex()
        return b64encode(digest if encoding == "base64" else digest.hex().encode()).decode()

    def open(self, message: Message) -> bytes:
        """The body is not encrypted."""
        return message.body

    def challenge(self, message: Message, text: str) -> str | None:
        """The text signed with the first key, written as signatures are."""
        secret = next(iter(secrets(message.settings, self.spec.key.setting)), "")
        keys = key_bytes(secret, self.spec.key) if secret else []
        if not keys or not self.value.key(message):
            return None
        digest = self._compute(keys[0], text.encode("utf-8", "replace"))
        return self.value.write(self.written(digest), message)

    def _missing(self, message: Message) -> Verification:
        if not self.value.present(message):
            return self._verdict(Verdict.MISSING, f"There is no signature: {self.value.where} is missing.")
        key = self.value.key(message)
        if not key and self.spec.value.key:
            return no_secret(self.name, self.spec.value.key.removeprefix("setting:"), self.covers)
        if self.spec.value.key.startswith("setting:"):  # the user's own text is no one's to see
            what = f" for the {self.spec.value.key.removeprefix('setting:')} that is set"
        else:
            what = f" under {key!r}" if key else f" that begins with {self.spec.value.prefix!r}"
        return self._verdict(Verdict.MISSING, f"There is no signature{what} in {self.value.where}.")

    def _unusable(self) -> Verification:
        written = {"hex": "hexadecimal", "sha1-digest": "text"}
        names = " or ".join(written.get(each, each) for each in self.spec.key.encodings)
        return self._verdict(Verdict.NO_SECRET, f"The secret cannot be used: {self.spec.key.setting} is not {names}.")

    def _mismatch(self, message: Message, readable: bool) -> str:
        if not readable:
            return f"The signature in {self.value.where} is not {' or '.join(self._encodings)}."
        reason = f"The signature in {self.value.where} does not match: another secret, or the signed text was changed."
        if "url" in self.covers:
            signed = (message.settings.get("notification_url") or message.request.url)[:200]
            reason += f" The address is signed too; {signed} was assumed (setting notification_url)."
        return reason

    def _verdict(self, verdict: Verdict, reason: str, text: bytes | None = None) -> Verification:
        return Verification(verdict, self.name, reason, text, None, None, self.covers)


def _without_settings(message: Message) -> Message:
    """The message as it may be shown: what the user configured is no part of its signed text, but the address."""
    shown = {name: text for name, text in message.settings.items() if name == "notification_url"}
    return message.with_settings(shown)
