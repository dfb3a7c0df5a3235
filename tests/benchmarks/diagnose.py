"""Diagnosis: what one costs where nothing fits, and what a flood of bad signatures costs the receiver.

The time of a diagnosis stands against five milliseconds, and against as many calls of `handle` on the same request
in the same run. The flood is sent as in the ingest benchmark, in turns with good requests to the same server.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time

from inspector.core import EventService, throwaway_settings
from inspector.library import folder, load_connectors
from inspector.model import CapturedRequest
from tests.benchmarks.core import NOW, prepared, symmetric
from tests.benchmarks.figures import Figure
from tests.benchmarks.ingest import ROUNDS, load, need_wrk, server, write_script

__all__ = ["measure"]

BUDGET = 5.0  # milliseconds
TURNS = 9
KEPT = 0.6
CALLS = 120  # what a diagnosis may cost, in calls of handle


def milliseconds(call: Callable[[], object]) -> float:
    """The time of a call at its best: what other programs take of the machine does not count."""
    call()
    turns: list[float] = []
    for _ in range(TURNS):
        begun = process_time()
        call()
        turns.append((process_time() - begun) * 1000)
    return min(turns)


def worst(service: EventService, name: str) -> tuple[float, float]:
    """The slowest sample of a connector, by a wrong secret and with everybody else's configured: diagnosis, handle."""
    others = {each: throwaway_settings(connector) for each, connector in service.connectors.items() if each != name}
    found = []
    for request, settings in prepared(service, name):
        wrong = {**settings, service.connectors[name].secret: settings[service.connectors[name].secret][:-4] + "0000"}
        assert service.diagnose(request, name, wrong, NOW, others=others) is not None
        found.append(_pair(service, request, name, wrong, others))
    return max(found)


def _pair(
    service: EventService,
    request: CapturedRequest,
    name: str,
    wrong: dict[str, str],
    others: dict[str, dict[str, str]],
) -> tuple[float, float]:
    once = milliseconds(lambda: service.diagnose(request, name, wrong, NOW, others=others))
    return once, milliseconds(lambda: [service.handle(request, name, wrong, NOW) for _ in range(20)]) / 20


def flood() -> tuple[float, float]:
    """Requests a second with bad signatures, and with good ones, of the same receiver in turns."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        good, bad = Path(name) / "good", Path(name) / "bad"
        good.mkdir()
        bad.mkdir()
        scripts = (write_script(bad, secret="whsec_of_somebody_else"), write_script(good))
        address = stack.enter_context(server("flooded", good))
        load(address, scripts[1], 1)
        rounds = [[load(address, script).rate for script in scripts] for _ in range(ROUNDS)]
    return median(each[0] for each in rounds), median(each[1] for each in rounds)


def measure() -> Iterator[Figure]:
    """The slowest diagnosis of a symmetric scheme, in milliseconds and in calls of handle; and the flood."""
    service = EventService(load_connectors(folder()))
    found = {name: worst(service, name) for name in service.connectors if symmetric(service, name)}
    slowest = max(found, key=lambda name: found[name][0])
    dearest = max(found, key=lambda name: found[name][0] / found[name][1])
    yield Figure(f"diagnose: slowest of {len(found)}, {slowest}", found[slowest][0], BUDGET, "ms", 1, at_most=True)
    once, handled = found[dearest]
    yield Figure(f"diagnose: dearest against handle, {dearest}", once, handled, "ms", CALLS, at_most=True)
    need_wrk()
    bad, good = flood()
    yield Figure("diagnose: a flood of bad signatures / good ones", bad, good, "/s", KEPT)
