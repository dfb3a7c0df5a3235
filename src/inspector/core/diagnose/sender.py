"""Who signed: another processor by its own rules, or a sender that does not sign as this processor does."""

from collections.abc import Iterator

from msgspec.structs import replace

from inspector.core.compile import Connector
from inspector.core.diagnose.case import Case, Trial
from inspector.core.diagnose.subject import Subject, value_of
from inspector.core.locate import Locator
from inspector.core.signatures.hmac import HmacSpec, Mac
from inspector.core.signatures.several import Several
from inspector.core.signatures.shared import Scheme

__all__ = ["looks_like", "processors", "signings"]


def _schemes(connector: Connector) -> list[Scheme]:
    scheme = connector.scheme
    return [each for _, each in scheme.schemes] if isinstance(scheme, Several) else [scheme]


def _headers(connector: Connector) -> list[Locator]:
    """The headers in which a processor's signatures stand."""
    values = [value for scheme in _schemes(connector) if (value := value_of(scheme)) is not None]
    return [place for value in values for place in value.places if place.text.startswith("header:")]


def _signing(subject: Subject) -> Iterator[Connector]:
    """The other processors whose signature header the message carries, and the one whose document recognises it."""
    recognised = subject.recognised
    for connector in subject.connectors.values():
        if connector.name != subject.case.connector.name and (
            connector.name == recognised or any(each.find(subject.message) is not None for each in _headers(connector))
        ):
            yield connector


def processors(subject: Subject) -> Iterator[Trial]:
    """The right signature for another processor's scheme, by the secrets that are configured or by this one's."""
    for connector in _signing(subject):
        yield from _by(subject, connector)


def _by(subject: Subject, connector: Connector) -> Iterator[Trial]:
    case = replace(subject.case, connector=connector, position=0)
    advice = f"Send it to /{connector.name}, or name the connector {connector.name}."
    for account, settings in subject.others.items():
        if account.partition("/")[0] == connector.name:
            fit = f"as a message of {connector.title}, with the secret of {account}"
            there = f"Send it to /{account}, or name the connector {connector.name}."
            yield Trial(f"processor:{account}", fit, there, replace(case, settings=settings))
    own = subject.case.settings.get(subject.secret, "") if subject.secret else ""
    if own.strip() and connector.secret:
        fit = f"as a message of {connector.title}, with the secret that is set for {subject.title}"
        own_settings = {**subject.case.settings, connector.secret: own}
        yield Trial(f"processor:{connector.name}:same-secret", fit, advice, replace(case, settings=own_settings))


def looks_like(subject: Subject) -> tuple[str, str]:
    """The title of another processor that may have sent the message, and by what; two empty texts for none."""
    own = {each.text for each in _headers(subject.case.connector)}
    for connector in _signing(subject):
        for each in _headers(connector):
            if each.text not in own and each.key != "authorization" and each.find(subject.message) is not None:
                return connector.title, f"{each.key} is there, which {connector.title} sends"
        if subject.recognised == connector.name:
            return connector.title, f"the message looks like one of {connector.title}"
    return "", ""


def signings(subject: Subject) -> Iterator[Trial]:
    """Other ways to sign with the same secret: what tests and senders of one's own get wrong."""
    scheme = subject.scheme
    if not isinstance(scheme, Mac) or not isinstance(scheme.spec, HmacSpec):
        return
    spec = scheme.spec
    advice = f"The sender does not sign as {subject.title} does: see {subject.case.connector.docs}"
    texts: list[tuple[str, str]] = []
    if spec.each == "request" and "{body}" not in subject.signed:
        texts.append(("body", "{body}"))
    if scheme.timestamp is not None:
        texts += [("dot", "{timestamp}.{body}"), ("nothing", "{timestamp}{body}")]
    for cause, text in texts:
        words = "the body alone is signed" if cause == "body" else f"{text} is signed"
        fit = f"when {words}, not {subject.signed[0]}"
        yield Trial(f"sender.text-{cause}", fit, advice, _other(subject, spec, signed=text))
    for name in ("sha1", "sha256", "sha512"):
        if name != spec.hash:
            fit = f"with HMAC-{name.upper()}, where {subject.title} signs with {scheme.name}"
            yield Trial(f"sender.hash-{name}", fit, advice, _other(subject, spec, hash=name))


def _other(subject: Subject, spec: HmacSpec, **changed: str) -> Case:
    return subject.with_scheme(spec.model_copy(update=changed).compile())
