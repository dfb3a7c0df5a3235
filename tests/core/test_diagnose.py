"""Why a signature is not valid: each way to break a delivery has its sentence, and no sentence is false."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from time import process_time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inspector.core import Connector, EventService
from inspector.core.body import decode_json
from inspector.core.diagnose import Case, Subject, Trial, trials
from inspector.core.diagnose.case import judge
from inspector.core.diagnose.rewrite import forms, jsons
from inspector.core.diagnose.work import LARGEST
from inspector.core.locate import Message
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.several import Several
from inspector.core.signatures.token import Token
from inspector.model import CapturedRequest, Diagnosis, Inspection, Verdict
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, handle, service, signed
from tests.core.broken import BREAKS, EVENT, Broken, intact

every_break = pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
EVERYBODY: Mapping[str, Mapping[str, str]] = SETTINGS


def subject(broken: Broken, position: int = 0) -> Subject:
    """What the diagnosis looks at."""
    inspection = judged(broken)
    connector = CONNECTORS[broken.connector]
    signs_items = connector.signs_items and position < len(inspection.events)
    verification = inspection.events[position].verification if signs_items else inspection.verification
    case = Case(
        connector=connector, request=broken.request, settings=broken.settings, now=broken.now, position=position
    )
    return Subject(case, verification, CONNECTORS, broken.others)


def claimed(broken: Broken, diagnosis: Diagnosis) -> Trial | None:
    """The trial that a diagnosis names."""
    inspection = judged(broken)
    bad = [place for place, event in enumerate(inspection.events) if not event.source_verified]
    position = bad[0] if CONNECTORS[broken.connector].signs_items and bad else 0
    return next((each for each in trials(subject(broken, position)) if each.cause == diagnosis.cause), None)


def holds(trial: Trial) -> bool:
    """Whether the Event Service itself, given the one change that is claimed, finds a right signature."""
    case = trial.case
    found = EventService({case.connector.name: case.connector}).handle(
        case.request, case.connector.name, case.settings, case.now
    )
    whole = [found.verification] if not case.connector.signs_items else [each.verification for each in found.events]
    return whole[case.position].verdict in (Verdict.VALID, Verdict.EXPIRED)


@every_break
def test_each_way_to_break_a_delivery_has_its_own_sentence(broken: Broken) -> None:
    """What was done to a delivery is said in one sentence, with what to do about it."""
    found = broken.diagnose()
    assert found is not None
    assert (found.sentence, found.cause) == (broken.sentence, broken.cause)
    assert found.advice.endswith(".") or "https://" in found.advice


def test_the_ways_are_many_and_of_many_processors() -> None:
    """At least a hundred ways over thirty processors, and no two ways have the same sentence for the same processor."""
    assert len(BREAKS) >= 100
    assert len({each.connector for each in BREAKS.values()}) >= 30
    assert len({(each.sentence, each.connector) for each in BREAKS.values()}) >= len(BREAKS) - 2


@every_break
def test_a_certain_fit_is_true(broken: Broken) -> None:
    """Whoever makes the one change that "It fits …" names has a delivery with a right signature."""
    found = broken.diagnose()
    assert found is not None
    trial = claimed(broken, found)
    assert (trial is not None) == found.sentence.startswith("It fits")
    if trial is not None:
        assert found.certain
        assert holds(trial)


@every_break
def test_nothing_that_is_said_lets_anybody_sign(broken: Broken) -> None:
    """No secret, none in another spelling, and no whole signature is in any word of the diagnosis."""
    found = broken.diagnose()
    text = msgspec.json.encode(found).decode()
    everybodys = [broken.settings, *broken.others.values(), SETTINGS[broken.connector]]
    assert not [each for each in hidden(everybodys) if each in text]
    assert not re.search(r"[0-9a-fA-F]{32}|[A-Za-z0-9+/]{43}", text.replace(broken.request.url, ""))
    looked_at = subject(broken)
    if isinstance(looked_at.scheme, Mac):
        whole = looked_at.scheme.expected(looked_at.message)
        assert whole is None or whole[:12] not in text


def hidden(everybodys: list[Mapping[str, str]]) -> Iterator[str]:
    """The texts of secrets, as they are set, and their longest run of letters and digits; whsec_ is nobody's secret."""
    known = ("notification_url", "tolerance_seconds", "public_key", "amount_unit", "currency")
    for each in everybodys:
        for name, text in each.items():
            if text and name not in known and not text.strip("…").endswith("_"):
                yield text.strip()
                yield max(re.findall(r"\w+", text), key=len, default=text)


