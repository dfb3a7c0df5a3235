"""Peach Payments: three products, three ways to prove a sender. Texts and secrets are the published examples."""

from urllib.parse import urlencode

from inspector.model import CapturedRequest, EventType, Verdict
from tests.connectors.shared import SETTINGS, handle, request, sample, signed

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
FIELDS = {
    "amount": "2",
    "authentication.entityId": "8ac7a4ca68c22c4d0168c2caab2e0025",
    "currency": "ZAR",
    "defaultPaymentMethod": "CARD",
    "merchantTransactionId": "Test1234",
    "nonce": "JHGJSGHDSKJHGJDHGJH",
    "paymentType": "DB",
    "shopperResultUrl": "https://webhook.site/4e9b63bf-0d99-4d62-bd24-1d36ca866e1b",
}
SECRET = {"secret_token": "3fcd7cf22f55119eadbe02d14de18c0c"}
SIGNATURE = "311ed8e11e2da00d98c7479ca390a5396fe643e13629d850243dada877963afd"


def form(**changes: str) -> CapturedRequest:
    """A form of Checkout's with the published fields and signature, changed."""
    body = urlencode({**FIELDS, "signature": SIGNATURE, **changes}).encode()
    return CapturedRequest(url="http://127.0.0.1:4242/peachpayments", headers=FORM, body=body)


def test_the_published_signature_of_checkout() -> None:
    """https://developer.peachpayments.com/docs/checkout-authentication: names and values by name, nothing between."""
    event = handle("peachpayments", form(), SECRET).events[0]
    assert event.verification.verdict is Verdict.VALID
    text = "".join(name + value for name, value in FIELDS.items())
    assert event.verification.signed_text == text.encode()
    assert handle("peachpayments", form(amount="3"), SECRET).verification.verdict is Verdict.INVALID


def test_an_empty_field_is_signed_as_well() -> None:
    """Its name stands in the text: what is added to a form, even empty, breaks the signature."""
    assert handle("peachpayments", form(notificationUrl=""), SECRET).verification.verdict is Verdict.INVALID


def test_a_form_without_its_signature_is_not_taken_for_a_product_that_signs_nothing() -> None:
    """The card gateway's webhooks carry none; whoever strips Checkout's gains nothing by it."""
    stripped = sample("peachpayments", "checkout.DB.successful")
    assert handle("peachpayments", stripped).verification.verdict is Verdict.MISSING
    assert handle("peachpayments", signed("peachpayments", stripped)).verification.verdict is Verdict.VALID


SEALED = request(
    "peachpayments",
    b"0A3471C72D9BE49A8520F79C66BBD9A12FF9",
    {"X-Initialization-Vector": "000000000000000000000000", "X-Authentication-Tag": "CE573FB7A41AB78E743180DC83FF09BD"},
)
KEY = "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"


def test_the_published_encrypted_webhook() -> None:
    """https://developer.peachpayments.com/docs/dashboard-webhooks: what the key opens is read and authentic."""
    inspection = handle("peachpayments", SEALED, {"decryption_key": KEY})
    (event,) = inspection.events
    assert event.source_verified
    assert event.native_type == "PAYMENT"
    assert event.event_type is EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED
    other = handle("peachpayments", SEALED, {"decryption_key": KEY[:-1] + "0"})
    assert other.verification.verdict is not Verdict.VALID
    assert other.events == ()


def test_an_encrypted_payment_is_understood() -> None:
    """Payment type and result code decide; the fields stand in the payload."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    text = (
        b'{"type":"PAYMENT","payload":{"id":"8ac7a4a0","paymentType":"DB","paymentBrand":"VISA","amount":"92.00",'
        b'"currency":"EUR","merchantTransactionId":"A-1001","result":{"code":"000.000.000","description":"Succeeded"},'
        b'"card":{"last4Digits":"1111","holder":"Ada Example","expiryMonth":"05","expiryYear":"2030"},'
        b'"customer":{"email":"ada@example.com"},"timestamp":"2025-12-31 23:59:00+0000"}}'
    )
    whole = AESGCM(bytes.fromhex(KEY)).encrypt(bytes(12), text, None)
    headers = {"X-Initialization-Vector": "00" * 12, "X-Authentication-Tag": whole[-16:].hex()}
    received = request("peachpayments", whole[:-16].hex().upper().encode(), headers)
    (event,) = handle("peachpayments", received, {**SETTINGS["peachpayments"], "decryption_key": KEY}).events
    assert event.event_type is EventType.PAYMENT_INTENT_SUCCESS
    assert event.event_id == "8ac7a4a0:000.000.000"
    payment = event.event_response.payment
    assert payment is not None
    assert payment.amount is not None
    assert (payment.amount.minor_units, payment.amount.currency) == (9200, "EUR")
    assert (payment.email, payment.created_at) == ("ada@example.com", 1767225540)
