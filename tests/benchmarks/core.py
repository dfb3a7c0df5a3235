"""The core on one core: handle calls a second for each connector, and for stripe against a hand-written floor.

The floor does the least that anybody could: verify the HMAC, parse the JSON, read four fields. It and `handle`
take turns, so that both see the same machine; the median of the turns counts.
"""

import hmac
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any

import msgspec

from inspector.core import EventService, sign, throwaway_settings
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.several import Several
from inspector.library import folder, load_connectors, samples
from inspector.model import CapturedRequest
from tests.benchmarks.figures import Figure

__all__ = ["NOW", "measure", "prepared", "symmetric"]

NOW = 1_767_225_600.0
TURNS, CALLS = 15, 2_000


def floor(request: CapturedRequest, secret: bytes, now: float) -> tuple[str, str, int, str]:
    """A Stripe webhook, verified and read by hand: type, id, amount and currency."""
    header = request.header("stripe-signature") or ""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.digest(secret, parts["t"].encode() + b"." + request.body, "sha256").hex()
    if not hmac.compare_digest(expected, parts["v1"]) or now - int(parts["t"]) > 300:
        raise ValueError
    event: Any = msgspec.json.decode(request.body)
    resource = event["data"]["object"]
    return event["type"], event["id"], resource["amount"], resource["currency"]


def rate(call: Callable[[], object], calls: int = CALLS) -> float:
    """Calls a second."""
    begun = perf_counter()
    for _ in range(calls):
        call()
    return calls / (perf_counter() - begun)


def compared(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """The median of the first rate, and of second / first, turn by turn."""
    turns = [(rate(first), rate(second)) for _ in range(TURNS)]
    return median(one for one, _ in turns), median(other / one for one, other in turns)


def prepared(service: EventService, name: str) -> list[tuple[CapturedRequest, dict[str, str]]]:
    """Every sample of a connector, signed with throwaway settings."""
    connector = service.connectors[name]
    settings = throwaway_settings(connector)
    return [(sign(connector, each.request, settings, NOW), settings) for each in samples(folder(), name)]


def every(service: EventService, name: str) -> float:
    """Calls a second over all samples of a connector."""
    requests = prepared(service, name)

    def once() -> None:
        for request, settings in requests:
            service.handle(request, name, settings, NOW)

    once()
    turns = max(1, CALLS // 4 // len(requests))
    return median(rate(once, turns) for _ in range(5)) * len(requests)


def against_the_floor(service: EventService) -> tuple[float, float]:
    """The floor's rate and our ratio to it, on Stripe's payment_intent.succeeded."""
    connector = service.connectors["stripe"]
    settings = throwaway_settings(connector)
    found = {each.name: each.request for each in samples(folder(), "stripe")}
    request = sign(connector, found["payment_intent.succeeded"], settings, NOW)
    secret = settings[connector.secret].encode()
    assert service.handle(request, "stripe", settings, NOW).source_verified
    return compared(
        lambda: floor(request, secret, NOW),
        lambda: service.handle(request, "stripe", settings, NOW),
    )


def symmetric(service: EventService, name: str) -> bool:
    """Whether all schemes of a connector are keyed by a shared secret."""
    scheme = service.connectors[name].scheme
    schemes = [each for _, each in scheme.schemes] if isinstance(scheme, Several) else [scheme]
    return all(isinstance(each, Mac) for each in schemes)


def measure() -> Iterator[Figure]:
    """Ours against the floor; for every connector the rate over all its samples, and the slowest of those whose
    signature is a hash."""
    service = EventService(load_connectors(folder()))
    by_hand, ratio = against_the_floor(service)
    yield Figure("core: stripe handle / by hand", ratio * by_hand, by_hand, "/s", 0.3)
    rates = {name: every(service, name) for name in service.connectors if samples(folder(), name)}
    slowest = min((name for name in rates if symmetric(service, name)), key=rates.__getitem__)
    yield Figure(f"core: slowest symmetric, {slowest} / stripe", rates[slowest], rates["stripe"], "/s", 1 / 3)
    for name, found in rates.items():
        yield Figure(f"core: {name} samples / by hand", found, by_hand, "/s")
