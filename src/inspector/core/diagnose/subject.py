"""What is diagnosed: a case, its verdict, and what its scheme is made of."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from msgspec.structs import replace

from inspector.core.body import Unreadable
from inspector.core.compile import Connector
from inspector.core.diagnose.case import Case, judge
from inspector.core.locate import Locator, Message, locator
from inspector.core.read import split
from inspector.core.service import EventService
from inspector.core.signatures.certificate import Certificate
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.jws import Jws
from inspector.core.signatures.rsa import Rsa
from inspector.core.signatures.sealed import Sealed
from inspector.core.signatures.several import Several
from inspector.core.signatures.shared import Scheme, as_tuple
from inspector.core.signatures.token import Token
from inspector.core.signatures.value import Value
from inspector.core.signed_text import as_text
from inspector.model import CapturedRequest, InspectorError, Verdict, Verification

__all__ = ["Subject", "meant", "value_of"]

_BRACES: Final = re.compile(r"\{([^{}]+)\}")
_OUTSIDE: Final = frozenset(("body", "crc32", "timestamp", "url", "method", "path"))
_OUTER: Final = ("header:", "query:", "setting:", "constant:")
_SETTING: Final = re.compile(r"\bsetting:([a-z][a-z0-9_]*)")


class Subject:
    """A case that is not VALID, and what else there is to try: other accounts' settings, other connectors.

    `others` maps accounts (CONNECTOR or CONNECTOR/LABEL) to their settings.
    """

    def __init__(
        self,
        case: Case,
        verification: Verification,
        connectors: Mapping[str, Connector],
        others: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.case = case
        self.verification = verification
        self.connectors = connectors
        self.others = others
        self.message: Message = judge(case)[0]
        self.scheme = meant(case.connector.scheme, self.message)

    @property
    def title(self) -> str:
        """What people call the processor."""
        return self.case.connector.title

    @property
    def fits_already(self) -> bool:
        """Whether the signature is right, and the verdict is about something else: a timestamp that is no number."""
        return self.verification.verdict is Verdict.UNREADABLE and self.verification.signed_text is not None

    @property
    def recognised(self) -> str | None:
        """The connector whose document recognises a request that does not bear this one's signature."""
        own = self.verification.verdict is Verdict.INVALID
        return None if own else EventService(self.connectors).detect(self.case.request)

    @cached_property
    def value(self) -> Value | None:
        """Where the signature stands."""
        return value_of(self.scheme)

    @cached_property
    def signed(self) -> tuple[str, ...]:
        """The templates of the signed text."""
        spec = getattr(self.scheme, "spec", None)
        return as_tuple(getattr(spec, "signed", []))

    @cached_property
    def secret(self) -> str:
        """The setting that holds the secret, or what stands for one; empty where there is none."""
        scheme = self.scheme
        if isinstance(scheme, Mac):
            return scheme.spec.key.setting
        if isinstance(scheme, Rsa):
            return scheme.spec.key
        if isinstance(scheme, Token | Sealed | Certificate):
            return scheme.spec.setting
        return "jwks" if isinstance(scheme, Jws) else ""

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The settings that take part in the signature and are set, the secret first; the address is none of them."""
        spec = getattr(self.scheme, "spec", None)
        key = getattr(getattr(spec, "value", None), "key", "")
        found = [self.secret, "previous_secret", *_SETTING.findall(" ".join((*self.signed, key)))]
        return tuple(name for name in dict.fromkeys(found) if self.case.settings.get(name, "").strip())

    @cached_property
    def items(self) -> list[Any]:
        """The events of a batch whose events are signed one by one; none for any other delivery."""
        message = self.message.with_settings(self.case.settings)
        message.item = message.root
        return split(self.case.connector, message)[0] if self.case.connector.signs_items else []

    @cached_property
    def parts(self) -> tuple[tuple[Locator, ...], ...]:
        """The places that the signed text is put together from, each with its alternatives."""
        names = [found for text in self.signed for found in _BRACES.findall(text) if ":" in found]
        return tuple(tuple(locator(each.strip()) for each in name.split("|")) for name in dict.fromkeys(names))

    @cached_property
    def entries(self) -> list[str]:
        """The signatures that the message holds, without keys and prefixes."""
        return [] if self.value is None else self.value.texts(self.message)

    @cached_property
    def written(self) -> tuple[str, str]:
        """The place of the signature and the whole text that stands there; two empty texts for none."""
        for place in self.value.places if self.value is not None else ():
            found = place.find(self.message)
            if found is not None:
                return place.text, as_text(found)
        return "", ""

    @cached_property
    def raw_only(self) -> bool:
        """Whether the signature can be checked without reading the body: neither it nor what it signs stands there."""
        if self.value is None or not isinstance(self.scheme, Mac | Token):
            return False
        names = [*self.scheme.covers, *(place.text for place in self.value.places)]
        return all(name in _OUTSIDE or name.startswith(_OUTER) for name in names)

    def covers(self, *names: str) -> bool:
        """Whether any of these is a part of what is signed."""
        return any(name in self.scheme.covers for name in names)

    def with_settings(self, changed: Mapping[str, str]) -> Case:
        """The case with other settings."""
        return replace(self.case, settings={**self.case.settings, **changed})

    def with_request(self, request: CapturedRequest) -> Case:
        """The case with another request."""
        return replace(self.case, request=request)

    def with_scheme(self, scheme: Scheme) -> Case:
        """The case judged by another scheme."""
        return replace(self.case, connector=replace(self.case.connector, scheme=scheme))

    def with_body(self, body: bytes) -> Case:
        """The case with another body, which is not compressed."""
        headers = tuple(pair for pair in self.case.request.headers if pair[0].lower() != "content-encoding")
        return self.with_request(replace(self.case.request, body=body, headers=headers))

    def with_text(self, place: str, text: str) -> Iterator[Case]:
        """The case with another text at a place; nothing where it cannot be put there."""
        from inspector.core.compose import set_value

        kind, colon, name = place.partition(":")
        if colon and kind == "header":
            yield self.with_request(self.case.request.with_headers({name: text}))
            return
        try:
            yield self.with_request(set_value(self.case.connector, self.case.request, place, text))
        except (InspectorError, Unreadable, ValueError, RecursionError):
            return


def meant(scheme: Scheme, message: Message) -> Scheme:
    """The scheme that judges a message, of several."""
    return scheme.meant(message) if isinstance(scheme, Several) else scheme


def value_of(scheme: Scheme) -> Value | None:
    """Where a scheme's signature stands; None for one that has no such place."""
    return scheme.value if isinstance(scheme, Mac | Rsa | Certificate | Token | Jws) else None