def test_a_verified_delivery_needs_none() -> None:
    """A valid delivery has no diagnosis, and neither has one that is nobody's."""
    for name in CONNECTORS:
        each = next(each for each in SAMPLES if each.connector == name)
        received = signed(name, each.request)
        valid = handle(name, received).verification.verdict is Verdict.VALID
        assert (service().diagnose(received, name, SETTINGS[name], NOW) is None) == valid
    assert service().diagnose(CapturedRequest(body=b"x"), None, {}, NOW) is None
    assert service().diagnose(CapturedRequest(body=b"x"), "nobody", {}, NOW) is None


def test_what_is_ruled_out_is_told() -> None:
    """Where nothing fits, the sentence is not certain, and what was tried is listed."""
    found = BREAKS["anything"].diagnose()
    assert found is not None
    assert not found.certain
    assert found.ruled_out[:2] == (
        "the secret with other blanks, quotes or prefixes",
        "line ends, marks, charsets and packing of the body",
    )
    assert "the body as other programs would write it" in found.ruled_out
    assert (found.covers, found.uncovered[:2]) == (("body",), ("the address", "the headers"))


def test_expected_and_received_are_told_apart_by_their_beginnings() -> None:
    """Eight characters of each signature, and how long they are; of a token, which is the secret, none."""
    found = BREAKS["anything"].diagnose()
    assert found is not None
    received = BREAKS["anything"].request.header("x-razorpay-signature") or ""
    assert found.received == f"{received[:8]}… (64 characters)"
    assert re.fullmatch(r"[0-9a-f]{8}… \(64 characters\)", found.expected)
    assert found.expected != found.received
    token = BREAKS["other token"].diagnose()
    assert token is not None
    assert (token.expected, token.received, token.uncovered) == ("", "", ("the whole message",))


def test_what_rules_a_signature_out_is_certain() -> None:
    """Another token is one; a signature that does not match may have many reasons."""
    found = {
        name: BREAKS[name].diagnose() for name in ("nobody's token", "API key for hex", "no signature", "anything")
    }
    assert [each.certain for each in found.values() if each] == [True, True, True, False]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no signature", "A proxy may have taken it away, or Stripe was not told to sign: see https://"),
        ("no signature in the body", "Something wrote the body anew, or Adyen was not told to sign: see https://"),
        ("no secret", "Set INSPECTOR_RAZORPAY_WEBHOOK_SECRET, or webhook_secret in inspector.toml: "),
        ("nobody's token", "Compare callback_token with the processor's: "),
        ("anything", "Look for what changes the message on its way."),
        ("a date for a number", "The sender does not sign as Stripe does, or something changes it on its way. "),
        ("not to be read", "If Braintree sent it, send it to its path."),
        ("stale", "this machine's clock is fast: set it."),
    ],
)
def test_there_is_something_to_do(name: str, said: str) -> None:
    """What is to be done suits what was found out: a token protects nothing that could change on its way."""
    found = BREAKS[name].diagnose()
    assert found is not None
    assert said in found.advice
    assert name != "nobody's token" or "on its way" not in found.advice


def test_a_fit_outside_the_tolerance_says_both() -> None:
    """A secret with a blank and a stale timestamp are told in one go."""
    broken = BREAKS["blanks"]
    found = replace(broken, now=NOW + 1000).diagnose()
    assert found is not None
    assert found.sentence.startswith(
        "It fits without the white space around signing_secret. The signature is right, but"
    )


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_case_is_judged_as_the_event_service_judges(name: str) -> None:
    """The verdict that a hypothesis is tried by is the one of `handle`, for every sample of every processor."""
    for each in (each for each in SAMPLES if each.connector == name):
        for request in (signed(name, each.request), each.request, replace(each.request, body=b"{")):
            inspection = handle(name, request)
            found = [event.verification for event in inspection.events] or [inspection.verification]
            case = Case(connector=CONNECTORS[name], request=request, settings=SETTINGS[name], now=NOW)
            verdicts = [judge(replace(case, position=place))[1].verdict for place in range(len(found))]
            if inspection.events or not CONNECTORS[name].signs_items:
                assert verdicts == [each.verdict for each in found]


