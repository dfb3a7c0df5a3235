"""inspector simulate: a processor's behaviour against an app in a process of its own."""

import json
from pathlib import Path

import pytest
from tests.cli.running import SECRET, inspector
from tests.cli.test_replay import stripe_app

WORDS = ("simulate", "--connector", "stripe", "--event", "payment_intent.succeeded", "--count", "5")


def test_the_report_says_what_the_processor_believes(tmp_path: Path) -> None:
    """A line a delivery with the answer and when it comes again; the sum of it at the end."""
    with stripe_app() as url:
        words = (*WORDS, "--schedule", "1min,5min", "--outage", "30s", "--secret", SECRET, "--to", url)
        good = inspector(*words, home=tmp_path)
        lines = inspector(*words, "--json", home=tmp_path).stdout.splitlines()
        bad = inspector(*words, "--setting", "signing_secret=another", home=tmp_path)
    assert good.returncode == 0, good.stderr
    assert "the app cannot be reached, again after 1min" in good.stdout
    assert "5 deliveries of 5 events" in good.stderr
    assert "believes 5 to be received, and gave 0 up" in good.stderr
    tries = [json.loads(line) for line in lines]
    assert [(each["event"], each["what"]) for each in tries[-5:]] == [(number, "try") for number in range(1, 6)]
    assert bad.returncode == 1
    assert "400" in bad.stdout
    assert "given up" in bad.stdout
    assert "gave 5 up" in bad.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--secret", "x"), "documents no times for its retries"),
        (("--schedule", "1min"), "No secret of Stripe is set"),
        (("--schedule", "soon"), "schedule: 'soon' is not understood"),
        (("--lost", "2"), "is not between 0 and 1"),
    ],
)
def test_mistakes_are_told_before_anything_is_sent(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """With exit code 2."""
    found = inspector(*WORDS, "--to", ":1", *words, home=tmp_path)
    assert found.returncode == 2
    assert said in found.stderr
