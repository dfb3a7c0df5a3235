"""Deliberately bad deliveries: every kind of every processor is seen through, or it is said that there is none."""

import msgspec
import pytest

from inspector.core import Bad, spoil
from inspector.core.spoil import DAY, is_signed
from inspector.library import Sample
from inspector.model import CapturedRequest, InspectorError, Verdict
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, handle, sample, signed


def first(name: str) -> Sample:
    """The first sample of a processor that it signs; its first one, where it signs none."""
    own = [each for each in SAMPLES if each.connector == name]
    return next((each for each in own if is_signed(CONNECTORS[name], each.request, SETTINGS[name], NOW)), own[0])


FIRST = {name: first(name) for name in CONNECTORS}
VERDICTS = {
    Bad.CHANGED_BYTE: Verdict.INVALID,
    Bad.STALE: Verdict.EXPIRED,
    Bad.WRONG_SECRET: Verdict.INVALID,
    Bad.MISSING_SIGNATURE: Verdict.MISSING,
}
JUDGED_BY_AGE = {"airwallex", "finix", "paddle", "polar", "revolut", "standardwebhooks", "stripe"}
BODY_UNPROTECTED = {"cashtocode", "flutterwave", "mercadopago", "xendit"}  # a token, or other things are signed
UNSIGNED = {"itaubank"}


def spoilt(name: str, request: CapturedRequest, bad: Bad, age: float = DAY) -> CapturedRequest:
    """The request, made bad with the throwaway secrets."""
    return spoil(CONNECTORS[name], request, SETTINGS[name], NOW, bad, age)


def tried(name: str, bad: Bad) -> str:
    """The verdict on what was made of a signed request and of an unsigned one, or why nothing was."""
    request = FIRST[name].request
    try:
        made = [spoilt(name, each, bad) for each in (request, signed(name, request))]
    except InspectorError as error:
        return error.title
    (verdict,) = {handle(name, each).verification.verdict for each in made}
    return verdict.value


@pytest.mark.parametrize("bad", Bad)
@pytest.mark.parametrize("name", FIRST)
def test_every_bad_one_is_seen_through(name: str, bad: Bad) -> None:
    """Each kind has its own verdict for every processor that signs; what its signature cannot be is said instead."""
    found = tried(name, bad)
    if name in UNSIGNED:
        assert "does not sign this event" in found
    elif bad is Bad.STALE and name not in JUDGED_BY_AGE:
        assert "never stale" in found or "accepts a signature that is 1 d old" in found
    elif bad is Bad.CHANGED_BYTE and name in BODY_UNPROTECTED:
        assert "does not protect what the body says" in found
    else:
        assert found == VERDICTS[bad]


@pytest.mark.parametrize("name", ["stripe", "square", "razorpay", "standardwebhooks", "adyen"])
def test_a_changed_byte_is_one_byte_and_the_event_can_still_be_read(name: str) -> None:
    """An app that does not verify would believe it: the body is as readable as before, and says something else."""
    good = signed(name, FIRST[name].request)
    bad = spoilt(name, FIRST[name].request, Bad.CHANGED_BYTE)
    assert good.headers == bad.headers
    assert sum(one != two for one, two in zip(good.body, bad.body, strict=True)) == 1
    before, after = handle(name, good), handle(name, bad)
    assert [event.event_type for event in after.events] == [event.event_type for event in before.events]
    assert after.problems == before.problems


def test_how_old_a_stale_one_is_can_be_chosen() -> None:
    """In seconds; what the tolerance still allows is not bad, and that is said."""
    request = sample("stripe", "payment_intent.succeeded")
    made = spoilt("stripe", request, Bad.STALE, 301)
    assert (made.header("stripe-signature") or "").startswith(f"t={int(NOW) - 301},")
    with pytest.raises(InspectorError, match="accepts a signature that is 4 min old"):
        spoilt("stripe", request, Bad.STALE, 240)


def test_a_tolerance_of_the_users_own_makes_stale_what_the_processor_would_not() -> None:
    """Cashfree signs the time and names no tolerance."""
    settings = {**SETTINGS["cashfree"], "tolerance_seconds": "300"}
    request = FIRST["cashfree"].request
    made = spoil(CONNECTORS["cashfree"], request, settings, NOW, Bad.STALE)
    assert handle("cashfree", made, settings).verification.verdict is Verdict.EXPIRED
    with pytest.raises(InspectorError, match="1 d old") as caught:
        spoilt("cashfree", request, Bad.STALE)
    assert "tolerance_seconds" in caught.value.hint


def test_the_secret_from_before_a_rotation_is_no_wrong_one() -> None:
    """A wrong secret is neither of the two that are accepted."""
    settings = {**SETTINGS["stripe"], "previous_secret": SETTINGS["stripe"]["signing_secret"] + "x"}
    made = spoil(CONNECTORS["stripe"], FIRST["stripe"].request, settings, NOW, Bad.WRONG_SECRET)
    assert handle("stripe", made, settings).verification.verdict is Verdict.INVALID


def test_without_a_signature_the_rest_stays_as_it_is() -> None:
    """Only what the processor signs with is taken out: a header, or a member of each item."""
    good = signed("stripe", FIRST["stripe"].request)
    bad = spoilt("stripe", good, Bad.MISSING_SIGNATURE)
    assert bad == msgspec.structs.replace(
        good, headers=tuple(pair for pair in good.headers if pair[0] != "Stripe-Signature")
    )
    batch = spoilt("adyen", signed("adyen", sample("adyen", "batch")), Bad.MISSING_SIGNATURE)
    assert b"hmacSignature" not in batch.body
    assert len(handle("adyen", batch).events) == 3


def test_without_a_secret_nothing_is_made() -> None:
    """There is nothing to sign with: the setting is named."""
    with pytest.raises(InspectorError, match="no usable secret") as caught:
        spoil(CONNECTORS["stripe"], FIRST["stripe"].request, {}, NOW, Bad.STALE)
    assert "SIGNING_SECRET" in caught.value.hint
