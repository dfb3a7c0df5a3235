"""Braintree: a form around base64 XML. https://developer.paypal.com/braintree/docs/guides/webhooks/overview"""

import hashlib
import hmac
from urllib.parse import parse_qs, quote_plus

import msgspec
import pytest

from inspector.model import CapturedRequest, EventStatus, EventType, Money, Verdict
from tests.connectors.shared import handle, sample, signed, wrapped

PRIVATE = "integration_private_key"
PUBLIC = "integration_public_key"
SETTINGS = {"private_key": PRIVATE, "public_key": PUBLIC}


def notification(kind: str, subject: str = "<check type='boolean'>true</check>") -> str:
    """The XML of a notification."""
    return f"""<notification>
  <timestamp type="datetime">2026-01-01T00:00:00Z</timestamp>
  <kind>{kind}</kind>
  <subject>{subject}</subject>
</notification>"""


def payload(received: CapturedRequest) -> str:
    """The base64 text of a form."""
    return parse_qs(received.body.decode(), keep_blank_values=True)["bt_payload"][0]


def form(text: str, signature: str) -> CapturedRequest:
    """A form with a payload and a signature."""
    body = f"bt_signature={quote_plus(signature)}&bt_payload={quote_plus(text)}".encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return CapturedRequest(url="http://127.0.0.1:4242/braintree", headers=headers, body=body)


def digest(text: str, private: str = PRIVATE) -> str:
    """The hexadecimal signature of a text."""
    key = hashlib.sha1(private.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha1).hexdigest()


TEXT = payload(wrapped(notification("check")))


def verdict(text: str, signature: str) -> Verdict:
    """The verdict on a form."""
    return handle("braintree", form(text, signature), SETTINGS).verification.verdict


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (f"{PUBLIC}|{digest(TEXT)}", Verdict.VALID),
        (f"other_key|{'0' * 40}&{PUBLIC}|{digest(TEXT)}", Verdict.VALID),
        (f"{PUBLIC}|{digest(TEXT)}&other_key|{'0' * 40}", Verdict.VALID),
        (f"other_key|{digest(TEXT)}", Verdict.MISSING),
        (f"{PUBLIC}|{digest(TEXT, 'another')}", Verdict.INVALID),
        (f"{PUBLIC}|", Verdict.INVALID),
        (digest(TEXT), Verdict.MISSING),
        ("", Verdict.MISSING),
    ],
)
def test_the_pair_with_our_public_key_counts(signature: str, expected: Verdict) -> None:
    """Of several pairs, the one that bears our public key has to match; a bare signature is none."""
    assert verdict(TEXT, signature) is expected


def test_a_line_feed_that_a_framework_stripped_is_put_back() -> None:
    """The payload ends with a line feed that is signed; one that arrives without it verifies all the same."""
    assert TEXT.endswith("\n")
    signature = f"{PUBLIC}|{digest(TEXT)}"
    assert verdict(TEXT[:-1], signature) is Verdict.VALID
    assert verdict(TEXT[:-2], signature) is not Verdict.VALID
    assert verdict(TEXT + "\n", signature) is not Verdict.VALID


@pytest.mark.parametrize("foreign", [" ", "\r\n", "\t", "-", "é", "&", "%"])
def test_a_payload_with_foreign_characters_is_refused(foreign: str) -> None:
    """As in Braintree's own libraries: whatever is neither base64 nor a line feed is refused, even if signed."""
    text = TEXT[:8] + foreign + TEXT[8:]
    assert verdict(text, f"{PUBLIC}|{digest(text)}") is Verdict.UNREADABLE


def test_a_plus_that_became_a_blank_is_explained() -> None:
    """A sender that does not encode + as %2B is told so."""
    text = TEXT[:8] + " " + TEXT[9:]
    inspection = handle("braintree", form(text, f"{PUBLIC}|{digest(text)}"), SETTINGS)
    assert "%2B" in inspection.problems[0].what
    assert inspection.acknowledgement.status_code == 200


