"""What is sent on purpose: the sample that a word means, under a new event id."""

from pathlib import Path

import pytest

from inspector.core import EventService, sign, throwaway_settings
from inspector.library import Sample, load_connectors, samples
from inspector.model import CapturedRequest, Verdict
from inspector.trigger import candidates, choose, compose

FOLDER = Path(__file__).parents[1] / "connectors"
NOW = 1_767_225_600.0
SERVICE = EventService(load_connectors(FOLDER))
CONNECTORS = ("adyen", "braintree", "razorpay", "square", "standardwebhooks", "stripe")
SAMPLES = [each for name in CONNECTORS for each in samples(FOLDER, name) if each.request.method == "POST"]


def named(sample: Sample) -> str:
    """Connector and name."""
    return f"{sample.connector}-{sample.name}"


def composed(sample: Sample, token: str = "00112233445566ff", now: float = NOW) -> CapturedRequest:
    """The sample as it goes to a receiver, unsigned."""
    connector = SERVICE.connectors[sample.connector]
    return compose(connector, sample.request, f"http://127.0.0.1:4242/{sample.connector}", token, now)


def verdict(sample: Sample, request: CapturedRequest) -> Verdict:
    """What the core says to it with the throwaway settings."""
    settings = throwaway_settings(SERVICE.connectors[sample.connector])
    return SERVICE.handle(request, sample.connector, settings, NOW).verification.verdict


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_every_sample_can_be_sent_under_a_new_event_id(sample: Sample) -> None:
    """Signed, it is VALID; sent twice, it is no duplicate; and it still means what it meant."""
    connector = SERVICE.connectors[sample.connector]
    settings = throwaway_settings(connector)
    # Where a processor has no ids, the second tells events apart.
    fresh = [composed(sample, "0123456789abcdef" * 2), composed(sample, "f" * 32, NOW + 1)]
    first, second = (sign(connector, each, settings, NOW) for each in fresh)
    assert verdict(sample, first) is verdict(sample, second) is Verdict.VALID
    was, one, two = (SERVICE.parse(each, sample.connector) for each in (sample.request, first, second))
    assert [each.event_type for each in one.events] == [each.event_type for each in was.events]
    if was.events[0].event_id is not None:
        assert len({each.events[0].event_id for each in (was, one, two)}) == 3


@pytest.mark.parametrize("name", CONNECTORS)
def test_every_event_type_of_the_samples_can_be_named(name: str) -> None:
    """Each sample is found by its own name, and each event type finds one that bears it."""
    found = candidates(SERVICE, FOLDER, name)
    for each in found:
        assert choose(found, each.sample.name) is each.sample
        for kind in each.event_types:
            chosen = choose(found, kind.lower())
            assert kind in next(other.event_types for other in found if other.sample is chosen)
