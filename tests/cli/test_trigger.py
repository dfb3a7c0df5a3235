"""inspector trigger: a sample, signed as its processor would, at the receiver or anywhere else."""

import json
from pathlib import Path

import pytest
import stripe
from tests.cli.running import SECRET, Listening, connectors_folder, event, inspector, listening, sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stripe's document with two samples."""
    place = connectors_folder(tmp_path)
    sample(place, "paid", event("payment_intent.succeeded", identifier="evt_1OabcdefGHIJKLMN"))
    sample(place, "dispute", event("charge.dispute.created"))
    return place


def to(receiver: Listening, path: str = "/stripe") -> tuple[str, str]:
    """The words that send it there."""
    return "--to", f"http://127.0.0.1:{receiver.port}{path}"


def test_the_receiver_verifies_what_is_sent(folder: Path, tmp_path: Path) -> None:
    """With one secret on both sides the delivery is VALID; each has an event id of its own."""
    secret = {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET}
    with listening("--json", home=tmp_path, **secret) as receiver:
        words = ("trigger", "stripe", "payment_intent.succeeded", *to(receiver), "--connectors", folder)
        found = inspector(*words, home=tmp_path, **secret)
        inspector(*words, home=tmp_path, **secret)
        first, second = receiver.json(), receiver.json()
    assert found.returncode == 0
    assert found.stdout.startswith("200 OK in ")
    assert first["verification"]["verdict"] == second["verification"]["verdict"] == "VALID"
    assert first["events"][0]["event_id"] != second["events"][0]["event_id"]
    assert second["duplicate_of"] is None
    assert SECRET not in found.stdout + found.stderr


@pytest.mark.parametrize("word", ["dispute", "charge.dispute.created", "WEBHOOK_DISPUTE_OPENED", "dispute_created"])
def test_an_event_is_found_by_any_of_its_names(folder: Path, tmp_path: Path, word: str) -> None:
    """The sample's name, the processor's name, our event type, and the older public name mean the same."""
    found = inspector("trigger", "stripe", word, "--print", "--connectors", folder, home=tmp_path)
    assert b"charge.dispute.created" in found.stdout.encode()


def test_stripes_library_accepts_what_is_printed(folder: Path, tmp_path: Path) -> None:
    """--print writes the signed request as a .http file; the official library verifies it."""
    words = ("trigger", "stripe", "paid", "--print", "--set", "data.object.amount=5000", "--secret", SECRET)
    found = inspector(*words, "--connectors", folder, home=tmp_path)
    head, _, body = found.stdout.partition("\n\n")
    header = next(line for line in head.splitlines() if line.startswith("Stripe-Signature: ")).partition(": ")[2]
    read = stripe.Webhook.construct_event(body, header, SECRET)
    assert read.data.object["amount"] == 5000
    assert "X-Kept: ja" in head
    assert found.stderr == ""


def test_a_bad_one_can_be_sent_on_purpose(folder: Path, tmp_path: Path) -> None:
    """Changed after signing, signed long ago, with another secret, or without a signature: each is seen through."""
    secret = {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET}
    flags = {
        ("--bad", "changed-byte"): "INVALID",
        ("--bad", "wrong-secret"): "INVALID",
        ("--bad", "stale"): "EXPIRED",
        ("--bad", "missing-signature"): "MISSING",
        ("--tamper",): "INVALID",
        ("--stale",): "EXPIRED",
        ("--stale", "6"): "EXPIRED",
        ("--unsigned",): "MISSING",
    }
    with listening("--json", home=tmp_path, **secret) as receiver:
        for words, verdict in flags.items():
            more = (*words, *to(receiver))
            inspector("trigger", "stripe", "paid", *more, "--connectors", folder, home=tmp_path, **secret)
            assert receiver.json()["verification"]["verdict"] == verdict, words


def test_what_would_not_be_bad_is_not_sent(folder: Path, tmp_path: Path) -> None:
    """Four minutes are within Stripe's tolerance: that is said, exit code 2."""
    found = inspector("trigger", "stripe", "paid", "--stale", "4", "--print", "--connectors", folder, home=tmp_path)
    assert found.returncode == 2
    assert "Stripe accepts a signature that is 4 min old" in found.stderr
    assert found.stdout == ""


