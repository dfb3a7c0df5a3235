"""Mollie: we verify what its own library signs, and it reads our samples; classic webhooks claim nothing."""

import json

import pytest
from mollie.models import EntityWebhookEvent
from mollie.utils.webhooks import SignatureValidator

from inspector.library import Sample
from inspector.model import CapturedRequest, Verdict
from tests.connectors.shared import SAMPLES, SETTINGS, handle, sample
from tests.connectors.test_samples import sample_id

SECRET = SETTINGS["mollie"]["signing_secret"]
NEXT_GEN = [each for each in SAMPLES if each.connector == "mollie" and each.request.body.startswith(b"{")]


@pytest.mark.parametrize("each", NEXT_GEN, ids=sample_id)
def test_mollie_reads_our_samples(each: Sample) -> None:
    """Mollie's library builds its own event and entity of a sample: it is complete enough to develop against."""
    values = json.loads(each.request.body)
    event = EntityWebhookEvent.model_validate(values)
    assert event.id == values["id"]
    entity = event.embedded.entity if event.embedded else None
    assert (entity.id if entity else None) == (values["entityId"] if "_embedded" in values else None)


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("{right}", Verdict.VALID),
        ("sha256={right}", Verdict.VALID),
        ("sha256={wrong},sha256={right}", Verdict.VALID),
        ("sha256={wrong}", Verdict.INVALID),
        ("{wrong}", Verdict.INVALID),
        ("sha256=", Verdict.INVALID),
        ("", Verdict.MISSING),
    ],
)
def test_we_verify_what_mollie_signs(header: str, verdict: Verdict) -> None:
    """A signature of Mollie's library counts with its prefix and without, alone or among several."""
    each = sample("mollie", "payment.paid")
    right = SignatureValidator.create_signature(each.body.decode(), SECRET)
    received = each.with_headers({"X-Mollie-Signature": header.format(right=right, wrong="0" * 64)})
    assert handle("mollie", received).verification.verdict == verdict


@pytest.mark.parametrize(
    ("body", "verdict"), [(b"id=tr_1", Verdict.UNSIGNED), (b"id=ord_1", Verdict.UNSIGNED), (b"", Verdict.MISSING)]
)
def test_a_classic_webhook_claims_nothing(body: bytes, verdict: Verdict) -> None:
    """It names the payment, and nothing that happened to it; what is no classic webhook has to be signed."""
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    received = CapturedRequest(url="http://127.0.0.1:4242/mollie", headers=headers, body=body)
    event = handle("mollie", received).events[0]
    assert event.verification.verdict == verdict
    assert event.event_type == "WEBHOOK_EVENT_TYPE_UNSPECIFIED"
    assert event.event_status == "INCOMPLETE"
    found = event.event_response.payment
    assert (found.connector_transaction_id if found else "") == body.decode().partition("=")[2]


def test_json_does_not_pass_as_a_classic_webhook() -> None:
    """An event without its signature is MISSING it, never merely unsigned."""
    assert handle("mollie", sample("mollie", "payment.paid")).verification.verdict == Verdict.MISSING
