"""inspector events: what is stored, for a person and for a program."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import ROOT, SECRET, environment, event, inspector, listening


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which three deliveries are stored, two of them the same event."""
    home = tmp_path_factory.mktemp("home")
    with listening(home=home) as receiver:
        receiver.post("/stripe", event())
        receiver.post("/stripe", event())
        receiver.post("/stripe", event("charge.failed", amount=250, identifier="evt_2"))
        receiver.stop()
    return home


def test_a_table_has_a_line_an_event(stored: Path) -> None:
    """The oldest event comes first, under a head, with its date; a repeated one is marked."""
    found = inspector("events", home=stored)
    head, *lines = found.stdout.splitlines()
    assert head.split() == ["time", "processor", "event", "type", "native", "amount", "signature"]
    assert ["payment_intent.succeeded" in line for line in lines] == [True, True, False]
    assert "×2" not in lines[0]
    assert "×2" in lines[1]
    assert found.stderr == ""


def test_lines_of_json_are_those_of_listen(stored: Path) -> None:
    """A program gets a line a delivery, with its number, whether it is a duplicate, and the answer of handle."""
    lines = [json.loads(line) for line in inspector("events", "--json", home=stored).stdout.splitlines()]
    assert [line["delivery"] for line in lines] == [1, 2, 3]
    assert [line["duplicate_of"] for line in lines] == [None, 1, None]
    assert lines[2]["events"][0]["event_type"] == "PAYMENT_INTENT_FAILURE"
    assert lines[0]["attempts"] == []


def test_a_filter_narrows_and_says_how_much_it_hides(stored: Path) -> None:
    """What the filter hides is counted on standard error."""
    found = inspector("events", "--filter", "native:charge.* amount:<3", home=stored)
    assert len(found.stdout.splitlines()) == 2
    assert "2 of 3 events are hidden by the filter" in found.stderr
    newest = inspector("events", "--limit", "1", home=stored)
    assert "charge.failed" in newest.stdout.splitlines()[1]
    assert "the newest 1 of 3" in newest.stderr


def test_a_wrong_filter_is_underlined(stored: Path) -> None:
    """A term that means nothing ends the command with exit code 2, the term underlined, the reason below."""
    found = inspector("events", "--filter", "evt_1 amout:>3", home=stored)
    assert found.returncode == 2
    assert found.stdout == ""
    assert found.stderr.splitlines()[1:] == [
        "  evt_1 amout:>3",
        "        ^^^^^^^^",
        "  there is no key amout; did you mean amount?",
    ]


def test_an_empty_session_names_the_others(stored: Path, tmp_path: Path) -> None:
    """Where there is nothing to show, it is said where there is, or how to get something."""
    assert "there are default (3)" in inspector("events", "--session", "other", home=stored).stderr
    assert "inspector demo" in inspector("events", home=tmp_path).stderr


def test_follow_goes_on_with_what_another_process_stores(stored: Path) -> None:
    """--follow prints what arrives at a receiver that runs elsewhere, until Ctrl+C."""
    words = [sys.executable, "-m", "inspector", "events", "--follow", "--json", "--filter", "evt_9"]
    process = subprocess.Popen(words, env=environment(stored), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with listening(home=stored, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET) as receiver:
        receiver.post("/stripe", event(identifier="evt_8"))
        receiver.post("/stripe", event(identifier="evt_9"))
        assert process.stdout
        assert json.loads(process.stdout.readline())["events"][0]["event_id"] == "evt_9"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_reader_that_has_enough_is_no_error(stored: Path) -> None:
    """`inspector events | head -1` ends quietly."""
    script = f"{sys.executable} -m inspector events | head -c 1"
    found = subprocess.run(script, shell=True, env=environment(stored), cwd=ROOT, capture_output=True, text=True)
    assert found.stderr == ""
