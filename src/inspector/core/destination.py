"""A destination as somebody writes it down, and where a delivery goes, and why."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from re import sub
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from inspector.core.queue_address import queue_address
from inspector.core.span import seconds_in
from inspector.model import RETRIES, CapturedRequest, Decision, Destination, Inspection, InspectorError, Rule
from inspector.model.address import is_queue

__all__ = [
    "Address",
    "DestinationName",
    "DestinationSpec",
    "Destinations",
    "check_app",
    "check_destination",
    "configured",
    "decide",
    "for_app",
]

_OURS: Final = frozenset(("connection", "content-length", "transfer-encoding"))  # made anew for each connection
_EXAMPLES: Final[Mapping[str, str]] = {
    "redis": "redis://localhost:6379/payments for a stream, redis://localhost/2/payments for one in the database 2",
    "amqp": "amqp://localhost:5672/payments for an exchange, amqp://localhost/shop/payments in the virtual host shop",
    "": "http://localhost:3000/webhooks",
}


def check_destination(url: str) -> Destination:
    """A destination, or InspectorError for an address that nothing can be sent to. `:3000/hooks` is this machine.

    It is an app's, or a message queue's: redis://host/stream or amqp://host/exchange, rediss and amqps for TLS.
    """
    text = url.strip()
    if text.startswith(":") or text.isdecimal():
        text = f"http://localhost:{text.lstrip(':')}"
    elif "://" not in text:
        text = f"http://{text}"
    if not _usable(text):
        # Where the password ends nobody can tell of an address that is wrong, so all before the last @ is hidden.
        shown = sub(r"(^|://).*@", r"\1***@", url)
        hint = next((hint for start, hint in _EXAMPLES.items() if text.lower().startswith(start)), _EXAMPLES[""])
        raise InspectorError(f"{shown!r} is not an address to forward to", hint=f"Example: {hint}", exit_code=2)
    return Destination(text)


def check_app(url: str) -> Destination:
    """The same for what can be sent to an app only, as its processor would. Raises InspectorError for a queue."""
    return for_app(check_destination(url))


def for_app(destination: Destination) -> Destination:
    """The destination, or InspectorError where it is a message queue."""
    if destination.is_queue:
        title = f"{destination.address} is a message queue, and this is for an app: it gets what a processor sends"
        hint = "inspector replay SESSION --to ADDRESS sends a queue what was received"
        raise InspectorError(title, hint=hint, exit_code=2)
    return destination


def _usable(url: str) -> bool:
    try:
        if is_queue(url):
            return bool(queue_address(url).name)
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def _address(text: str) -> str:
    try:
        return check_destination(text).url
    except InspectorError as error:
        # Without the address itself, which may hold a password.
        raise ValueError(f"this is not an address to forward to. {error.hint}") from None


Address = Annotated[str, AfterValidator(_address)]


def _header(name: str) -> str:
    if name.lower() in _OURS:
        raise ValueError(f"{name} is made anew for each connection")
    return name


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Patterns = Annotated[
    list[Annotated[str, StringConstraints(min_length=1)]],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
]
Seconds = Annotated[float, BeforeValidator(seconds_in), Field(gt=0, allow_inf_nan=False)]
_HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"), AfterValidator(_header)]
_HeaderText = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0a-\x1f\x7f]*$")]


class DestinationSpec(BaseModel):
    """[destinations.NAME] of inspector.toml: where to, which deliveries, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[Address, Field(description="of an app; or redis://host/stream, amqp://host/exchange")]
    connector: Patterns | None = None
    label: Patterns | None = None
    event: Patterns | None = None
    path: Patterns | None = None
    headers: dict[_HeaderName, _HeaderText] = {}
    secret: SecretStr | None = None
    timeout: Seconds = 30.0
    insecure: bool = False
    ca_file: str = ""
    retries: Annotated[list[Seconds], Field(max_length=100)] | Literal["processor"] = list(RETRIES)
    concurrency: Annotated[int, Field(ge=1, le=64)] = 1

    @model_validator(mode="after")
    def _headers_are_for_apps(self) -> Self:
        if self.headers and is_queue(self.url):
            raise ValueError("headers are set on what an app is sent; a message queue gets the request as it came")
        return self

    def destination(self, name: str) -> Destination:
        """The destination of that name."""
        return Destination(
            self.url,
            self.timeout,
            name,
            Rule(*(tuple(each or ()) for each in (self.connector, self.label, self.event, self.path))),
            tuple(self.headers.items()),
            insecure=self.insecure,
            ca_file=self.ca_file,
            retries=None if self.retries == "processor" else tuple(self.retries),
            concurrency=self.concurrency,
        )


