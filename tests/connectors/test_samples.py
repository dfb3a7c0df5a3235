"""Every sample of every connector keeps its promise: detected, verified, normalized, freshened, changed, refused."""

import json

import msgspec
import pytest

from inspector.core import compare, freshen, set_value
from inspector.core.http_file import read_http, write_http
from inspector.core.normalize import STATUS_FIELD
from inspector.library import Sample
from inspector.model import CONSISTENT, CapturedRequest, EventType, InspectorError, NormalizedEvent, Source, Verdict
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, handle, outcome, request, service, signed

AMOUNTS = ("amount", "refund_amount", "dispute_amount", "payout_amount")
every_connector = pytest.mark.parametrize("name", dict.fromkeys(each.connector for each in SAMPLES))


def sample_id(each: Sample) -> str:
    """A sample as people name it."""
    return f"{each.connector}/{each.name}"


every_sample = pytest.mark.parametrize("each", SAMPLES, ids=sample_id)


_NOTHING = CapturedRequest()


def changed(connector: str, received: CapturedRequest, unsigned: CapturedRequest = _NOTHING) -> CapturedRequest:
    """The request with one byte changed in something that its signature covers; in a token, which covers nothing."""
    covers = handle(connector, received).verification.covers
    source = handle(connector, received).events[0].sources
    known = {each.locator: each.raw_value for each in source.values()}
    for part in covers:
        # Where values alone are signed, a changed name of a member goes unnoticed.
        covered = source["native_type"].locator if part == "sorted-leaf-values" else part
        if covered in known:
            text = str(known[covered])
            return set_value(CONNECTORS[connector], received, covered, ("Y" if text[0] == "X" else "X") + text[1:])
    if not covers or "mercadopago-manifest" in covers:
        name, value = next(
            (name, value)
            for name, value in received.headers
            if name.lower() == "x-request-id" or (name, value) not in unsigned.headers
        )
        return received.with_headers({name: value[:-1] + ("0" if value[-1] != "0" else "1")})
    middle = len(received.body) // 2
    while not chr(received.body[middle]).isalpha() or chr(received.body[middle - 1]) in "%\\":
        middle += 1
    body = received.body[:middle] + bytes([received.body[middle] ^ 1]) + received.body[middle + 1 :]
    return msgspec.structs.replace(received, body=body)


def status(event: NormalizedEvent) -> str | None:
    """The status in the event's content, whatever its family."""
    family = event.event_response.family
    return getattr(event.event_response.content, STATUS_FIELD[family]) if family else None


@every_sample
def test_a_sample_is_understood_as_its_file_promises(each: Sample) -> None:
    """Nothing differs from NAME.expected.json; where something should, python -m tests.connectors.update accepts it."""
    expected = json.loads(each.expected.read_text(encoding="utf-8"))
    assert compare(expected, outcome(each)) == ()


@every_sample
def test_a_signed_sample_is_verified(each: Sample) -> None:
    """What we sign as the processor does is VALID (or UNSIGNED, for a processor that does not sign)."""
    inspection = handle(each.connector, signed(each.connector, each.request))
    assert {event.verification.verdict for event in inspection.events} <= {Verdict.VALID, Verdict.UNSIGNED}
    assert inspection.events


@every_sample
def test_a_sample_carries_no_signature_of_its_own(each: Sample) -> None:
    """Samples are signed when they are used: as they lie in the folder, nothing in them verifies."""
    verdicts = {event.verification.verdict for event in handle(each.connector, each.request).events}
    assert verdicts <= {Verdict.MISSING, Verdict.UNSIGNED}


@every_sample
def test_a_changed_byte_is_noticed(each: Sample) -> None:
    """One byte changed in what the signature covers, and the source is not verified."""
    received = signed(each.connector, each.request)
    if not handle(each.connector, received).source_verified:
        pytest.skip("this processor does not sign")
    assert not handle(each.connector, changed(each.connector, received, each.request)).source_verified


_LIKE_ANYONES = ("klarna/order.FRAUD_RISK_ACCEPTED", "mollie/tr_classic")  # an id and next to nothing else
_UNKNOWN_BARE = (
    *_LIKE_ANYONES,
    "phonepe/v1.COMPLETED",
    "phonepe/v1.FAILED",
    "phonepe/v1.PENDING",
)  # a lone member named response


@every_sample
def test_the_connector_is_recognised(each: Sample) -> None:
    """Sent to the receiver's bare address, a sample is recognised by its document, signed or not.

    What could be anyone's is recognised as no one's, and needs the processor's path.
    """
    bare, whole = (None if sample_id(each) in names else each.connector for names in (_UNKNOWN_BARE, _LIKE_ANYONES))
    assert service().detect(each.request) == bare
    assert service().detect(signed(each.connector, each.request)) == whole


def test_a_header_stands_before_the_shape_of_a_body() -> None:
    """A header has its processor's name; members named event and order_id are anybody's."""
    shaped = request("stripe", {"event": "ORDER_COMPLETED", "order_id": "1"})
    assert service().detect(shaped) == "revolut"
    assert service().detect(shaped.with_headers({"Stripe-Signature": "t=1,v1=00"})) == "stripe"


@every_sample
def test_the_status_never_contradicts_the_event_type(each: Sample) -> None:
    """A status beside an event type is one of those that may stand there."""
    for event in handle(each.connector, each.request).events:
        allowed = CONSISTENT.get(event.event_type)
        assert allowed is None or status(event) in allowed


