"""A processor, simulated: it tries again as it documents, holds back where it does, and chance is the same again.

What is to be simulated is read from a line, and what came of it is told in words.
"""

from collections.abc import Callable, Sequence

import pytest

from inspector.core.retry import schedule_of
from inspector.model import CapturedRequest, Destination, InspectorError
from inspector.workspace import Workspace
from inspector.workspace.course import Course, schedule_words
from inspector.workspace.plan import Plan, read_plan
from inspector.workspace.simulate import Simulation, Trouble, Try
from tests.apps import running_app
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS


async def simulated(
    name: str,
    count: int,
    answer: Callable[[CapturedRequest], int] = lambda _: 200,
    schedule: Sequence[float] = (),
    trouble: Trouble | None = None,
    seed: int = 1,
) -> list[Try]:
    """What a processor sends to an app, time being as good as gone."""
    connector, samples = CONNECTORS[name], [each for each in SAMPLES if each.connector == name][:1] * count
    times = schedule or schedule_of(connector)
    async with running_app(answer) as app:
        simulation = Simulation(
            connector,
            samples,
            SETTINGS[name],
            Destination(app.url),
            Workspace.clock,
            times,
            trouble or Trouble(),
            seed,
            1e9,
        )
        return [each async for each in simulation.run()]


def statuses(*given: int) -> Callable[[CapturedRequest], int]:
    """These answers, one after the other, and 200 to all else."""
    left = iter(given)
    return lambda _: next(left, 200)


async def test_what_is_refused_comes_again_at_the_documented_times() -> None:
    """Under the same event id and a new signature, until it is received."""
    found = await simulated("cashfree", 1, statuses(500, 202))
    assert [round(each.at) for each in found] == [0, 120, 720]
    assert [each.received for each in found] == [False, False, True]
    assert "it wants 200, not 202" in found[1].why


async def test_after_the_last_time_it_is_given_up() -> None:
    """One try and as many more as there are times."""
    found = await simulated("cashfree", 1, lambda _: 500)
    assert [round(each.at) for each in found] == [0, 120, 720, 2520]
    assert found[-1].next is None


async def test_a_processor_that_holds_back_lets_nothing_overtake() -> None:
    """Adyen's queue waits for the event that is not received; others send what is later at once."""
    order = [each.event for each in await simulated("adyen", 4, statuses(500, 500))]
    assert order == [0, 0, 0, 1, 2, 3]
    order = [each.event for each in await simulated("stripe", 4, statuses(500, 500), schedule=(60.0,) * 5)]
    assert order == [0, 1, 2, 3, 0, 1]


async def test_an_app_that_answers_a_copy_otherwise_is_found() -> None:
    """The same event twice, which is what idempotency is about."""
    seen: set[bytes] = set()

    def once(request: CapturedRequest) -> int:
        known = request.body in seen
        seen.add(request.body)
        return 409 if known else 200

    found = await simulated("cashfree", 3, once, trouble=Trouble(duplicates=1.0))
    assert len(found) == 6
    assert [each.changed for each in found if each.what == "copy"] == [True] * 3
    found = await simulated("cashfree", 3, trouble=Trouble(duplicates=1.0))
    assert not any(each.changed for each in found)


async def test_what_is_lost_and_what_falls_into_an_outage_never_reaches_the_app() -> None:
    """It comes again later, as what is refused does."""
    found = await simulated("cashfree", 3, trouble=Trouble(lost=1.0))
    assert [each.what for each in found] == ["lost"] * 3 + ["try"] * 3
    found = await simulated("cashfree", 1, trouble=Trouble(outage=300.0))
    assert [(round(each.at), each.what) for each in found] == [(0, "lost"), (120, "lost"), (720, "try")]
    assert found[0].why == "the app cannot be reached"


async def test_chance_is_the_same_for_the_same_seed() -> None:
    """And another one for another."""
    trouble = Trouble(duplicates=0.5, lost=0.5, reorder=0.5, delay=500.0, every=10.0)

    async def course(seed: int) -> list[tuple[int, int, str]]:
        found = await simulated("cashfree", 12, trouble=trouble, seed=seed)
        return [(each.event, each.number, each.what) for each in found]

    first = await course(1)
    assert first == await course(1) != await course(2)
    assert {event for event, *_ in first} == set(range(12))


def test_a_plan_is_read_from_a_line() -> None:
    """The flags of the command without their dashes; of a term that is there twice the last one counts."""
    assert read_plan("") == Plan()
    found = read_plan("outage=1h count=3 schedule=1min,2h lost=0.5 outage=30min seed=7 compress=1e6 event=refund")
    trouble = Trouble(outage=1800.0, lost=0.5)
    assert found == Plan(event="refund", count=3, schedule=(60.0, 7200.0), seed=7, compress=1e6, trouble=trouble)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("outtage=1h", "Did you mean outage="),
        ("fast", "'fast' is nothing that can be simulated"),
        ("lost=2", "2 is not between 0 and 1"),
        ("count=0", "no number from 1 on"),
        ("count", "count: '' is not understood"),
        ("compress=nan", "not how many times"),
        ("every=soon", "is not a length of time"),
    ],
)
def test_what_is_no_plan_is_told(text: str, said: str) -> None:
    """With what to write instead."""
    with pytest.raises(InspectorError) as told:
        read_plan(text)
    assert said in f"{told.value.title} {told.value.detail} {told.value.hint}"


async def test_the_course_of_it_says_what_the_processor_believes() -> None:
    """Of each event, and in sum; whether copies are answered alike."""
    refusing = statuses(500, 500, 500, 500)
    course = Course(["one", "two", "three"])
    for each in await simulated("cashfree", 3, refusing, trouble=Trouble(every=7200.0, duplicates=1.0)):
        course.add(each)
    assert (course.settled, course.failed) == (3, True)
    words = "\n".join(course.words())
    assert "8 deliveries of 3 events" in words
    assert "believes 2 to be received, and gave 1 up" in words
    assert "2 came twice, 0 answered otherwise" in words
    assert "answers the same event alike" in words
    assert [told.rpartition("  ")[2].split(",")[0] for _, told in course.believed()] == [
        "given up after 4 tries",
        "received at 2h",
        "received at 4h",
    ]


def test_times_that_repeat_are_counted() -> None:
    """Braintree's day of hourly tries is no line of 24 times."""
    assert schedule_words(schedule_of(CONNECTORS["braintree"])) == "24 × 1h"
    assert schedule_words(schedule_of(CONNECTORS["cashfree"])) == "2min, 10min, 30min"
