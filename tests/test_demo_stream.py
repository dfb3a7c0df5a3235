"""The demo's stream never ends by itself: every kind of delivery can be made of every sample, or is passed over."""

import random
from collections.abc import Mapping, Sequence

import pytest

from inspector.demo import Stream
from inspector.library import Sample
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, service

KINDS = 21
BATCHES = [each for each in SAMPLES if CONNECTORS[each.connector].document.body.items]


def stream(samples: Mapping[str, Sequence[Sample]], seed: int = 1) -> Stream:
    """A stream of these samples."""
    return Stream(service(), samples, lambda name: SETTINGS[name], "http://127.0.0.1:4242", random.Random(seed))


@pytest.mark.parametrize("each", BATCHES, ids=lambda each: f"{each.connector}/{each.name}")
def test_every_kind_is_made_of_a_processor_that_sends_lists(each: Sample) -> None:
    """Also of a request of its that is no list."""
    found = stream({each.connector: [each]})
    assert sum(len(found.next(NOW)) for _ in range(KINDS)) >= KINDS // 2


@pytest.mark.parametrize("seed", range(3))
def test_the_stream_goes_on(seed: int) -> None:
    """Whatever comes next."""
    names = dict.fromkeys(each.connector for each in SAMPLES)
    found = stream({name: [each for each in SAMPLES if each.connector == name] for name in names}, seed)
    assert all(found.next(NOW) for _ in range(200))
