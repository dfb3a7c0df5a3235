"""Processors whose libraries verify webhooks and do not sign them: each accepts what we sign, and refuses a change."""

import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from cashfree_pg.api_client import Cashfree
from gocardless_pro import webhooks as gocardless
from gocardless_pro.errors import InvalidSignatureError
from mercadopago.webhook.validator import InvalidWebhookSignatureError, WebhookSignatureValidator
from mollie.utils.webhooks import InvalidSignatureException, SignatureValidator
from paddle_billing.Notifications import Secret, Verifier
from polar.v2026_10 import webhooks as polar
from polar.webhooks import PolarWebhookError, PolarWebhookVerificationError

from inspector.core import sign
from inspector.library import Sample
from inspector.model import CapturedRequest
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS, handle, signed
from tests.connectors.test_samples import changed, sample_id


def by_cashfree(received: CapturedRequest, secret: str) -> bool:
    """Cashfree's library verifies. It raises a bare Exception where the signature differs."""
    names = ("x-webhook-signature", "x-webhook-timestamp")
    signature, timestamp = (received.header(name) or "" for name in names)
    library = Cashfree(XEnvironment=Cashfree.SANDBOX, XClientId="id", XClientSecret=secret)
    try:
        library.PGVerifyWebhookSignature(signature, received.body.decode(), timestamp)
    except Exception as error:
        if "did not match" not in str(error):
            raise
        return False
    return True


def by_gocardless(received: CapturedRequest, secret: str) -> bool:
    """GoCardless's library verifies, and builds its events."""
    try:
        return bool(gocardless.parse(received.body.decode(), secret, received.header("webhook-signature")))
    except InvalidSignatureError:
        return False


def by_mercadopago(received: CapturedRequest, secret: str) -> bool:
    """Mercado Pago's library verifies."""
    identifier = parse_qs(received.query)["data.id"][0]
    try:
        WebhookSignatureValidator.validate(
            received.header("x-signature"), received.header("x-request-id"), identifier, secret
        )
    except InvalidWebhookSignatureError:
        return False
    return True


def by_polar(received: CapturedRequest, secret: str) -> bool:
    """Polar's library verifies, and builds its events of this version."""
    try:
        return bool(polar.validate_event(received.body, dict(received.headers), secret))
    except PolarWebhookVerificationError:
        return False
    except PolarWebhookError:  # verified, and of an older version than the library's
        return b'"api_version"' not in received.body


def by_mollie(received: CapturedRequest, secret: str) -> bool:
    """Mollie's library verifies."""
    try:
        signatures = (received.header("x-mollie-signature") or "").split(",")
        return SignatureValidator(secret).validate_payload(received.body.decode(), signatures)
    except InvalidSignatureException:
        return False


def by_paddle(received: CapturedRequest, secret: str) -> bool:
    """Paddle's library verifies."""
    message = SimpleNamespace(headers={"Paddle-Signature": received.header("paddle-signature")}, body=received.body)
    return bool(Verifier().verify(message, Secret(secret)))


VERIFIERS: Mapping[str, Callable[[CapturedRequest, str], bool]] = {
    "cashfree": by_cashfree,
    "gocardless": by_gocardless,
    "mercadopago": by_mercadopago,
    "mollie": by_mollie,
    "paddle": by_paddle,
    "polar": by_polar,
}
SIGNED = [
    each
    for each in SAMPLES
    if each.connector in VERIFIERS and handle(each.connector, signed(each.connector, each.request)).source_verified
]


@pytest.mark.parametrize("each", SIGNED, ids=sample_id)
def test_the_library_verifies_what_we_sign(each: Sample) -> None:
    """The processor's own check accepts the signature that we make now, and refuses it with one byte changed."""
    connector, settings = CONNECTORS[each.connector], SETTINGS[each.connector]
    received = sign(connector, each.request, settings, time.time())  # noqa: TID251 - the libraries judge by the real clock
    verifies = VERIFIERS[each.connector]
    assert verifies(received, settings[connector.secret])
    assert not verifies(changed(each.connector, received, each.request), settings[connector.secret])
    assert not verifies(received, "another secret")
