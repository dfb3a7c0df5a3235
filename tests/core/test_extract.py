"""The fields of a family: the first candidate that holds something counts, and a document's texts are only texts."""

import json

import pytest

from inspector.core import EventService
from inspector.model import CapturedRequest, Inspection, PaymentContent, PaymentStatus
from tests.core.documents import PLAIN, connector


def inspected(fields: str, body: str, rest: str = "") -> Inspection:
    """What a document with these payment fields makes of a body."""
    acme = connector(PLAIN, f"[fields.payment]\n{fields}\n[types.payment]\npaid = 'PAYMENT_INTENT_SUCCESS'\n{rest}")
    request = CapturedRequest(body=b'{"id": "1", "type": "paid", %s}' % body.encode())
    return EventService({"acme": acme}).handle(request, "acme")


def payment(fields: str, body: str) -> PaymentContent:
    """The payment in that body."""
    found = inspected(fields, body).events[0].event_response.payment
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("places", "body", "expected"),
    [
        ('["a", "b"]', '"a": "1", "b": "2"', "1"),
        ('["a", "b"]', '"a": "", "b": "2"', "2"),
        ('["a", "b"]', '"a": null, "b": "2"', "2"),
        ('["a", "b"]', '"a": {}, "b": "2"', "2"),
        ('["in.a", "b", "in.c"]', '"in": {"c": "3"}', "3"),
        ('["in.c", "b", "in.a"]', '"in": {"a": "1"}, "b": "2"', "2"),
        ('["in.a", "other.a", "in.b"]', '"in": {"b": "3"}, "other": {"a": "2"}', "2"),
        ('["in.a", "b"]', '"in": [1], "b": "2"', "2"),
        ('["in.a", "b"]', '"in": "text", "b": "2"', "2"),
        ('"list.1.a"', '"list": [{"a": "1"}, {"a": "2"}]', "2"),
        ('"list.1.a"', '"list": {"1": {"a": "2"}}', "2"),
        ('["list.7.a", "b"]', '"list": [{"a": "1"}], "b": "2"', "2"),
        ('["header:x-order", "b"]', '"b": "2"', "2"),
        ('"constant:x"', '"b": "2"', "x"),
        ('"root:b"', '"b": 2.50', "2.50"),
    ],
)
def test_the_first_candidate_that_holds_something_counts(places: str, body: str, expected: str) -> None:
    """In the document's order, whatever objects they stand in; a place that is not there is passed over."""
    assert payment(f"merchant_order_id = {places}", body).merchant_order_id == expected


def test_a_later_candidate_counts_where_an_earlier_one_cannot_be_converted() -> None:
    """And then there is no problem to tell of; without a later one there is."""
    fields = "created_at = [{ path = 'made', as = 'iso-8601' }, { path = 'at', as = 'unix-seconds' }]"
    both = inspected(fields, '"made": "yesterday", "at": 1767225600')
    assert both.events[0].event_response.payment == PaymentContent(status=PaymentStatus.CHARGED, created_at=1767225600)
    assert both.problems == ()
    alone = inspected(fields, '"made": "yesterday"')
    assert [(each.where, each.what) for each in alone.problems] == [
        ("made", "created_at: 'yesterday' is not an ISO 8601 time.")
    ]


@pytest.mark.parametrize(
    "key",
    [
        "it's",
        "{error}",
        "{{raw}}",
        "a\nb",
        "); raise SystemExit(",
        "'); import os #",
        "\\",
        "\\'",
        "\u2028",
        "__import__('os')",
        "%s",
    ],
)
def test_a_text_of_a_document_is_never_code(key: str) -> None:
    """Whatever a key looks like, it names a member of the body and nothing else."""
    place = json.dumps(f'"{key}"')
    fields = f"merchant_order_id = {place}\ncreated_at = {{ path = {place}, as = 'unix-seconds' }}"
    inspection = inspected(fields, f'{json.dumps(key)}: "no time"')
    found = inspection.events[0].event_response.payment
    assert found is not None
    assert found.merchant_order_id == "no time"
    assert [each.what for each in inspection.problems] == ["created_at: 'no time' is not a number."]
