"""Paddle's own library: we verify what it signs, and it reads our samples."""

import json

import pytest
from paddle_billing.Notifications.Entities.Entity import Entity
from paddle_billing.Notifications.Entities.UndefinedEntity import UndefinedEntity
from paddle_billing.Notifications.PaddleSignature import PaddleSignature

from inspector.library import Sample
from inspector.model import Verdict
from tests.connectors.shared import NOW, SAMPLES, SETTINGS, handle, sample, signed
from tests.connectors.test_samples import changed, sample_id

SECRET = SETTINGS["paddle"]["endpoint_secret_key"]


@pytest.mark.parametrize("each", [each for each in SAMPLES if each.connector == "paddle"], ids=sample_id)
def test_paddle_reads_our_samples(each: Sample) -> None:
    """Paddle's library builds its own object of a sample: it is complete enough to develop against."""
    values = json.loads(each.request.body)
    assert not isinstance(Entity.from_dict_for_event_type(values["data"], values["event_type"]), UndefinedEntity)


def header(body: bytes, *secrets: str) -> str:
    """A header made by Paddle's library, with a signature for each secret."""
    texts = [PaddleSignature.calculate_hmac(each, f"{NOW:.0f}:".encode() + body).hexdigest() for each in secrets]
    return ";".join([f"ts={NOW:.0f}", *(f"h1={text}" for text in texts)])


@pytest.mark.parametrize("secrets", [(SECRET,), (SECRET, "pdl_ntfset_other"), ("pdl_ntfset_other", SECRET)])
def test_we_verify_what_paddle_signs(secrets: tuple[str, ...]) -> None:
    """A header made by Paddle's library is VALID, also while the secret is rotated, and not after a byte is changed."""
    each = sample("paddle", "transaction.completed")
    received = each.with_headers({"Paddle-Signature": header(each.body, *secrets)})
    assert handle("paddle", received).source_verified
    assert not handle("paddle", changed("paddle", received)).source_verified


@pytest.mark.parametrize(
    ("age", "verdict"), [(5, Verdict.VALID), (6, Verdict.EXPIRED), (-5, Verdict.VALID), (-6, Verdict.EXPIRED)]
)
def test_a_signature_is_good_for_five_seconds(age: int, verdict: Verdict) -> None:
    """As in Paddle's library, in both directions; beyond it the signature is right, but EXPIRED."""
    received = signed("paddle", sample("paddle", "transaction.completed"))
    assert handle("paddle", received, now=NOW + age).verification.verdict == verdict