DestinationName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Destinations(msgspec.Struct, frozen=True):
    """The destinations that are configured, and the secrets of those that have one, by name."""

    all: tuple[Destination, ...] = ()
    secrets: Mapping[str, SecretStr] = {}

    def named(self, text: str) -> tuple[Destination, str]:
        """The destination of that name, or of that address, and its own secret, if it has one. Raises InspectorError
        where it is neither."""
        found = next((each for each in self.all if each.name == text), None)
        secret = self.secrets[text].get_secret_value() if found is not None and found.signs else ""
        return found or check_destination(text), secret


def configured(
    specs: Mapping[str, DestinationSpec], environment: Mapping[str, str], folder: str | None = None
) -> Destinations:
    """The destinations of a file in a folder; INSPECTOR_DESTINATION_NAME_SECRET stands before the file's secret."""
    found: list[Destination] = []
    secrets: dict[str, SecretStr] = {}
    for name, spec in specs.items():
        text = environment.get(f"INSPECTOR_DESTINATION_{name.upper()}_SECRET")
        secret = SecretStr(text) if text else spec.secret
        if secret is not None:
            secrets[name] = secret
        beside = bool(folder and spec.ca_file and not spec.ca_file.startswith("/"))
        ca_file = f"{folder}/{spec.ca_file}" if beside else spec.ca_file
        found.append(replace(spec.destination(name), signs=secret is not None, ca_file=ca_file))
    return Destinations(tuple(found), secrets)


def decide(destination: Destination, request: CapturedRequest, label: str, inspection: Inspection) -> Decision:
    """Whether a delivery goes to a destination: one of its patterns of each kind has to fit, whatever the case.

    An event fits by the processor's name for it or by ours; of a batch, one that fits is enough.
    """
    reasons: list[str] = []
    for kind, found in (
        ("connector", [(inspection.connector,)]),
        ("label", [(label,)]),
        ("event", [(each.native_type, each.event_type.value) for each in inspection.events]),
        ("path", [(request.path,)]),
    ):
        patterns: tuple[str, ...] = getattr(destination.rule, kind)
        fitting = _fitting(patterns, found) if patterns else ""
        if fitting is None:
            shown = ", ".join(dict.fromkeys(each[0] for each in found if each[0])) or "none"
            return Decision(destination, False, f"takes {kind} {' or '.join(patterns)}, and this is {shown}")
        if patterns:
            reasons.append(f"{kind} {fitting}")
    return Decision(destination, True, ", ".join(reasons) or "takes every delivery")


def _fitting(patterns: Sequence[str], found: Sequence[tuple[str, ...]]) -> str | None:
    """How the first that fits does so; each is known by several names. None where none does."""
    wanted = [each for each in patterns if not each.startswith("!")] or ["*"]
    excluded = [each[1:] for each in patterns if each.startswith("!")]
    for names in found:
        if any(_fits(each, name) for each in excluded for name in names):
            continue
        fits = next(((each, name) for each in wanted for name in names if _fits(each, name)), None)
        if fits is not None:
            pattern, name = fits
            return name if pattern.lower() == name.lower() else f"{name or 'none'} fits {pattern}"
    return None


def _fits(pattern: str, name: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())