def test_without_the_public_key_no_pair_is_ours() -> None:
    """Both halves of the key pair are needed: the reason names the one that is missing."""
    received = form(TEXT, f"{PUBLIC}|{digest(TEXT)}")
    found = handle("braintree", received, {"private_key": PRIVATE}).verification
    assert found.verdict is Verdict.NO_SECRET
    assert "public_key" in found.reason


def challenge(query: str, settings: dict[str, str] | None = None) -> tuple[bytes, int, EventType | None]:
    """Answer, status and event of a GET."""
    received = CapturedRequest(method="GET", url=f"http://127.0.0.1:4242/braintree?{query}")
    inspection = handle("braintree", received, SETTINGS if settings is None else settings)
    answer = inspection.acknowledgement
    return answer.body, answer.status_code, inspection.events[0].event_type if inspection.events else None


def test_the_published_challenge_is_answered() -> None:
    """Keys, challenge and answer of the tests of Braintree's own libraries.

    https://github.com/braintree/braintree_python/blob/master/tests/unit/test_webhooks.py
    """
    body, status, kind = challenge("bt_challenge=20f9f8ed05f77439fe955c977e4c8a53")
    assert body == b"integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4"
    assert (status, kind) == (200, EventType.ENDPOINT_VERIFICATION)


@pytest.mark.parametrize(
    "text",
    [
        quote_plus(TEXT),
        "bad challenge",
        "",
        "abcdef",
        "ABCDEF0123456789ABCDEF",
        "a" * 33,
        "20f9f8ed05f77439fe955c977e4c8a5g",
    ],
)
def test_nothing_else_is_ever_signed(text: str) -> None:
    """Whoever could have a payload signed as a challenge could forge a notification: only challenges are signed."""
    assert challenge(f"bt_challenge={text}")[0] == b""


