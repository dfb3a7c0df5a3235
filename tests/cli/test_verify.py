"""inspector verify: the verdict on a request, why, and what to do; `handle` says the same."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import NOW, SECRET, event, inspector, signature
from tests.core.broken import BREAKS, Broken

from inspector.core.http_file import write_http

BODY = event()
AT = ("--at", str(NOW))


def captured(place: Path, body: bytes = BODY, header: str = signature(BODY)) -> Path:
    """A request of Stripe's in a file."""
    file = place / "request.http"
    head = f"POST /stripe HTTP/1.1\nHost: localhost\nStripe-Signature: {header}\n\n"
    file.write_bytes(head.encode() + body)
    return file


def test_a_valid_signature_is_said_to_be_one(tmp_path: Path) -> None:
    """Exit code 0, the verdict, the reason, and what the signature covers and does not."""
    found = inspector("verify", captured(tmp_path), "--secret", SECRET, *AT, home=tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    first, second, *rest = found.stdout.splitlines()
    assert first == "VALID  Stripe, HMAC-SHA256"
    assert second == "The signature in the header stripe-signature matches."
    assert "covers     timestamp, body" in rest
    assert "but not    the address, the headers" in rest


def test_the_reason_and_the_remedy_are_said(tmp_path: Path) -> None:
    """A line feed at the end of the body: exit code 1, what was found out, what to do, and the line feed is seen."""
    file = captured(tmp_path, BODY + b"\n")
    found = inspector("verify", file, "--secret-from-env", "MINE", *AT, home=tmp_path, MINE=SECRET)
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert lines[:2] == ["INVALID  Stripe, HMAC-SHA256", "It fits when the line end after the body is cut off."]
    assert lines[2].startswith("→ Something between the sender and here adds it.")
    assert "certain    yes, it is proven" in lines
    assert lines[-2] == f"signed text, {len(BODY) + 12} bytes"
    assert lines[-1] == f"{NOW}.{BODY.decode()}⏎"


def test_what_is_ruled_out_is_listed(tmp_path: Path) -> None:
    """Where nothing fits, the sentence is a likely one, and what was tried is told."""
    file = captured(tmp_path, BODY.replace(b"1999", b"9999"))
    found = inspector("verify", file, "--secret", SECRET, *AT, home=tmp_path)
    assert "certain    no, it is what is likely" in found.stdout
    assert "ruled out  the secret with other blanks, quotes or prefixes; " in found.stdout


def test_a_file_may_be_judged_by_the_time_when_it_came(tmp_path: Path) -> None:
    """What was kept for a while is stale by the clock of now, and the flag that helps is named."""
    file = captured(tmp_path)
    late = inspector("verify", file, "--secret", SECRET, home=tmp_path)
    assert (late.returncode, "--at TIME" in late.stderr) == (1, True)
    then = inspector("verify", file, "--secret", SECRET, "--at", str(NOW + 299), home=tmp_path)
    assert (then.returncode, then.stderr) == (0, "")


def test_secrets_of_other_accounts_are_tried_and_named(tmp_path: Path) -> None:
    """The account whose secret fits is named, from the environment as it is configured."""
    variables = {"INSPECTOR_STRIPE_SIGNING_SECRET": "whsec_mistaken", "INSPECTOR_STRIPE__SHOP__SIGNING_SECRET": SECRET}
    found = inspector("verify", captured(tmp_path), *AT, home=tmp_path, **variables)
    assert found.stdout.splitlines()[1] == "It fits with the settings of stripe/shop."
    assert SECRET not in found.stdout


def test_a_program_reads_the_same(tmp_path: Path) -> None:
    """--json: one object with the verdict, the signed text and the diagnosis, from standard input too."""
    file = captured(tmp_path, header=signature(BODY, at=NOW - 600))
    found = inspector("verify", "--secret", SECRET, *AT, "--json", home=tmp_path, stdin=file.read_bytes())
    assert found.returncode == 1
    told = json.loads(found.stdout)
    assert (told["connector"], told["verdict"], told["age"]) == ("stripe", "EXPIRED", 600)
    assert told["signed_text"] == f"{NOW - 600}.{BODY.decode()}"
    assert told["diagnosis"]["cause"] == "time.past"
    assert told["diagnosis"]["certain"] is True
    assert told["diagnosis"]["sentence"].endswith("the tolerance is 5 min, so it is outside by 5 min.")
    good = inspector("verify", captured(tmp_path), "--secret", SECRET, *AT, "--json", home=tmp_path)
    assert json.loads(good.stdout)["diagnosis"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-file.http"], "no-such-file.http cannot be read"),
        (["--connector", "strpe"], "Did you mean stripe?"),
        (["--secret-from-env", "NOT_THERE"], "The environment has no NOT_THERE"),
        (["--setting", "signing_secrt=x"], "Did you mean signing_secret?"),
        (["--secret", "a", "--secret-from-env", "B"], "not allowed with argument"),
    ],
)
def test_a_mistake_is_explained(tmp_path: Path, words: list[str], said: str) -> None:
    """Wrong usage is exit code 2 and a sentence that helps."""
    found = inspector("verify", *words, home=tmp_path, stdin=captured(tmp_path).read_bytes())
    assert found.returncode == 2
    assert said in found.stderr
    assert found.stdout == ""