class Counted:
    """Counts the verifications of every symmetric scheme."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        for scheme in (Mac, Token):
            monkeypatch.setattr(scheme, "verify", self._counting(scheme.verify))

    def _counting(self, verify: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            self.calls += 1
            return verify(*arguments)

        return counted


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is configured, a diagnosis costs a few hundred verifications; of a large body it is a handful."""
    crowd = {f"stripe/{number}": {"signing_secret": f"whsec_{number}"} for number in range(1000)}
    crowd |= {f"{name}/{number}": {CONNECTORS[name].secret: f"{number}"} for name in SETTINGS for number in range(100)}
    counted = Counted(monkeypatch)
    own = {"signing_secret": "whsec_x", "previous_secret": "' y=z "}
    for request in (intact("stripe", "charge.refunded"), large(1_000_000), large(9_000_000)):
        counted.calls = 0
        assert service().diagnose(request, "stripe", own, NOW, others=crowd) is not None
        assert 8 < counted.calls <= (LARGEST + 10 if len(request.body) < 100_000 else 64)


def large(size: int) -> CapturedRequest:
    """A delivery with a body of so many bytes."""
    return intact("stripe", {**EVENT, "more": ["x" * 1000] * (size // 1003)})


HOSTILE = {
    "zeros without end": b'{"a":0.' + b"0" * 400_000 + b"1e1}",
    "digits without end": b'{"a":' + b"1" * 400_000 + b"}",
    "a text that does not end": b'{"a":"' + b'\\"' * 200_000,
    "quotes": b'"' * 400_000,
    "brackets": b"[" * 400_000,
    "blanks": b"{" + b" " * 400_000 + b"}",
    "percent signs": b"a=" + b"%2" * 200_000,
    "escapes": b'{"a":"' + b"\\u00e9" * 60_000 + b'"}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_body_makes_a_diagnosis_slow(content: bytes) -> None:
    """What a stranger sends to keep it busy costs less than two seconds of the processor, on a slow one."""
    request = replace(intact("stripe"), body=content)
    begun = process_time()
    assert service().diagnose(request, "stripe", {"signing_secret": "whsec_x"}, NOW, others=EVERYBODY) is not None
    assert process_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    ["t=1," + ",".join(["v1=" + "0" * 64] * 10_000), "t=1," + "v1=," * 200_000, "v1" + " " * 500_000, "v1 " * 200_000],
    ids=["signatures", "empty entries", "blanks", "marks"],
)
def test_no_header_makes_a_diagnosis_slow(text: str) -> None:
    """Nor does a header that is as long as a body, whose entries are all looked at."""
    request = intact("stripe").with_headers({"Stripe-Signature": text})
    begun = process_time()
    assert service().diagnose(request, "stripe", {"signing_secret": "whsec_x"}, NOW, others=EVERYBODY) is not None
    assert process_time() - begun < 2


def test_work_that_was_not_done_rules_nothing_out() -> None:
    """Of a very large body only what was tried to the end is said to be ruled out."""
    crowd = {f"paddle/{number}": {"endpoint_secret_key": f"{number}"} for number in range(100)}
    found = service().diagnose(large(3_000_000), "stripe", {"signing_secret": "whsec_x"}, NOW, others=crowd)
    assert found is not None
    assert "the configured secrets of other processors" not in found.ruled_out


def test_accounts_that_were_not_tried_are_not_ruled_out() -> None:
    """Of many accounts a part is tried, which is not said to be all; of a few, all are."""
    for count, told in ((20, True), (200, False)):
        crowd = {f"stripe/{number}": {"signing_secret": f"whsec_{number}"} for number in range(count)}
        found = service().diagnose(intact("stripe"), "stripe", {"signing_secret": "whsec_x"}, NOW, others=crowd)
        assert found is not None
        assert ("the processor's other accounts that are configured" in found.ruled_out) is told


def test_a_batch_is_diagnosed_event_by_event() -> None:
    """The first event that is not verified is explained, or the one that is asked for."""
    broken = BREAKS["one of a batch"]
    settings = broken.settings
    assert service().diagnose(broken.request, "adyen", settings, NOW, position=0) is None
    second = service().diagnose(broken.request, "adyen", settings, NOW, position=1)
    assert second is not None
    assert second.sentence == broken.sentence


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=8)
    | st.sampled_from(["a/b", "<é>", "😀"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(value=st.dictionaries(st.text(max_size=5), json_values, max_size=4))
@settings(max_examples=80, deadline=None)
def test_json_that_is_written_anew_means_the_same(value: dict[str, Any]) -> None:
    """Layout, escapes and order are all that a rewriting changes; where numbers are rounded, its name says so."""
    body = msgspec.json.encode(value)
    for each in jsons(body):
        assert each.body != body
        if not each.cause.endswith(("rounded", "no-zeros", "cents")):
            assert decode_json(each.body) == decode_json(body), each.cause


@pytest.mark.parametrize(
    ("body", "cause", "expected"),
    [
        (b'{"a":[],"b":{},"c":[1,{"d":2}]}', "spaced", b'{"a": [], "b": {}, "c": [1, {"d": 2}]}'),
        (b'{"a":[],"b":[1]}', "indent-2", b'{\n  "a": [],\n  "b": [\n    1\n  ]\n}'),
        (b'{"a":{"b":1}}', "indent-4", b'{\n    "a": {\n        "b": 1\n    }\n}'),
        (b'{"b":"x: y, z","a":1.50}', "sorted", b'{"a":1.50,"b":"x: y, z"}'),
        (b'{"a":12345678901234567890}', "rounded", b'{"a":12345678901234567000}'),
        (b'{"a":10.00,"b":"10.00"}', "no-zeros", b'{"a":10,"b":"10.00"}'),
        (b'{"a":1.5,"b":"1.5"}', "cents", b'{"a":1.50,"b":"1.5"}'),
        ('{"a":"é😀"}'.encode(), "ascii", b'{"a":"\\u00e9\\ud83d\\ude00"}'),
        (b'{"a":"\\u00e9\\ud83d\\ude00\\u0022\\n"}', "letters", '{"a":"é😀\\u0022\\n"}'.encode()),
        (b'{"a":"\\\\\\/"}', "slashes-plain", b'{"a":"\\\\/"}'),
        (b'{"a":"1<2&"}', "html", b'{"a":"1\\u003c2\\u0026"}'),
    ],
)
def test_json_is_written_as_programs_write_it(body: bytes, cause: str, expected: bytes) -> None:
    """Numbers keep their text, strings theirs, and each name stands for the bytes of a common program."""
    assert next(each.body for each in jsons(body) if each.cause == cause) == expected


def test_forms_are_written_as_programs_write_them() -> None:
    """Blanks, percent signs and brackets in the ways of browsers, PHP and Python."""
    found = {each.cause: each.body for each in forms(b"b[x]=1%2f2+3&a=%7e")}
    assert found["form-20"] == b"b%5Bx%5D=1%2F2%203&a=~"
    assert found["form-php"] == b"b%5Bx%5D=1%2F2+3&a=%7E"
    assert found["form-sorted"] == b"a=~&b%5Bx%5D=1%2F2+3"
    assert not list(forms(b'{"a":"b=c"}'))


DAMAGED = {name: intact(name) for name in ("stripe", "razorpay", "square", "paddle", "gocardless", "lemonsqueezy")}
DAMAGED |= {
    name: signed(name, next(each.request for each in SAMPLES if each.connector == name))
    for name in (
        "adyen",
        "braintree",
        "bluesnap",
        "standardwebhooks",
        "trustpay",
        "noon",
        "mercadopago",
        "xendit",
        "fiuu",
    )
}


@st.composite
def damaged(draw: st.DrawFn) -> Broken:
    """A signed delivery with random damage to its body, its headers, its address, its secret or the clock."""
    name = draw(st.sampled_from(sorted(DAMAGED)))
    request, own = DAMAGED[name], dict(SETTINGS[name])
    for kind in draw(st.lists(st.sampled_from(("body", "header", "url", "secret", "clock")), min_size=1, max_size=2)):
        if kind == "body":
            request = replace(request, body=harmed(draw, request.body))
        elif kind == "header" and request.headers:
            place = draw(st.integers(0, len(request.headers) - 1))
            headers = list(request.headers)
            key, text = headers[place]
            headers[place] = (key, harmed(draw, text.encode()).decode("latin-1"))
            request = replace(request, headers=tuple(headers[:place] if draw(st.booleans()) else headers))
        elif kind == "url":
            request = replace(request, url=harmed(draw, request.url.encode()).decode("latin-1"))
        elif kind == "secret":
            setting = CONNECTORS[name].secret
            own[setting] = harmed(draw, own[setting].encode()).decode("latin-1")
    now = NOW + draw(st.sampled_from((0.0, 0.0, 1e3, -1e3, 1e9)))
    return Broken(connector=name, request=request, settings=own, now=now, others=EVERYBODY, cause="", sentence="")


def harmed(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes with some of them replaced, cut out or put in."""
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + draw(st.sampled_from((0, 1, 3, 1000))))))
    return content[:start] + draw(st.binary(max_size=4) | st.sampled_from((b" ", b"\n", b'"'))) + content[end:]


def ends_within(body: bytes) -> bool:
    """Whether a body is the beginning of some JSON: by the standard library, which says where it stopped reading."""
    text = body.decode("utf-8", "ignore")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.msg.startswith(("Unterminated", "Invalid \\")) or len(text.rstrip()) - error.pos < 6
    return False


FACTS: Mapping[str, Callable[[Broken], bool]] = {
    "body.cut": lambda broken: ends_within(broken.request.body),
    "body.empty": lambda broken: not broken.request.body,
    "body.lost-letters": lambda broken: "\ufffd" in broken.request.body.decode(),
    "body.length": lambda broken: broken.request.header("content-length") != str(len(broken.request.body)),
    "missing.signature": lambda broken: not CONNECTORS[broken.connector].scheme.present(message(broken)),
    "missing.other-processor": lambda broken: not CONNECTORS[broken.connector].scheme.present(message(broken)),
    "secret.implausible": lambda broken: broken.settings != SETTINGS[broken.connector],
    "secret.mode": lambda _: False,  # none of these begins as a mode's secrets do
    "batch.one-changed": lambda broken: any(event.source_verified for event in judged(broken).events),
}
"""What has to be so where a diagnosis states a fact, by its cause."""


def message(broken: Broken) -> Message:
    """What locators look into, of a broken delivery."""
    return subject(broken).message


def judged(broken: Broken) -> Inspection:
    """What the Event Service makes of it."""
    return service().handle(broken.request, broken.connector, broken.settings, broken.now)


@given(broken=damaged())
@settings(max_examples=300, deadline=None)
def test_random_damage_never_gets_a_false_sentence(broken: Broken) -> None:
    """Every "It fits …" can be applied by hand, whatever was harmed; what is ruled out does not fit; nothing leaks."""
    found = broken.diagnose()
    if found is None:
        inspection = judged(broken)
        assert inspection.verification.verdict is Verdict.VALID or inspection.source_verified
        return
    trial = claimed(broken, found)
    assert (trial is not None) == (": It fits" in f": {found.sentence}")
    if trial is not None:
        assert holds(trial)
    for beginning, is_true in FACTS.items():
        assert not found.cause.startswith(beginning) or is_true(broken), found.sentence
    if "the processor's other accounts that are configured" in found.ruled_out:
        again = service().handle(broken.request, broken.connector, SETTINGS[broken.connector], broken.now)
        bad = [event for event in again.events if not event.source_verified]
        assert bad or not again.source_verified
    text = msgspec.json.encode(found).decode()
    assert SETTINGS[broken.connector][CONNECTORS[broken.connector].secret] not in text


@given(
    name=st.sampled_from(sorted(CONNECTORS)),
    content=st.binary(max_size=60)
    | st.sampled_from([b"{}", b"[]", b"{" * 5000, b"[" * 50_000, b'"\\', b"a=b&c", b"<a/>"]),
    url=st.text(max_size=30),
    headers=st.dictionaries(
        st.sampled_from(
            ["Stripe-Signature", "Signature", "Webhook-Signature", "Authorization", "Tl-Signature", "Host"]
        ),
        st.text(max_size=40),
        max_size=3,
    ),
    text=st.text(max_size=20),
)
@settings(max_examples=300, deadline=None)
def test_foreign_bytes_never_raise(name: str, content: bytes, url: str, headers: dict[str, str], text: str) -> None:
    """Whatever a stranger sends and a user configures, the diagnosis is a diagnosis or none."""
    request = CapturedRequest(url=url, headers=tuple(headers.items()), body=content)
    own = dict.fromkeys(CONNECTORS[name].settings, text)
    found = service().diagnose(request, name, own, NOW, others=EVERYBODY)
    assert found is None or found.sentence.strip()


def connectors_with_several() -> list[Connector]:
    """Processors whose products sign differently."""
    return [each for each in CONNECTORS.values() if isinstance(each.scheme, Several)]


def test_products_that_sign_differently_are_told_apart() -> None:
    """The scheme that is meant by the message is diagnosed, not the first of the document."""
    assert connectors_with_several()
    found = service().diagnose(intact("dlocal"), "dlocal", {"secret_key": "other"}, NOW)
    assert found is not None
    assert found.covers == ("setting:x_login", "header:x-date", "body")
