"""inspector handle: what a program gets for its lines, and a person for a file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import NOW, ROOT, SECRET, environment, event, inspector, signature

BODY = event()


def line(**given: Any) -> dict[str, Any]:
    """A request that Stripe signed, with other values where they are given."""
    request = {
        "connector": "stripe",
        "method": "POST",
        "url": "http://localhost:4242/stripe",
        "headers": {"Stripe-Signature": signature(BODY), "Content-Type": "application/json"},
        "body": BODY.decode(),
        "secret": SECRET,
        "received_at": NOW,
    }
    return {**request, **given}


def answers(home: Path, *requests: Any, **variables: str) -> list[Any]:
    """The answers of `inspector handle --jsonl`; a text is sent as it stands."""
    text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in requests)
    result = inspector("handle", "--jsonl", home=home, stdin=text, **variables)
    assert result.returncode == 0
    assert result.stderr == ""
    return [json.loads(each) for each in result.stdout.splitlines()]


def verdict(answer: Any) -> str:
    """The verdict on the request."""
    return str(answer["verification"]["verdict"])


def test_a_signed_request_is_verified_and_normalized(tmp_path: Path) -> None:
    """A request with a good signature is answered with VALID, the event type, the reference and the amount."""
    [found] = answers(tmp_path, line(merchant_event_id="mine-1"))
    assert found["connector"] == "stripe"
    assert found["detected"] is False
    assert found["source_verified"] is True
    assert found["error"] is None
    assert found["problems"] == []
    assert found["acknowledgement"] == {"status_code": 200, "headers": {}, "body": ""}
    [one] = found["events"]
    assert one["event_type"] == "PAYMENT_INTENT_SUCCESS"
    assert one["native_type"] == "payment_intent.succeeded"
    assert one["event_status"] == "COMPLETE"
    assert (one["event_id"], one["merchant_event_id"]) == ("evt_1", "mine-1")
    assert one["occurred_at"] == "2026-01-01T00:00:00Z"
    assert one["reference"] == {"payment": {"connector_transaction_id": "pi_1"}}
    assert one["event_response"]["payment"]["amount"] == {"minor_units": 1999, "currency": "USD"}
    assert one["sources"]["amount"] == {"locator": "data.object.amount", "raw": 1999}
    assert one["verification"]["verdict"] == "VALID"


def test_ten_thousand_lines_are_answered_in_order(tmp_path: Path) -> None:
    """Every line has its answer at its place, a broken one among them, and the run goes on after it."""
    requests: list[Any] = [line(merchant_event_id=str(number)) for number in range(10_000)]
    requests[5_000] = "{broken"
    found = answers(tmp_path, *requests)
    assert len(found) == 10_000
    assert found[5_000]["error"].startswith("the line is not JSON")
    good = [each for number, each in enumerate(found) if number != 5_000]
    assert all(each["source_verified"] for each in good)
    numbers = [each["events"][0]["merchant_event_id"] for each in good]
    assert numbers == [str(number) for number in range(10_000) if number != 5_000]


def test_an_answer_comes_before_the_next_request(tmp_path: Path) -> None:
    """A program may wait for each answer before it sends the next line: nothing is held back."""
    process = subprocess.Popen(
        [sys.executable, "-m", "inspector", "handle", "--jsonl"],
        env=environment(tmp_path),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    for number in range(3):
        process.stdin.write(json.dumps(line(merchant_event_id=str(number))).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["events"][0]["merchant_event_id"] == str(number)
    process.stdin.close()
    process.stdout.close()
    assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"body": BODY.decode().replace("1999", "9999")}, "INVALID"),
        ({"secret": "whsec_another"}, "INVALID"),
        ({"received_at": NOW + 301}, "EXPIRED"),
        ({"received_at": NOW + 301, "settings": {"tolerance_seconds": 600}}, "VALID"),
        ({"received_at": "2026-01-01T00:00:00"}, "VALID"),
        ({"received_at": "2026-01-01T01:00:00+01:00"}, "VALID"),
        ({"received_at": "2026-01-01T00:06:00Z"}, "EXPIRED"),
        ({"received_at": None}, "EXPIRED"),
        ({"headers": {}}, "MISSING"),
        ({"headers": None}, "MISSING"),
        ({"secret": None}, "NO_SECRET"),
        ({"secret": None, "settings": {"signing_secret": SECRET}}, "VALID"),
        ({"secret": None, "settings": {"signing_secret": "new", "previous_secret": SECRET}}, "VALID"),
        ({"headers": [["stripe-signature", signature(BODY)]]}, "VALID"),
        ({"headers": {"Stripe-Signature": [f"t={NOW}", "v1=" + "0" * 64, signature(BODY).partition(",")[2]]}}, "VALID"),
        ({"capture_method": "manual"}, "VALID"),
        ({"method": None, "url": None, "settings": None}, "VALID"),
        ({"headers": {"Stripe-Signature": signature(BODY), "X-Empty": None}}, "VALID"),
    ],
)
def test_a_line_decides_how_it_is_judged(tmp_path: Path, given: dict[str, Any], expected: str) -> None:
    """Body, secret, settings, headers and clock are those of the line; a time without a zone is UTC."""
    [found] = answers(tmp_path, line(**given))
    assert found["error"] is None
    assert verdict(found) == expected


def test_the_environment_is_left_out_of_it(tmp_path: Path) -> None:
    """A line without a secret is NO_SECRET on every machine, whatever is configured there."""
    [found] = answers(tmp_path, line(secret=None), INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
    assert verdict(found) == "NO_SECRET"


def test_bytes_that_are_no_text_are_sent_in_base64(tmp_path: Path) -> None:
    """The signature is checked on the very bytes of body_b64, also where they are not UTF-8."""
    from base64 import b64encode

    body = b'{"id": "evt_1", "type": "charge.succeeded", "note": "\xff"}'
    given = line(body_b64=b64encode(body).decode(), headers={"Stripe-Signature": signature(body)})
    del given["body"]
    [found] = answers(tmp_path, given)
    assert verdict(found) == "VALID"
    assert found["problems"][0]["where"] == "body"


@pytest.mark.parametrize(
    ("given", "connector"),
    [
        ({"url": "http://localhost/anything"}, "stripe"),
        ({"url": "http://localhost/stripe/shop", "headers": {}}, "stripe"),
        ({"url": "http://localhost/", "headers": {}}, None),
    ],
)
def test_a_connector_that_is_not_named_is_recognised(tmp_path: Path, given: dict[str, Any], connector: str) -> None:
    """By the path, as on the receiver, else by what only this processor sends; else nobody's, and said so."""
    [found] = answers(tmp_path, line(connector=None, **given))
    assert found["connector"] == connector
    assert found["detected"] is (connector is not None)
    assert found["error"] is None
    assert found["problems"] or connector


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("nonsense", "the line is not JSON: Expecting value at column 1"),
        ("", "the line is empty"),
        ("[]", "a request is a JSON object"),
        (line(connector="strpe"), "There is no connector 'strpe'. Did you mean stripe?"),
        (line(body={"id": 1}), "body is text: the exact bytes count for a signature, so give the JSON as a string"),
        (line(body_b64="e30="), "give body or body_b64, not both"),
        ({"connector": "stripe", "body_b64": "%"}, "body_b64 is not base64: Only base64 data is allowed"),
        (line(received_at="soon"), "received_at: this is neither ISO 8601 nor Unix seconds: 'soon'"),
        (line(received_at="nan"), "received_at: nan is not a moment"),
        (line(method=3), "Expected `str | null`, got `int` in `method`"),
        ("[" * 100_000, "the request is nested too deep to be answered"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_the_reason(tmp_path: Path, broken: Any, reason: str) -> None:
    """The answer has the same frame, nothing in it but `error`, and the next line is answered as ever."""
    first, second = answers(tmp_path, broken, line())
    assert first["error"] == reason
    assert first["events"] == []
    assert first["source_verified"] is False
    assert first.keys() == second.keys()
    assert verdict(second) == "VALID"


def test_a_key_that_is_misspelt_is_pointed_out(tmp_path: Path) -> None:
    """A key that no request line has is passed over, and named with the one that was probably meant."""
    [found] = answers(tmp_path, line(recieved_at=1))
    assert found["problems"] == [
        {
            "where": "input: recieved_at",
            "what": "A request line has no such key; it was passed over.",
            "hint": "Did you mean received_at?",
        }
    ]


def test_a_secret_is_never_printed(tmp_path: Path) -> None:
    """Neither a good line nor a broken one gives a secret back."""
    requests = [line(), line(method=1), line(connector="nope"), line(settings={"signing_secret": [SECRET]})]
    text = "".join(json.dumps(each) + "\n" for each in requests)
    result = inspector("handle", "--jsonl", home=tmp_path, stdin=text)
    assert len(result.stdout.splitlines()) == 4
    assert SECRET not in result.stdout + result.stderr


def test_a_file_is_judged_by_the_configured_secret(tmp_path: Path) -> None:
    """A captured request in a .http file is handled with the secret of the environment, at the time that is named."""
    file = tmp_path / "request.http"
    head = f"POST /stripe HTTP/1.1\nHost: localhost\nStripe-Signature: {signature(BODY)}\n\n"
    file.write_bytes(head.encode() + BODY)
    words = ("handle", file, "--at", "2026-01-01T00:00:05Z")
    found = inspector(*words, home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
    assert verdict(json.loads(found.stdout)) == "VALID"
    assert verdict(json.loads(inspector(*words, home=tmp_path).stdout)) == "NO_SECRET"
    assert verdict(json.loads(inspector(*words, "--secret", "other", home=tmp_path).stdout)) == "INVALID"


def test_a_file_that_is_none_is_said_so(tmp_path: Path) -> None:
    """A file that is missing or no request ends the command with a sentence, not with a traceback."""
    missing = inspector("handle", tmp_path / "none.http", home=tmp_path)
    assert missing.returncode == 2
    assert missing.stderr.startswith(f"inspector: {tmp_path / 'none.http'} cannot be read")
    strange = inspector("handle", "--setting", "sigining_secret=x", "-", home=tmp_path, stdin="POST /stripe\n\n{}")
    assert strange.returncode == 2
    assert "Did you mean signing_secret?" in strange.stderr