def test_a_request_that_nobody_recognises_wants_a_name(tmp_path: Path) -> None:
    """Without a connector there are no rules to judge by."""
    found = inspector("verify", home=tmp_path, stdin=b"POST / HTTP/1.1\n\nhello")
    assert found.returncode == 2
    assert "--connector stripe" in found.stderr


def line(broken: Broken) -> dict[str, Any]:
    """A broken delivery as a line of `inspector handle --jsonl`."""
    return {
        "connector": broken.connector,
        "url": broken.request.url,
        "headers": list(broken.request.headers),
        "body": broken.request.body.decode("utf-8", "surrogateescape"),
        "settings": dict(broken.settings),
        "received_at": broken.now,
    }


def test_handle_gives_the_same_words_and_no_secret(tmp_path: Path) -> None:
    """Every broken delivery has its diagnosis in `handle`'s answer, in the same frame, and no secret is told."""
    alone = {name: each for name, each in BREAKS.items() if not each.others and not each.request.received_at}
    text = "".join(json.dumps(line(each)) + "\n" for each in alone.values())
    found = inspector("handle", "--jsonl", home=tmp_path, stdin=text)
    answers = [json.loads(each) for each in found.stdout.splitlines()]
    assert found.returncode == 0
    assert [each["error"] for each in answers] == [None] * len(alone)
    assert [each["diagnosis"]["sentence"] for each in answers] == [each.sentence for each in alone.values()]
    for each, told in zip(alone.values(), found.stdout.splitlines(), strict=True):
        secrets = {
            text.strip() for name, text in each.settings.items() if name not in ("notification_url", "public_key")
        }
        diagnosis = json.dumps(json.loads(told)["diagnosis"])
        assert not [text for text in secrets if len(text) > 4 and text in diagnosis]


def test_a_good_answer_has_no_diagnosis(tmp_path: Path) -> None:
    """The frame of a valid request is the documented one and nothing else."""
    text = json.dumps(
        {
            "connector": "stripe",
            "headers": {"Stripe-Signature": signature(BODY)},
            "body": BODY.decode(),
            "secret": SECRET,
            "received_at": NOW,
        }
    )
    [told] = inspector("handle", "--jsonl", home=tmp_path, stdin=text + "\n").stdout.splitlines()
    assert "diagnosis" not in json.loads(told)


@pytest.mark.parametrize("name", ["blanks", "hex for base64", "api key of Stripe", "keys swapped", "cut signature"])
@pytest.mark.parametrize("how", [[], ["--json"]], ids=["text", "json"])
def test_no_output_tells_a_secret(tmp_path: Path, name: str, how: list[str]) -> None:
    """Neither the words nor the object hold a secret, the configured or the right one, nor a signature to use."""
    broken = BREAKS[name]
    file = tmp_path / "request.http"
    file.write_bytes(write_http(broken.request))
    settings = [f"--setting={key}={text}" for key, text in broken.settings.items() if text]
    words = ("--connector", broken.connector, *settings, "--at", str(broken.now), *how)
    found = inspector("verify", file, *words, home=tmp_path)
    assert found.returncode == 1
    assert broken.sentence in found.stdout
    head = found.stdout.partition("signed text")[0] if not how else json.dumps(json.loads(found.stdout)["diagnosis"])
    secret = next(iter(broken.settings.values())).strip()
    assert secret not in found.stdout + found.stderr
    assert not re.search(r"[0-9a-f]{32}|[A-Za-z0-9+/]{43}", head)