def test_a_challenge_without_a_secret_says_what_to_set() -> None:
    """Nothing to sign with is a problem with a word on it, not a wrong answer."""
    received = CapturedRequest(method="GET", url="http://h/braintree?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53")
    inspection = handle("braintree", received, {})
    assert inspection.acknowledgement.body == b""
    assert "secret" in inspection.problems[0].what


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("check", "", "ENDPOINT_VERIFICATION"),
        ("transaction_settled", "<transaction><type>sale</type></transaction>", "PAYMENT_INTENT_SUCCESS"),
        ("transaction_settled", "<transaction><type>credit</type></transaction>", "WEBHOOK_REFUND_SUCCESS"),
        ("transaction_disbursed", "<transaction><id>1</id></transaction>", "PAYMENT_INTENT_SUCCESS"),
        (
            "transaction_settlement_declined",
            "<transaction><type>sale</type></transaction>",
            "PAYMENT_INTENT_CAPTURE_FAILURE",
        ),
        ("transaction_settlement_declined", "<transaction><type>credit</type></transaction>", "WEBHOOK_REFUND_FAILURE"),
        ("refund_failed", "<transaction><id>1</id></transaction>", "WEBHOOK_REFUND_FAILURE"),
        ("local_payment_completed", "<local-payment/>", "PAYMENT_INTENT_PROCESSING"),
        ("local_payment_funded", "<local-payment-funded/>", "PAYMENT_INTENT_SUCCESS"),
        ("local_payment_expired", "<local-payment-expired/>", "PAYMENT_INTENT_EXPIRED"),
        ("local_payment_reversed", "<local-payment-reversed/>", "PAYMENT_INTENT_CANCELLED"),
        ("dispute_opened", "<dispute/>", "WEBHOOK_DISPUTE_OPENED"),
        ("dispute_under_review", "<dispute/>", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("dispute_disputed", "<dispute/>", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("dispute_accepted", "<dispute/>", "WEBHOOK_DISPUTE_ACCEPTED"),
        ("dispute_auto_accepted", "<dispute/>", "WEBHOOK_DISPUTE_ACCEPTED"),
        ("dispute_expired", "<dispute/>", "WEBHOOK_DISPUTE_EXPIRED"),
        ("dispute_won", "<dispute/>", "WEBHOOK_DISPUTE_WON"),
        ("dispute_lost", "<dispute/>", "WEBHOOK_DISPUTE_LOST"),
        ("subscription_charged_successfully", "<subscription/>", "PAYMENT_INTENT_SUCCESS"),
        ("subscription_charged_unsuccessfully", "<subscription/>", "PAYMENT_INTENT_FAILURE"),
        ("subscription_went_active", "<subscription/>", "MANDATE_ACTIVE"),
        ("subscription_expired", "<subscription/>", "MANDATE_REVOKED"),
        ("subscription_trial_ended", "<subscription/>", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("granted_payment_method_revoked", "<venmo-account/>", "MANDATE_REVOKED"),
        ("disbursement", "<disbursement><success>true</success></disbursement>", "PAYOUT_SUCCESS"),
        ("disbursement", "<disbursement><success>false</success></disbursement>", "PAYOUT_FAILURE"),
        ("disbursement_exception", "<disbursement/>", "PAYOUT_FAILURE"),
        ("connected_merchant_status_transitioned", "<x/>", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("a_kind_of_tomorrow", "<x/>", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_the_kind_decides(kind: str, subject: str, expected: str) -> None:
    """A refund settles as a transaction of the type credit; a disbursement may have failed."""
    received = signed("braintree", wrapped(notification(kind, subject)))
    (event,) = handle("braintree", received).events
    assert event.event_type.value == expected
    assert event.source_verified


@pytest.mark.parametrize(
    ("written", "currency", "expected"),
    [("49.99", "EUR", 4999), ("100", "USD", 10000), ("1500", "JPY", 1500), ("5.125", "KWD", 5125), ("0.10", "EUR", 10)],
)
def test_decimal_text_becomes_minor_units(written: str, currency: str, expected: int) -> None:
    """Amounts are major units as text, with or without decimals."""
    money = f"<amount>{written}</amount><currency-iso-code>{currency}</currency-iso-code>"
    subject = f"<transaction><id>t1</id>{money}</transaction>"
    (event,) = handle("braintree", wrapped(notification("transaction_settled", subject))).events
    assert event.event_response.payment is not None
    assert event.event_response.payment.amount == Money(expected, currency)


def test_an_amount_without_a_currency_is_not_guessed() -> None:
    """Some notifications leave the currency out: the event is incomplete, and the problem says why."""
    subject = "<transaction><id>t1</id><amount>100</amount></transaction>"
    inspection = handle("braintree", wrapped(notification("transaction_disbursed", subject)))
    assert inspection.events[0].event_status is EventStatus.INCOMPLETE
    assert "has no currency" in inspection.problems[0].what


@pytest.mark.parametrize(
    "subject",
    [
        "<token>tok1</token>",
        "<paypal-account><token>tok1</token></paypal-account>",
        "<credit-card><token>tok1</token></credit-card>",
    ],
)
def test_a_revoked_token_is_found_in_any_wrapping(subject: str) -> None:
    """The subject is the payment method itself, or holds it in an element named after its kind."""
    (event,) = handle("braintree", wrapped(notification("payment_method_revoked_by_customer", subject))).events
    assert event.event_response.mandate is not None
    assert event.event_response.mandate.connector_mandate_id == "tok1"


def test_entities_are_never_expanded() -> None:
    """XML that declares entities is refused with a reason, however small it looks."""
    bomb = """<!DOCTYPE n [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
    <notification><kind>&b;</kind></notification>"""
    inspection = handle("braintree", signed_text(bomb))
    assert inspection.events == ()
    assert "document type or entities" in inspection.problems[0].what
    assert inspection.verification.verdict is Verdict.UNREADABLE


def signed_text(xml: str) -> CapturedRequest:
    """A form around any text, unsigned."""
    return wrapped(xml)


def test_the_time_tells_notifications_without_an_object_apart() -> None:
    """A check has no id: kind and timestamp deduplicate it."""
    (event,) = handle("braintree", signed("braintree", sample("braintree", "check"))).events
    assert event.event_id == "2025-12-31T23:59:00Z:check"


def test_a_form_without_a_payload_is_a_problem() -> None:
    """Other forms are acknowledged and shown, with a word on what is missing."""
    received = msgspec.structs.replace(form(TEXT, ""), body=b"a=1&b=2")
    inspection = handle("braintree", received)
    assert inspection.events == ()
    assert "bt_payload is missing" in inspection.problems[0].what
