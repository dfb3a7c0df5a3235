"""What a processor makes of an answer: by its own document, and by anybody's rules where nobody knows it."""

import pytest

from inspector.core.retry import judge, retries_of, schedule_of, timeout_of
from inspector.model import RETRIES, ForwardAttempt
from tests.connectors.shared import CONNECTORS


def answered(status: int | None, body: bytes = b"", elapsed: float = 0.1, error: str = "") -> ForwardAttempt:
    """An attempt with this answer."""
    return ForwardAttempt(
        delivery=1, destination="x", started_at=0.0, elapsed=elapsed, status_code=status, body=body, error=error
    )


@pytest.mark.parametrize(
    ("connector", "attempt", "accepted", "words"),
    [
        ("stripe", answered(204), True, "Stripe accepts this"),
        ("stripe", answered(302), False, "it wants 2xx, not 302"),
        ("stripe", answered(None, error="nothing listens on x"), False, "received: nothing listens on x"),
        ("paystack", answered(201), False, "it wants 200, not 201"),
        ("klarna", answered(204), True, "Klarna accepts this"),
        ("klarna", answered(203), False, "it wants 200 or 201 or 202 or 204, not 203"),
        ("paddle", answered(200, elapsed=6.2), False, "it waits 5 s, and this took 6.2 s"),
        ("paddle", answered(200, elapsed=4.9), True, "Paddle Billing accepts this"),
        ("fiuu", answered(200, b"ok"), False, "the answer has to hold CBTOKEN:MPSTATOK"),
        ("fiuu", answered(200, b"CBTOKEN:MPSTATOK"), True, "Fiuu accepts this"),
        ("trustly", answered(200, b'{"result": {"data": {"status": "OK"}}}'), True, "Trustly (Europe) accepts this"),
        ("", answered(202), True, "A processor accepts this"),
        ("", answered(500), False, "A processor would not take this as received: it wants 2xx, not 500"),
    ],
)
def test_an_answer_is_judged_by_the_rules_of_its_processor(
    connector: str, attempt: ForwardAttempt, accepted: bool, words: str
) -> None:
    """Statuses, what the body has to hold, and the time that it waits."""
    found = judge(CONNECTORS.get(connector), attempt)
    assert found.accepted is accepted
    assert words in found.why
    assert found.late is (attempt.elapsed > 5)


@pytest.mark.parametrize("name", CONNECTORS)
def test_what_is_acknowledged_for_a_processor_is_what_it_accepts(name: str) -> None:
    """The document's own answer, unless it is computed, passes the document's own rules."""
    spec = CONNECTORS[name].document.acknowledgement
    body = spec.body.encode() if spec.answer is None else b'{"status":"OK"}'
    assert judge(CONNECTORS[name], answered(spec.status, body)).accepted


def test_the_time_between_tries_is_chosen_documented_or_the_usual() -> None:
    """In this order."""
    assert retries_of((1.0,), CONNECTORS["adyen"]) == (1.0,)
    assert retries_of((), CONNECTORS["adyen"]) == ()
    assert retries_of(None, CONNECTORS["cashfree"]) == schedule_of(CONNECTORS["cashfree"]) == (120.0, 600.0, 1800.0)
    assert retries_of(None, CONNECTORS["stripe"]) == retries_of(None, None) == RETRIES
    assert timeout_of(CONNECTORS["adyen"]) == 10.0
    assert timeout_of(CONNECTORS["stripe"]) is timeout_of(None) is None


def test_a_schedule_has_as_many_tries_and_takes_as_long_as_its_page_says() -> None:
    """NMI: 20 tries in up to three days; Xendit: six in a day; PPRO: 14 after the first in about 68 hours."""
    nmi, xendit, ppro = (schedule_of(CONNECTORS[name]) for name in ("nmi", "xendit", "ppro"))
    assert len(nmi) == 20
    assert nmi[:5] == (15.0, 60.0, 60.0, 60.0, 300.0)
    assert 2 * 86_400 < sum(nmi) < 3 * 86_400
    assert (len(xendit), sum(xendit)) == (6, 86_400)
    assert (len(ppro), sum(ppro) // 3600) == (14, 68)


@pytest.mark.parametrize("name", [each for each in CONNECTORS if CONNECTORS[each].document.retries.schedule])
def test_a_schedule_names_the_page_that_it_comes_from(name: str) -> None:
    """Whoever simulates it can look it up."""
    assert (CONNECTORS[name].document.retries.docs or "").startswith("https://")


@pytest.mark.parametrize("connector", ["fiuu", "paddle"])
def test_what_a_queue_has_confirmed_is_judged_by_nobodys_rules(connector: str) -> None:
    """It does not answer in the processor's words, and the processor does not wait for it."""
    found = judge(CONNECTORS[connector], answered(None, b"1767225600000-0", elapsed=6.2))
    assert (found.accepted, found.late, found.why) == (True, False, "the queue has confirmed it")