@every_sample
def test_a_sample_has_no_problems(each: Sample) -> None:
    """A real message of the processor is understood without a complaint."""
    assert handle(each.connector, signed(each.connector, each.request)).problems == ()


@every_sample
def test_every_field_can_be_traced(each: Sample) -> None:
    """Every field of a content has a source; ids and amounts stand in the message where the source says."""
    for event in handle(each.connector, each.request).events:
        content = event.event_response.content
        filled = [name for name in content.__struct_fields__ if getattr(content, name) is not None] if content else []
        tops = {target.partition(".")[0] for target in event.sources}
        empty = {name for name in filled if str(getattr(content, name)).endswith("UNSPECIFIED")}
        assert set(filled) - empty <= tops


@every_sample
def test_a_freshened_sample_is_a_new_event(each: Sample) -> None:
    """Sent again under a new id it is no duplicate: the ids differ, everything else of the event is the same."""
    connector = CONNECTORS[each.connector]
    ids: list[str | None] = [event.event_id for event in handle(each.connector, each.request).events]
    for token, now in (("a1b2c3d4e5f6", NOW + 60), ("b1b2c3d4e5f7", NOW + 120)):
        again = handle(each.connector, signed(each.connector, freshen(connector, each.request, token, now)))
        assert again.problems == ()
        assert [event.event_type for event in again.events] == [
            event.event_type for event in handle(each.connector, each.request).events
        ]
        ids += [event.event_id for event in again.events]
    assert None not in ids
    assert len(set(ids)) == len(ids)


_WITHOUT_ROTATION = ("RSA-SHA256 with certificate", "JWS ES512", "unsigned")


def amount(each: Sample) -> Source | None:
    """Where the amount of a sample's first event comes from; None for an event without one."""
    sources = handle(each.connector, each.request).events[0].sources
    return next((sources[name] for name in AMOUNTS if name in sources), None)


@pytest.mark.parametrize("each", [each for each in SAMPLES if amount(each)], ids=sample_id)
def test_a_value_can_be_set_where_its_source_says(each: Sample) -> None:
    """The locator of an amount's source is a path that --set understands, and the signature is made anew."""
    found = amount(each)
    assert found is not None
    wanted = "12.34" if "." in str(found.raw_value) else "1234"
    request = set_value(CONNECTORS[each.connector], each.request, found.locator, wanted)
    again = handle(each.connector, signed(each.connector, request))
    assert again.verification.verdict in (Verdict.VALID, Verdict.UNSIGNED)
    assert wanted in {str(source.raw_value) for source in again.events[0].sources.values()}


@every_sample
def test_a_path_that_is_not_there_is_a_users_mistake(each: Sample) -> None:
    """--set with a wrong path says so and names a near one."""
    with pytest.raises(InspectorError) as caught:
        set_value(CONNECTORS[each.connector], each.request, "no.such.path", "1")
    assert "no.such.path" in caught.value.title
    assert caught.value.hint


@every_sample
def test_a_sample_survives_being_written(each: Sample) -> None:
    """A .http file that is read and written again holds the same request."""
    assert read_http(write_http(each.request)) == each.request


@every_connector
def test_an_unknown_event_is_no_error(name: str) -> None:
    """An event that the document does not name is unspecified and incomplete, verified all the same, no problem."""
    connector = CONNECTORS[name]
    each = next(each for each in SAMPLES if each.connector == name)
    native = handle(name, each.request).events[0].sources["native_type"].locator
    inspection = handle(name, signed(name, set_value(connector, each.request, native, "something.never_seen")))
    event = inspection.events[0]
    assert event.event_type is EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED
    assert event.native_type == "something.never_seen"
    assert event.event_status == "INCOMPLETE"
    assert inspection.verification.verdict in (Verdict.VALID, Verdict.UNSIGNED)
    assert inspection.problems == ()


@every_connector
def test_samples_cover_every_family_of_the_document(name: str) -> None:
    """Each family that a document maps events of has at least one sample."""
    kinds = {
        event.event_response.family
        for each in SAMPLES
        if each.connector == name
        for event in handle(name, each.request).events
    }
    types = CONNECTORS[name].document.types
    mapped = {
        family
        for family in STATUS_FIELD
        if any(kind != "WEBHOOK_EVENT_TYPE_UNSPECIFIED" for kind in getattr(types, family).values())
    }
    assert mapped <= kinds


@every_connector
def test_a_rotated_secret_still_verifies(name: str) -> None:
    """While a secret is rotated, what was signed with the one before is accepted as previous_secret."""
    connector = CONNECTORS[name]
    each = next(each for each in SAMPLES if each.connector == name)
    received = signed(name, each.request)
    settings = SETTINGS[name]
    if connector.scheme.name in _WITHOUT_ROTATION or not handle(name, received).source_verified:
        pytest.skip("this processor has no secret that is rotated")
    secret = settings[connector.secret]
    place = len(secret) - 4
    other = f"{secret[:place]}{'B' if secret[place] == 'A' else 'A'}{secret[place + 1 :]}"
    assert not handle(name, received, {**settings, connector.secret: other}).source_verified
    rotated = {**settings, connector.secret: other, "previous_secret": secret}
    assert handle(name, received, rotated).source_verified
