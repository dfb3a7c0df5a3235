"""inspector coverage: what arrived and no rule uses, for a person and for a program."""

import json
from pathlib import Path

import pytest
from tests.cli.running import event, inspector, listening


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a known event, one of a type that no rule names, and one of nobody's are stored."""
    home = tmp_path_factory.mktemp("home")
    with listening(home=home) as receiver:
        known = json.loads(event())
        known["data"]["object"]["note"] = "a\x1b]0;title\x07b" + "é" * 400
        receiver.post("/stripe", json.dumps(known).encode())
        receiver.post("/stripe", event("brand.new\x1b[31m", identifier="evt_2"))
        receiver.post("/", b"hello")
        receiver.stop()
    return home


def test_types_stand_before_fields(stored: Path) -> None:
    """What no rule names comes first, then fields with their count and an example, each with what to do."""
    found = inspector("coverage", home=stored)
    assert found.returncode == 0
    lines = found.stdout.splitlines()
    assert lines[0] == "stripe: 2 events of 2 native types"
    kind = next(number for number, line in enumerate(lines) if "brand.new" in line)
    field = next(number for number, line in enumerate(lines) if "data.object.note" in line)
    assert lines[kind].split() == ["1", "brand.new␛[31m", "no", "rule", "names", "it"]
    assert kind < field
    assert "[types]" in found.stdout
    assert "[fields]" in found.stdout


def test_hostile_bytes_are_made_visible_and_long_ones_cut(stored: Path) -> None:
    """Nothing that was sent speaks to the terminal, and a line has an end."""
    found = inspector("coverage", home=stored)
    assert "\x1b" not in found.stdout
    assert "a␛]0;title␇b" in found.stdout
    assert max(map(len, found.stdout.splitlines())) < 200


def test_a_line_of_json_a_connector(stored: Path) -> None:
    """A program gets everything, with what did not arrive."""
    found = json.loads(inspector("coverage", "--json", "--connector", "stripe", home=stored).stdout)
    assert found["connector"] == "stripe"
    assert found["types"] == [{"native_type": "brand.new\x1b[31m", "words": "", "by": "", "events": 1}]
    assert [(each["path"], each["events"], len(each["example"])) for each in found["fields"]] == [
        ("data.object.note", 1, 200)
    ]
    assert "charge.refunded" in found["unseen"]
    assert "payment_intent.succeeded" not in found["unseen"]


def test_strict_fails_while_a_type_has_no_rule(stored: Path) -> None:
    """A build can be made to fail for a type that nobody has looked at."""
    assert inspector("coverage", "--strict", home=stored).returncode == 1
    assert inspector("coverage", "--strict", "--connector", "adyen", home=stored).returncode == 0


def test_nothing_stored_and_no_such_connector(stored: Path, tmp_path: Path) -> None:
    """Where there is nothing, it is said how to get something; a wrong name ends with exit code 2."""
    assert "inspector demo" in inspector("coverage", home=tmp_path).stderr
    assert "has no events of adyen" in inspector("coverage", "--connector", "adyen", home=stored).stderr
    wrong = inspector("coverage", "--connector", "strip", home=stored)
    assert wrong.returncode == 2
    assert "There is no connector 'strip'" in wrong.stderr