def test_without_a_secret_a_throwaway_one_signs_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    """A warning on standard error names the variable to set."""
    found = inspector("trigger", "stripe", "paid", "--print", "--connectors", folder, home=tmp_path)
    assert found.returncode == 0
    assert "set INSPECTOR_STRIPE_SIGNING_SECRET" in found.stderr


def test_a_secret_that_is_its_own_signature_is_not_printed(folder: Path, tmp_path: Path) -> None:
    """Where a processor sends a shared token, a printed request would show the configured one: it is refused."""
    document = folder / "stripe" / "connector.toml"
    text = document.read_text(encoding="utf-8")
    start, end = text.index("[signature]"), text.index("[event]")
    token = '[signature]\nscheme = "token"\nsetting = "signing_secret"\nvalue = "header:x-token"\n\n'
    document.write_text(text[:start] + token + text[end:], encoding="utf-8")
    words = ("trigger", "stripe", "paid", "--print", "--connectors", folder)
    refused = inspector(*words, home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
    assert refused.returncode == 1
    assert SECRET not in refused.stdout + refused.stderr
    other = inspector(*words, "--secret", "another", home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
    assert "X-Token: another" in other.stdout


def test_the_list_shows_what_can_be_sent(folder: Path, tmp_path: Path) -> None:
    """Every sample with its native event and event type."""
    found = inspector("trigger", "stripe", "--list", "--connectors", folder, home=tmp_path)
    assert [line.split() for line in found.stdout.splitlines()[1:]] == [
        ["dispute", "charge.dispute.created", "WEBHOOK_DISPUTE_OPENED"],
        ["paid", "payment_intent.succeeded", "PAYMENT_INTENT_SUCCESS"],
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stripe", "payment_intent.suceeded"], "Did you mean payment_intent.succeeded?"),
        (["strpe", "paid"], "Did you mean stripe?"),
        (["stripe", "paid", "--set", "data.object.amuont=1"], "Did you mean data.object.amount?"),
        (["stripe", "paid", "--set", "amount"], "'amount' is not NAME=VALUE"),
    ],
)
def test_a_word_that_fits_nothing_names_the_nearest(folder: Path, tmp_path: Path, words: list[str], said: str) -> None:
    """A misspelt event, connector or path exits with 2 and the word that was meant."""
    found = inspector("trigger", *words, "--print", "--connectors", folder, home=tmp_path)
    assert found.returncode == 2
    assert said in found.stderr


def test_the_answer_is_printed_and_decides_the_exit_code(folder: Path, tmp_path: Path) -> None:
    """An answer other than 2xx, or none, exits with 1 and says so."""
    with listening("--max-body", "100", home=tmp_path) as receiver:
        found = inspector("trigger", "stripe", "paid", *to(receiver), "--connectors", folder, home=tmp_path)
        port = receiver.port
    assert found.returncode == 1
    assert found.stdout.startswith("413 ")
    assert "larger than 100 bytes" in found.stdout
    gone = inspector("trigger", "stripe", "paid", "--to", f":{port}", "--connectors", folder, home=tmp_path)
    assert gone.returncode == 1
    assert f"Nothing listens on http://localhost:{port}" in gone.stderr
    assert "inspector listen" in gone.stderr


def test_an_account_has_its_own_path_and_secret(folder: Path, tmp_path: Path) -> None:
    """stripe/shop is signed with the secret of that label and sent to its path."""
    variables = {"INSPECTOR_STRIPE__SHOP__SIGNING_SECRET": SECRET, "INSPECTOR_STRIPE_SIGNING_SECRET": "whsec_other"}
    with listening("--json", home=tmp_path, **variables) as receiver:
        words = ("trigger", "stripe/shop", "paid", "--connectors", folder)
        inspector(*words, home=tmp_path, INSPECTOR_PORT=str(receiver.port), **variables)
        found = receiver.json()
    assert found["label"] == "shop"
    assert found["verification"]["verdict"] == "VALID"
    assert json.dumps(found).count(SECRET) == 0
