"""Answer modes as people write them."""

import pytest

from inspector.core.answer_mode import answering_words, read_answering
from inspector.model import InspectorError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ack", "what it wants"),
        ("reject", "401 unless verified"),
        ("Reject-Unverified", "401 unless verified"),
        ("outage", "503"),
        ("429", "429"),
        ("outage:10min", "503 for 10 min"),
        (" 500 : 90s ", "500 for 1 min 30 s"),
        ("503:1200", "503 to 1,200 more"),
        ("app", "what the app answers"),
        ("app:2.5s", "what the app answers in 2.5 s"),
        ("app:5s:ack", "what the app answers in 5 s, else what it wants"),
        ("app:200", "what the app answers, else 200"),
    ],
)
def test_a_mode_is_a_word_or_a_status_with_its_terms(text: str, words: str) -> None:
    """A term with a unit is a time, and one without a number of deliveries, or, for the app, a status."""
    assert answering_words(read_answering(text)) == words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'' is no status from 200 to 599"),
        ("maybe", "'maybe' is no status"),
        ("100", "'100' is no status"),
        ("9" * 5000, "is no status"),
        ("٥٠٣", "is no status"),
        ("503:0", "0 is no number of deliveries"),
        ("503:" + "9" * 5000, "is no number of deliveries"),
        ("503:0s", "0s is no time to wait for"),
        ("503:900000h", "900000h is no time to wait for"),
        ("503:soon", "'soon' is not a length of time"),
        ("503:20:10min", "'10min' does not belong there"),
        ("503:ack", "'ack' does not belong there"),
        ("ack:10min", "'10min' does not belong there"),
        ("app:700", "'700' is no status"),
        ("app:5s:", "'' is not a length of time"),
    ],
)
def test_what_is_no_mode_is_told_with_the_reason(text: str, why: str) -> None:
    """And with what can be written."""
    with pytest.raises(InspectorError) as caught:
        read_answering(text)
    assert why in caught.value.detail
    assert "503:10min" in caught.value.hint
