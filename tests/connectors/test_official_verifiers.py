"""Processors whose libraries verify webhooks and do not sign them: each accepts what we sign, and refuses a change."""

import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

import pytest
from cashfree_pg.api_client import Cashfree
from gocardless_pro import webhooks as gocardless
from gocardless_pro.errors import InvalidSignatureError
from mercadopago.webhook.validator import InvalidWebhookSignatureError, WebhookSignatureValidator
from polar import webhooks as polar

from inspector.core import sign
from inspector.library import Sample
from inspector.model import CapturedRequest
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS
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
    """Polar's library verifies; its check of the payload's type comes after that."""
    try:
        polar._verify_signature(received.body.decode(), {k.lower(): v for k, v in received.headers}, secret)
    except polar.PolarWebhookVerificationError:
        return False
    return True


VERIFIERS: Mapping[str, Callable[[CapturedRequest, str], bool]] = {
    "cashfree": by_cashfree,
    "gocardless": by_gocardless,
    "mercadopago": by_mercadopago,
    "polar": by_polar,
}


@pytest.mark.parametrize("each", [each for each in SAMPLES if each.connector in VERIFIERS], ids=sample_id)
def test_the_library_verifies_what_we_sign(each: Sample) -> None:
    """The processor's own check accepts the signature that we make now, and refuses it with one byte changed."""
    connector, settings = CONNECTORS[each.connector], SETTINGS[each.connector]
    received = sign(connector, each.request, settings, time.time())  # noqa: TID251 - the libraries judge by the real clock
    verifies = VERIFIERS[each.connector]
    assert verifies(received, settings[connector.secret])
    assert not verifies(changed(each.connector, received, each.request), settings[connector.secret])
    assert not verifies(received, "another secret")
