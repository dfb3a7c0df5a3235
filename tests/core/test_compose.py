"""Writing messages: what is set is found again, what is freshened is new, and what cannot be written is explained."""

import json
from typing import Any

import msgspec
import pytest

from inspector.core import freshen, set_value, sign, throwaway_settings
from inspector.core.compose import canonical
from inspector.model import CapturedRequest, InspectorError
from tests.connectors.shared import CONNECTORS, NOW, handle, item, request, sample
from tests.connectors.shared import signed as signed_sample

STRIPE = CONNECTORS["stripe"]


def stripe(**fields: Any) -> CapturedRequest:
    """A request of Stripe's around an object."""
    return request("stripe", {"id": "evt_1", "type": "x", "data": {"object": fields}})


@pytest.mark.parametrize(
    ("old", "text", "expected"),
    [
        (1999, "5000", 5000),
        (1999, "5000.5", 5000.5),
        ("1999", "5000", "5000"),
        (True, "false", False),
        (None, "null", None),
        (None, "text", "text"),
        ({"a": 1}, '{"b": 2}', {"b": 2}),
        ([1], "[1, 2]", [1, 2]),
        ("old", 'with \\ and " and ß', 'with \\ and " and ß'),
    ],
)
def test_a_value_keeps_the_kind_of_the_one_before(old: Any, text: str, expected: Any) -> None:
    """A number stays a number and a text a text, so that --set amount=5000 needs no quotes."""
    changed = set_value(STRIPE, stripe(value=old), "data.object.value", text)
    assert json.loads(changed.body)["data"]["object"] == {"value": expected}


def test_every_item_of_a_batch_is_set() -> None:
    """A path of an item is set in each item that has it."""
    changed = set_value(CONNECTORS["adyen"], sample("adyen", "batch"), "merchantAccountCode", "Other")
    assert changed.body.count(b'"merchantAccountCode":"Other"') == 3


def test_a_path_from_the_top_is_set_where_no_item_has_it() -> None:
    """The flag beside Adyen's list is reached as well."""
    assert b'"live":"true"' in set_value(CONNECTORS["adyen"], request("adyen", item()), "live", "true").body


def test_a_header_and_a_parameter_can_be_set() -> None:
    """header:NAME and query:NAME write what the path language reads."""
    changed = set_value(STRIPE, stripe(), "header:x-trace", "7")
    assert ("X-Trace", "7") in changed.headers
    assert set_value(STRIPE, changed, "header:X-TRACE", "8").header("x-trace") == "8"
    assert set_value(STRIPE, stripe(), "query:a", "b c").query == "a=b+c"


def test_a_wrong_path_is_answered_with_the_nearest() -> None:
    """A slip of the pen is a user's mistake with a hint."""
    with pytest.raises(InspectorError) as caught:
        set_value(STRIPE, stripe(amount=1), "data.object.amuont", "2")
    assert caught.value.hint == "Did you mean data.object.amount?"
    assert caught.value.exit_code == 2


def test_a_request_of_somebody_else_cannot_be_written() -> None:
    """A body that is not the connector's is refused by its name."""
    broken = msgspec.structs.replace(stripe(), body=b"<xml/>")
    with pytest.raises(InspectorError, match="This is not a Stripe request"):
        set_value(STRIPE, broken, "id", "1")
    with pytest.raises(InspectorError, match="This is not a Stripe request"):
        freshen(STRIPE, broken, "a1b2", NOW)
    with pytest.raises(InspectorError, match="This is not a Braintree request"):
        sign(CONNECTORS["braintree"], broken, {"private_key": "x"}, NOW)


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        ("evt_1QhA0001", "evt_c3d4e5f6"),
        ("0a6d1f7e-0001-4c7e-9a01-5f0d3a000001", "0a6d1f7e-0001-4c7e-9a01-a1b2c3d4e5f6"),
        ("e", "6"),
        ("ends_with_", "ends_with_a1b2c3d4e5f6"),
    ],
)
def test_an_id_keeps_its_form(old: str, expected: str) -> None:
    """The end of the old id is replaced, its prefix and length stay."""
    body = json.loads(freshen(STRIPE, request("stripe", {"id": old, "type": "x"}), "a1b2c3d4e5f6", NOW).body)
    assert body == {"id": expected, "type": "x"}


def test_an_id_of_digits_stays_one() -> None:
    """A processor that counts gets a number."""
    body = json.loads(freshen(STRIPE, request("stripe", {"id": "883012345678", "type": "x"}), "a1b2c3d4e5f6", NOW).body)
    assert body["id"].isdecimal()
    assert len(body["id"]) == 12


def test_the_events_of_a_batch_stay_different() -> None:
    """Two items with one event code do not become duplicates of each other."""
    items = [item(pspReference=each)["notificationItems"][0] for each in ("PSP1", "PSP2", "PSP3")]
    fresh = freshen(CONNECTORS["adyen"], request("adyen", {"notificationItems": items}), "a1b2c3d4", NOW)
    assert len({event.event_id for event in handle("adyen", fresh).events}) == 3


def test_without_an_id_the_time_becomes_now() -> None:
    """A notification that only its time tells from another gets a new time."""
    fresh = freshen(CONNECTORS["braintree"], sample("braintree", "check"), "a1b2", NOW)
    assert handle("braintree", fresh).events[0].event_id == "2026-01-01T00:00:00Z:check"


def test_a_header_is_written_as_it_is_usually_seen() -> None:
    """Stripe-Signature, not stripe-signature; an old signature is replaced where it stands."""
    assert canonical("stripe-signature") == "Stripe-Signature"
    once = signed_sample("stripe", sample("stripe", "payout.paid"))
    twice = signed_sample("stripe", once, NOW + 60)
    assert len(once.headers) == len(twice.headers)
    assert once.header("stripe-signature") != twice.header("stripe-signature")
    assert handle("stripe", twice, now=NOW + 60).source_verified


@pytest.mark.parametrize("name", ["stripe", "adyen", "razorpay", "square", "braintree", "standardwebhooks"])
def test_throwaway_secrets_are_written_as_the_processor_writes_them(name: str) -> None:
    """Every setting has a usable value, the same on every run, and another one for every connector."""
    each = CONNECTORS[name]
    found = throwaway_settings(each)
    assert found.keys() == each.settings.keys()
    assert found == throwaway_settings(each)
    assert all(found.values())
    others = [throwaway_settings(other) for other in CONNECTORS.values() if other is not each]
    assert found[each.secret] not in [other.get(CONNECTORS[name].secret) for other in others]
