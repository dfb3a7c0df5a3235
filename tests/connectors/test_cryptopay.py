"""Cryptopay: the signature that its documentation publishes, and invoices in a cryptocurrency."""

from tests.connectors.shared import handle, normalized, request

SECRET = "hzeRDX54BYleXGwGm2YEWR4Ony1_ZU2lSTpAuxhW1gQ"
SIGNATURE = "7c021857107203da4af1d24007bb0f752e2f04478e5e5bff83719101f2349b54"
BODY = (
    b'{"type":"Invoice","event":"status_changed","data":{"id":"ff48eeba-ab18-4088-96bc-4be10a82b994",'
    b'"status":"completed","status_context":null,"address":"rs9pE6CnNLE8YiTgTwbAk1AkFyS3opsm7K?dt=701",'
    b'"price_amount":"1.0","price_currency":"EUR","pay_amount":"3.113326","pay_currency":"XRP",'
    b'"paid_amount":"3.113326","exchange":{"pair":"XRPEUR","rate":"0.3212"},"transactions":[{"txid":'
    b'"3EA591FED2F1F61263CB66AAC6BCF520B0714A08F2481D56DE267F31E0C782B9","risk":null}],"name":null,'
    b'"description":null,"metadata":null,"custom_id":null,"success_redirect_url":null,'
    b'"created_at":"2019-04-09T15:22:09+00:00","expires_at":"2019-04-09T15:32:09+00:00"}}'
)


def test_the_published_signature_is_valid() -> None:
    """The example of https://developers.cryptopay.me/guides/api-basics/callbacks verifies: the secret is text."""
    headers = {"X-Cryptopay-Signature": SIGNATURE}
    event = handle("cryptopay", request("cryptopay", BODY, headers), {"callback_secret": SECRET}).events[0]
    assert event.source_verified
    assert event.event_type == "PAYMENT_INTENT_SUCCESS"
    changed = request("cryptopay", BODY.replace(b'"1.0"', b'"9.0"'), headers)
    assert not handle("cryptopay", changed, {"callback_secret": SECRET}).source_verified


def test_a_month_that_is_paid_is_no_duplicate_of_the_last() -> None:
    """Paid comes every period with the same id and status: the period tells the callbacks apart."""
    ids = {
        normalized("cryptopay", {"type": "Subscription", "event": "paid", "data": {"id": "4e98", **period}}).event_id
        for period in ({"current_period_starts_at": "2025-12-01"}, {"current_period_starts_at": "2026-01-01"})
    }
    assert len(ids) == 2
