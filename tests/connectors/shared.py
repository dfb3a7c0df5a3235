"""What the tests of all connectors share: the documents, the samples, throwaway secrets and a fixed clock."""

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import msgspec

from inspector.core import Connector, EventService, sign, throwaway_settings
from inspector.core.answer import expectation
from inspector.library import Sample, load_connectors, samples
from inspector.model import CapturedRequest, Inspection, NormalizedEvent

__all__ = [
    "CONNECTORS",
    "FOLDER",
    "NOW",
    "SAMPLES",
    "SETTINGS",
    "handle",
    "item",
    "normalized",
    "outcome",
    "pretty",
    "request",
    "sample",
    "service",
    "signed",
    "wrapped",
]

NOW = 1767225600.0
"""2026-01-01T00:00:00Z: the moment at which every sample is signed and judged."""

FOLDER = Path(__file__).parents[2] / "connectors"
CONNECTORS: Mapping[str, Connector] = load_connectors(FOLDER)
SETTINGS: Mapping[str, Mapping[str, str]] = {name: throwaway_settings(each) for name, each in CONNECTORS.items()}
SAMPLES: tuple[Sample, ...] = tuple(each for name in CONNECTORS for each in samples(FOLDER, name))


@cache
def service() -> EventService:
    """The Event Service with the project's own documents."""
    return EventService(CONNECTORS)


def sample(connector: str, name: str) -> CapturedRequest:
    """The request of a sample, unsigned."""
    return next(each.request for each in SAMPLES if (each.connector, each.name) == (connector, name))


def request(connector: str, body: Any, headers: Mapping[str, str] | None = None) -> CapturedRequest:
    """A request with a body of plain values (or of bytes, as they are)."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    fields = (("Content-Type", "application/json"), *(headers or {}).items())
    return CapturedRequest(url=f"http://127.0.0.1:4242/{connector}", headers=fields, body=content)


def signed(connector: str, unsigned: CapturedRequest, now: float = NOW) -> CapturedRequest:
    """The request, signed with the connector's throwaway secret."""
    return sign(CONNECTORS[connector], unsigned, SETTINGS[connector], now)


def handle(
    connector: str, received: CapturedRequest, settings: Mapping[str, str] | None = None, now: float = NOW
) -> Inspection:
    """What the Event Service makes of a request, with the throwaway secrets where no settings are given."""
    return service().handle(received, connector, SETTINGS[connector] if settings is None else settings, now)


def normalized(connector: str, body: Any, headers: Mapping[str, str] | None = None) -> NormalizedEvent:
    """The one event in a body, signed and handled."""
    inspection = handle(connector, signed(connector, request(connector, body, headers)))
    assert len(inspection.events) == 1
    return inspection.events[0]


def item(**changes: Any) -> dict[str, Any]:
    """A notification of Adyen with one item, by default a successful authorisation."""
    base: dict[str, Any] = {
        "additionalData": {"hmacSignature": ""},
        "amount": {"value": 1999, "currency": "EUR"},
        "pspReference": "PSP0000000000001",
        "eventCode": "AUTHORISATION",
        "eventDate": "2026-01-01T01:00:00+01:00",
        "merchantAccountCode": "ExampleShop",
        "merchantReference": "A-1001",
        "success": "true",
    }
    return {"live": "false", "notificationItems": [{"NotificationRequestItem": {**base, **changes}}]}


def wrapped(xml: str, *, signature: str = "") -> CapturedRequest:
    """A form of Braintree's around an XML document."""
    text = b64encode(xml.encode()).decode()
    lines = "".join(text[start : start + 60] + "\n" for start in range(0, len(text), 60))
    body = f"bt_signature={quote_plus(signature)}&bt_payload={quote_plus(lines)}".encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return CapturedRequest(url="http://127.0.0.1:4242/braintree", headers=headers, body=body)


def outcome(each: Sample) -> dict[str, Any]:
    """What a sample keeps beside it: the expectation of the signed request, as plain JSON."""
    inspection = handle(each.connector, signed(each.connector, each.request))
    return json.loads(pretty(expectation(inspection)))  # type: ignore[no-any-return]


def pretty(found: Mapping[str, Any]) -> str:
    """Plain values as they are kept in a file."""
    return json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
