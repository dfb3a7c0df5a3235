"""Adyen: https://docs.adyen.com/development-resources/webhooks, each item signed over eight of its values."""

import base64
import hashlib
import hmac
import json
from typing import Any

import msgspec
import pytest

from inspector.model import CapturedRequest, EventStatus, Money, NormalizedEvent, Verdict
from tests.connectors.shared import SETTINGS, handle, item, normalized, request, sample, signed

KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"


def one(**changes: Any) -> NormalizedEvent:
    """The event in a signed notification of one item."""
    return normalized("adyen", item(**changes))


def signature(text: str, key: str = KEY) -> str:
    """The signature of a text."""
    return base64.b64encode(hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).digest()).decode()


def verdict(notification: dict[str, Any], key: str = KEY) -> Verdict:
    """The verdict on a notification under a key."""
    return handle("adyen", request("adyen", notification), {"hmac_key": key}).verification.verdict


@pytest.mark.parametrize(
    ("code", "success", "expected"),
    [
        ("AUTHORISATION", "true", "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"),
        ("AUTHORISATION", "false", "PAYMENT_INTENT_AUTHORIZATION_FAILURE"),
        ("AUTHORISATION_ADJUSTMENT", "false", "PAYMENT_INTENT_AUTHORIZATION_FAILURE"),
        ("RECURRING_CONTRACT", "true", "MANDATE_ACTIVE"),
        ("RECURRING_CONTRACT", "false", "MANDATE_FAILED"),
        ("CANCELLATION", "true", "PAYMENT_INTENT_CANCELLED"),
        ("CANCELLATION", "false", "PAYMENT_INTENT_CANCEL_FAILURE"),
        ("CAPTURE", "true", "PAYMENT_INTENT_CAPTURE_SUCCESS"),
        ("CAPTURE", "false", "PAYMENT_INTENT_CAPTURE_FAILURE"),
        ("CAPTURE_FAILED", "true", "PAYMENT_INTENT_CAPTURE_FAILURE"),
        ("OFFER_CLOSED", "true", "PAYMENT_INTENT_EXPIRED"),
        ("REFUND", "true", "WEBHOOK_REFUND_SUCCESS"),
        ("REFUND", "false", "WEBHOOK_REFUND_FAILURE"),
        ("CANCEL_OR_REFUND", "true", "WEBHOOK_REFUND_SUCCESS"),
        ("CANCEL_OR_REFUND", "false", "WEBHOOK_REFUND_FAILURE"),
        ("REFUND_FAILED", "true", "WEBHOOK_REFUND_FAILURE"),
        ("REFUND_REVERSED", "true", "WEBHOOK_REFUND_FAILURE"),
        ("REFUNDED_REVERSED", "true", "WEBHOOK_REFUND_FAILURE"),
        ("NOTIFICATION_OF_CHARGEBACK", "true", "WEBHOOK_DISPUTE_OPENED"),
        ("CHARGEBACK", "true", "WEBHOOK_DISPUTE_OPENED"),
        ("CHARGEBACK_REVERSED", "true", "WEBHOOK_DISPUTE_WON"),
        ("PREARBITRATION_WON", "true", "WEBHOOK_DISPUTE_WON"),
        ("SECOND_CHARGEBACK", "true", "WEBHOOK_DISPUTE_LOST"),
        ("PREARBITRATION_LOST", "true", "WEBHOOK_DISPUTE_LOST"),
        ("REQUEST_FOR_INFORMATION", "true", "WEBHOOK_DISPUTE_OPENED"),
        ("INFORMATION_SUPPLIED", "true", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("DISPUTE_DEFENSE_PERIOD_ENDED", "true", "WEBHOOK_DISPUTE_EXPIRED"),
        ("MANUAL_REVIEW_ACCEPT", "true", "FRM_APPROVED"),
        ("MANUAL_REVIEW_REJECT", "true", "FRM_REJECTED"),
        ("PAYOUT_THIRDPARTY", "true", "PAYOUT_SUCCESS"),
        ("PAYOUT_THIRDPARTY", "", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("PAYOUT_DECLINE", "true", "PAYOUT_FAILURE"),
        ("PAYOUT_EXPIRE", "true", "PAYOUT_EXPIRED"),
        ("PAIDOUT_REVERSED", "true", "PAYOUT_REVERSED"),
        ("REPORT_AVAILABLE", "true", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("A_CODE_OF_TOMORROW", "true", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_success_decides_with_the_code(code: str, success: str, expected: str) -> None:
    """A refused authorisation is a failure, and so is every request that was not successful."""
    found = one(eventCode=code, success=success)
    assert found.event_type.value == expected
    assert found.source_verified


@pytest.mark.parametrize("success", [True, False])
def test_success_may_be_a_boolean(success: bool) -> None:
    """true and "true" are the same, for the event type and for the signature."""
    text = "PSP0000000000001::ExampleShop:A-1001:1999:EUR:AUTHORISATION:" + ("true" if success else "false")
    notification = item(success=success, additionalData={"hmacSignature": signature(text)})
    assert verdict(notification) is Verdict.VALID
    kind = handle("adyen", request("adyen", notification)).events[0].event_type.value
    assert kind.endswith("SUCCESS" if success else "FAILURE")


@pytest.mark.parametrize(
    ("code", "dispute_status", "expected"),
    [
        ("CHARGEBACK_REVERSED", "Pending", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("PREARBITRATION_WON", "Pending", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("CHARGEBACK_REVERSED", "Won", "WEBHOOK_DISPUTE_WON"),
        ("CHARGEBACK_REVERSED", "A status of tomorrow", "WEBHOOK_DISPUTE_WON"),
        ("CHARGEBACK", "Undefended", "WEBHOOK_DISPUTE_OPENED"),
        ("CHARGEBACK", "Accepted", "WEBHOOK_DISPUTE_ACCEPTED"),
        ("CHARGEBACK", "Lost", "WEBHOOK_DISPUTE_LOST"),
        ("CHARGEBACK", "A status of tomorrow", "WEBHOOK_DISPUTE_OPENED"),
        ("REQUEST_FOR_INFORMATION", "Unresponded", "WEBHOOK_DISPUTE_OPENED"),
        ("REQUEST_FOR_INFORMATION", "Responded", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("REQUEST_FOR_INFORMATION", "Expired", "WEBHOOK_DISPUTE_EXPIRED"),
    ],
)
def test_the_state_of_a_dispute_counts(code: str, dispute_status: str, expected: str) -> None:
    """A reversal that is pending is not won: the money is back for now. A chargeback that was accepted is not open."""
    found = one(eventCode=code, additionalData={"disputeStatus": dispute_status, "hmacSignature": ""})
    assert found.event_type.value == expected


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("NOTIFICATION_OF_CHARGEBACK", "PRE_DISPUTE"),
        ("CHARGEBACK", "ACTIVE_DISPUTE"),
        ("CHARGEBACK_REVERSED", "ACTIVE_DISPUTE"),
        ("SECOND_CHARGEBACK", "PRE_ARBITRATION"),
        ("PREARBITRATION_WON", "PRE_ARBITRATION"),
    ],
)
def test_the_stage_of_a_dispute(code: str, stage: str) -> None:
    """A notification comes before the chargeback, arbitration after it."""
    content = one(eventCode=code).event_response.dispute
    assert content is not None
    assert content.dispute_stage.value == stage


def test_what_a_cancel_or_refund_turned_out_to_be() -> None:
    """Where the message says that the payment was cancelled, no refund is reported."""
    action = {"modification.action": "cancel", "hmacSignature": ""}
    assert one(eventCode="CANCEL_OR_REFUND", additionalData=action).event_type == "PAYMENT_INTENT_CANCELLED"


@pytest.mark.parametrize("reference", ["a:b", "a\\b", "a/b", "ord:5501\\a", "Bestellung ß ü 訂單 🧾", "", " "])
def test_references_are_signed_as_they_are(reference: str) -> None:
    """Colons, backslashes, slashes and any script stand unescaped in the signed text."""
    text = f"PSP0000000000001::ExampleShop:{reference}:1999:EUR:AUTHORISATION:true"
    notification = item(merchantReference=reference, additionalData={"hmacSignature": signature(text)})
    assert verdict(notification) is Verdict.VALID


@pytest.mark.parametrize("original", [{}, {"originalReference": ""}, {"originalReference": None}])
def test_a_missing_original_reference_is_signed_as_nothing(original: dict[str, Any]) -> None:
    """Absent, empty and null are the same empty text between two colons."""
    text = "PSP0000000000001::ExampleShop:A-1001:1999:EUR:AUTHORISATION:true"
    assert verdict(item(**original, additionalData={"hmacSignature": signature(text)})) is Verdict.VALID


def test_the_published_example_verifies() -> None:
    """Key, item and signature of Adyen's documentation and of the tests of its libraries.

    https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures
    https://github.com/Adyen/adyen-ruby-api-library/blob/main/spec/utils/hmac_validator_spec.rb
    """
    published = {
        "pspReference": "7914073381342284",
        "merchantAccountCode": "TestMerchant",
        "merchantReference": "TestPayment-1407325143704",
        "amount": {"value": 1130, "currency": "EUR"},
        "eventCode": "AUTHORISATION",
        "success": "true",
        "additionalData": {"hmacSignature": "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},
    }
    notification = {"live": "false", "notificationItems": [{"NotificationRequestItem": published}]}
    assert verdict(notification) is Verdict.VALID
    published["amount"] = {"value": 1131, "currency": "EUR"}
    assert verdict(notification) is Verdict.INVALID


def batch(*changes: dict[str, Any]) -> CapturedRequest:
    """A signed batch."""
    items = [item(**change)["notificationItems"][0] for change in changes]
    return signed("adyen", request("adyen", {"live": "false", "notificationItems": items}))


def test_a_verdict_belongs_to_an_item() -> None:
    """Of a batch with a tampered second item the first is verified, the second not, and the whole is not."""
    received = batch({"pspReference": "P1"}, {"pspReference": "P2"}, {"pspReference": "P3"})
    tampered = msgspec.structs.replace(received, body=received.body.replace(b'"P2"', b'"P9"'))
    inspection = handle("adyen", tampered)
    assert [event.verification.verdict for event in inspection.events] == ["VALID", "INVALID", "VALID"]
    assert not inspection.source_verified
    assert inspection.verification.verdict is Verdict.INVALID
    assert handle("adyen", received).source_verified


def test_each_item_has_its_own_id_and_reference() -> None:
    """Every item of a batch is an event of its own, in order."""
    events = handle("adyen", signed("adyen", sample("adyen", "batch"))).events
    assert [event.native_type for event in events] == ["AUTHORISATION", "CAPTURE", "REFUND"]
    assert len({event.event_id for event in events}) == 3
    assert events[1].reference.payment is not None
    assert events[1].reference.payment.connector_transaction_id == "BT1HT9CRT65ZGN82"


def test_an_item_that_is_no_object_does_not_hide_the_others() -> None:
    """Nonsense in a list is reported at its place; the item beside it is verified and understood."""
    received = batch({})
    listed = json.loads(received.body)
    listed["notificationItems"].insert(0, {"NotificationRequestItem": "nonsense"})
    inspection = handle("adyen", request("adyen", listed))
    assert [event.verification.verdict for event in inspection.events] == ["UNREADABLE", "VALID"]
    assert inspection.problems[0].where == "notificationItems.0"
    assert inspection.acknowledgement.body == b"[accepted]"


@pytest.mark.parametrize("body", [{}, {"notificationItems": []}, {"notificationItems": {}}, {"live": "false"}])
def test_a_notification_without_items_is_a_problem(body: dict[str, Any]) -> None:
    """It is acknowledged and shown, with a word on what was expected."""
    inspection = handle("adyen", request("adyen", body))
    assert inspection.events == ()
    assert "notificationItems" in inspection.problems[0].what
    assert inspection.acknowledgement.status_code == 200


@pytest.mark.parametrize("key", ["xyz", "abc", "44 78", "whsec_abc"])
def test_a_key_that_is_not_hexadecimal_is_said_so(key: str) -> None:
    """A wrong kind of key is not a wrong signature."""
    found = handle("adyen", batch({}), {"hmac_key": key}).verification
    assert found.verdict is Verdict.NO_SECRET
    assert "hmac_key is not hexadecimal" in found.reason


def test_the_key_may_be_written_in_any_case() -> None:
    """Hexadecimal is hexadecimal, with blanks around it as well."""
    key = SETTINGS["adyen"]["hmac_key"]
    for written in (key.upper(), f" {key}\n"):
        assert handle("adyen", batch({}), {"hmac_key": written}).source_verified


def test_an_item_without_additional_data_is_unsigned() -> None:
    """Nothing to verify is MISSING; the event is understood all the same."""
    notification = item()
    del notification["notificationItems"][0]["NotificationRequestItem"]["additionalData"]
    event = handle("adyen", request("adyen", notification)).events[0]
    assert event.verification.verdict is Verdict.MISSING
    assert event.event_type == "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"
    assert handle("adyen", signed("adyen", request("adyen", notification))).source_verified


def test_what_the_signature_does_not_cover_can_change() -> None:
    """Only eight values are protected, and the verification names them."""
    received = batch({"reason": "old"})
    changed = msgspec.structs.replace(received, body=received.body.replace(b'"old"', b'"new"'))
    found = handle("adyen", changed).events[0].verification
    assert found.verdict is Verdict.VALID
    assert found.covers == (
        *("pspReference", "originalReference", "merchantAccountCode", "merchantReference"),
        *("amount.value", "amount.currency", "eventCode", "success"),
    )


@pytest.mark.parametrize(
    ("written", "currency", "expected"),
    [(1999, "EUR", 1999), (1200, "JPY", 1200), (1000, "CLP", 10), (5000, "IDR", 500000), (300, "ISK", 3)],
)
def test_adyens_own_exponents(written: int, currency: str, expected: int) -> None:
    """CLP and ISK are sent with two decimals and IDR with none, unlike ISO 4217."""
    content = one(amount={"value": written, "currency": currency}).event_response.payment
    assert content is not None
    assert content.amount == Money(expected, currency)


def test_a_change_of_a_payment_names_the_payment() -> None:
    """A capture's own reference is not the payment's: that is originalReference, and without it there is none."""
    found = one(eventCode="CAPTURE", pspReference="CAP1", originalReference="PAY1")
    assert found.reference.payment is not None
    assert found.reference.payment.connector_transaction_id == "PAY1"
    assert found.event_id == "CAP1:CAPTURE:true"
    assert one(eventCode="CAPTURE", pspReference="CAP1").event_status is EventStatus.INCOMPLETE


def test_a_live_notification_is_told_from_a_test() -> None:
    """The flag beside the list counts for every item of it."""
    for live, expected in (("true", False), ("false", True)):
        found = handle("adyen", request("adyen", {**item(), "live": live})).events[0]
        assert found.test_mode is expected
