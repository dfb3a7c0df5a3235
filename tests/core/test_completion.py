"""The filter completes what is being typed: keys, then the values that they have."""

import pytest

from inspector.core.completion import complete
from inspector.core.query import KEYS, parse_query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("con", "connector:"),
        ("-con", "-connector:"),
        ("refund si", "refund signature:"),
        ("connector:", "connector:adyen"),
        ("connector:s", "connector:stripe"),
        ("connector:stripe", None),
        ("connector:x", None),
        ("-signature:in", "-signature:invalid"),
        ("type:ref", "type:refund"),
        ("type:WEBHOOK_REF", "type:WEBHOOK_REFUND_FAILURE"),
        ("is:dup", "is:duplicate"),
        ("currency:e", "currency:eUR"),
        ("amount:>", None),
        ('native:"a', None),
        ("nothing", None),
        ("refund ", None),
    ],
)
def test_the_last_word_is_completed(text: str, expected: str | None) -> None:
    """What was typed stays as it is; the rest is offered."""
    assert complete(text, ("adyen", "stripe")) == expected


@pytest.mark.parametrize("key", KEYS)
def test_what_is_offered_is_understood(key: str) -> None:
    """No completion leads to a term that means nothing."""
    offered = complete(f"{key}:", ("stripe",))
    if offered is not None:
        assert not parse_query(offered).mistakes
