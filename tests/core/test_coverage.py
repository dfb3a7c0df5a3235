"""What a document makes nothing of: counted from real bodies, by the rules that are in force."""

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.core.coverage import Coverage, Tally
from inspector.library import load_connectors
from inspector.model import CapturedRequest
from tests.core.documents import connector

CONNECTORS = Path(__file__).parents[2] / "connectors"
RULES = """occurred_at = { path = "time", as = "unix-seconds" }
[types.payment]
"paid" = "PAYMENT_INTENT_SUCCESS"
"checked" = { by = "result", good = "PAYMENT_INTENT_SUCCESS" }
[types.refund]
"returned" = "WEBHOOK_REFUND_SUCCESS"
[types.other]
"customer.*" = "WEBHOOK_EVENT_TYPE_UNSPECIFIED"
[fields.payment]
connector_transaction_id = { path = "payment", as = "id" }
amount = { path = "lines.0.amount", currency = "currency", as = "minor-units" }
metadata = "notes"
"""
SIGNED = """scheme = "hmac"
hash = "sha256"
key = { setting = "secret_key" }
value = { in = "mac" }
signed = "{nonce}{header:x-other | body}"
"""


def covered(*bodies: Any, body: str = "") -> Coverage:
    tally = Tally(connector(SIGNED, RULES, body))
    for each in bodies:
        content = each if isinstance(each, bytes) else json.dumps(each).encode()
        tally.add(CapturedRequest(url="http://127.0.0.1:4242/acme", body=content), {})
    return tally.report()


def test_what_any_rule_looks_at_is_used() -> None:
    """The type, the id, a field, its currency, all that is below an object that is kept, and what a signature needs."""
    found = covered(
        {
            "type": "paid",
            "id": "e1",
            "time": 1,
            "payment": {"id": "p1", "state": "ok"},
            "lines": [{"amount": 5}, {"amount": 6, "tax": 1}],
            "currency": "eur",
            "notes": {"anything": {"deep": 1}},
            "mac": "00",
            "nonce": "n",
            "result": "good",
            "left": "over",
            "nothing": None,
            "empty": "",
        }
    )
    assert [each.path for each in found.fields] == ["left", "lines.*.tax", "payment.state"]
    assert found.types == ()


def test_fields_are_counted_by_event_and_have_an_example() -> None:
    """Two entries of a list in one event count once; the commonest field stands first, with its first value."""
    event = {"type": "paid", "id": "e", "rows": [{"a": 1}, {"a": 2}]}
    found = covered(event, {**event, "b.c": "x" * 500}, {**event, "rows": [{"a": 3}]})
    assert [(each.path, each.events) for each in found.fields] == [("rows.*.a", 3), ('"b.c"', 1)]
    assert found.fields[0].example == "1"
    assert found.fields[1].example == "x" * 200


def test_what_another_family_uses_is_not_used() -> None:
    """A refund's notes are used by no rule, though those of a payment are."""
    found = covered({"type": "returned", "id": "e", "notes": {"a": 1}})
    assert [each.path for each in found.fields] == ["notes.a"]


def test_the_fields_of_a_type_without_a_meaning_are_not_told() -> None:
    """First the type has to mean something: until then every field of it would be on the list."""
    assert covered({"type": "new", "x": 1}, {"type": "customer.made", "y": 1}).fields == ()


def test_a_type_without_a_rule_and_a_word_without_a_row() -> None:
    """Both are told, with the reason; what a document leaves unspecified on purpose is not."""
    found = covered(
        *({"type": kind, "id": "e"} for kind in ("new", "customer.made", "new")),
        {"type": "checked", "id": "e", "result": "odd"},
    )
    assert [(each.native_type, each.events, each.reason) for each in found.types] == [
        ("new", 2, "no rule names it"),
        ("checked", 1, "the table by result has no row for odd"),
    ]
    assert found.unseen == ("paid", "returned")
    assert (found.events, found.native_types) == (4, 3)


@pytest.mark.parametrize("body", [b"{", b"[1, 2]", b"null", b'{"type": [1]}', b"\xff"])
def test_foreign_bytes_are_counted_or_passed_over(body: bytes) -> None:
    """Whatever came, nothing is raised, and what can be read beside it is still told."""
    found = covered(body, {"type": "new", "id": "e"})
    assert found.types[0].events >= 1


def test_each_event_of_a_batch_counts_for_itself() -> None:
    """The items are looked at, not what is around them."""
    found = covered({"list": [{"type": "paid", "x": 1}, {"type": "paid", "x": 2}], "around": 1}, body='items = "list"')
    assert [(each.path, each.events) for each in found.fields] == [("x", 2)]


def test_many_fields_are_bounded() -> None:
    """A body with names of its own for everything does not fill the memory, and it is said that there are more."""
    found = covered({"type": "paid", **{f"key_{number}": 1 for number in range(5_000)}})
    assert len(found.fields) == 2_000
    assert found.more


def test_every_document_can_be_asked() -> None:
    """No document of ours has a rule that the tally cannot read."""
    for each in load_connectors(CONNECTORS).values():
        tally = Tally(each)
        tally.add(CapturedRequest(url=f"http://127.0.0.1:4242/{each.name}", body=b"{}"), {})
        assert tally.report().connector == each.name
