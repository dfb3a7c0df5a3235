"""Checking a session of 10,000 deliveries, files and documents read from the start, against handling them in memory.

Both take turns, so that they see the same machine; the median of the turns counts.
"""

import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter

from inspector.core import EventService
from inspector.core.redact import Redactor
from inspector.fixtures import Checker, find, save, write
from inspector.library import folder, load_connectors
from inspector.model import Delivery
from tests.benchmarks.core import NOW, every, prepared
from tests.benchmarks.figures import Figure

__all__ = ["measure"]

DELIVERIES, TURNS = 10_000, 5
AIM = 0.34


def session(service: EventService, place: Path) -> Path:
    """All samples of Stripe again and again, saved as is usual."""
    deliveries = []
    for number, (request, settings) in enumerate(islice(cycle(prepared(service, "stripe")), DELIVERIES), 1):
        inspection = service.handle(request, "stripe", settings, NOW)
        deliveries.append(Delivery(number=number, session="", request=request, inspection=inspection))
    return save(place, write(service, "benchmark", "", deliveries, Redactor())).folder


def checked(place: Path) -> float:
    """Deliveries a second."""
    begun = perf_counter()
    checker = Checker(folder())
    assert all(checker.check(path).good for path in find([place]))
    return DELIVERIES / (perf_counter() - begun)


def measure() -> Iterator[Figure]:
    """Check against `handle` over the same samples."""
    service = EventService(load_connectors(folder()))
    with tempfile.TemporaryDirectory() as name:
        place = session(service, Path(name))
        turns = [(checked(place), every(service, "stripe")) for _ in range(TURNS)]
    ours, core = (median(each) for each in zip(*turns, strict=True))
    yield Figure("check: a session / handle, stripe samples", ours, core, "/s", AIM)
