"""inspector connectors: what is known about each processor, and whether documents are in order."""

import json
from pathlib import Path

import pytest
from tests.cli.running import ROOT, connectors_folder, inspector

MISTAKEN = """name = "shop"
title = "Shop"
docs = "http://docs.example"

[settings]
secret = "The secret"

[signature]
scheme = "hmac"
hash = "sha265"
key = { setting = "secert" }
value = { in = "header:x-signature" }
signed = "{body}"

[event]
type = "type"
id = "id"

[types.payment]
"paid" = "PAYMENT_INTENT_SUCCES"

[fields.payment]
amuont = "amount"
"""


def test_the_list_names_every_connector(tmp_path: Path) -> None:
    """A line a processor, with its signature, its events and its settings."""
    lines = inspector("connectors", home=tmp_path).stdout.splitlines()
    names = sorted(path.parent.name for path in ROOT.glob("connectors/*/connector.toml"))
    assert lines[0].split() == ["name", "processor", "signature", "events", "families", "samples", "settings"]
    assert [line.split()[0] for line in lines[1:]] == names


def test_the_json_holds_what_the_documents_say(tmp_path: Path) -> None:
    """A program gets an array of connectors with settings, native events and event types."""
    found = {each["name"]: each for each in json.loads(inspector("connectors", "--json", home=tmp_path).stdout)}
    stripe = found["stripe"]
    assert list(stripe["settings"]) == ["signing_secret"]
    assert stripe["native_events"]["payment_intent.succeeded"] == "PAYMENT_INTENT_SUCCESS"
    assert "WEBHOOK_DISPUTE_OPENED" in stripe["event_types"]
    assert stripe["scheme"] == "HMAC-SHA256"


def test_show_is_a_page_about_one(tmp_path: Path) -> None:
    """Settings with the variables to set, every native event, every field with its place, retries, the link."""
    text = inspector("connectors", "show", "stripe", home=tmp_path).stdout
    for said in ("https://docs.stripe.com", "INSPECTOR_STRIPE_SIGNING_SECRET", "charge.refunded", "data.object.amount"):
        assert said in text
    one = json.loads(inspector("connectors", "show", "stripe", "--json", home=tmp_path).stdout)
    assert one["name"] == "stripe"


def test_the_repositorys_documents_are_clean(tmp_path: Path) -> None:
    """`inspector connectors check connectors` finds nothing, and says how much it read."""
    found = inspector("connectors", "check", "connectors", home=tmp_path)
    assert found.stdout == ""
    assert found.returncode == 0
    assert found.stderr.endswith("documents: no mistakes\n")


def test_every_mistake_is_named_with_file_and_line(tmp_path: Path) -> None:
    """Five mistakes in a document are five lines: file, line, key, what is wrong, and the word that was meant."""
    document = tmp_path / "shop" / "connector.toml"
    document.parent.mkdir()
    document.write_text(MISTAKEN)
    found = inspector("connectors", "check", tmp_path / "shop", home=tmp_path)
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{document}:{number}" for number in (3, 10, 11, 20, 23)]
    assert "did you mean secret" in lines[2]
    assert "did you mean PAYMENT_INTENT_SUCCESS" in lines[3]
    assert "did you mean amount" in lines[4]
    assert found.stderr == "1 document: 5 mistakes\n"


def test_a_sample_without_its_outcome_is_a_mistake(tmp_path: Path) -> None:
    """Documents and samples are checked together."""
    folder = connectors_folder(tmp_path)
    (folder / "stripe" / "samples" / "paid.http").write_text("POST /stripe\n\n{}")
    found = inspector("connectors", "check", folder, home=tmp_path)
    assert found.returncode == 1
    assert "paid.expected.json is missing" in found.stdout


@pytest.mark.parametrize("words", [["check", "src"], ["show"], ["show", "a", "b"]])
def test_nothing_to_look_at_is_wrong_usage(tmp_path: Path, words: list[str]) -> None:
    """A folder without documents, or no name, exits with 2."""
    assert inspector("connectors", *words, home=tmp_path).returncode == 2


def test_the_schema_in_the_repository_is_the_one_of_the_models(tmp_path: Path) -> None:
    """An editor that completes by connectors/connector.schema.json completes what the loader takes."""
    found = inspector("connectors", "schema", home=tmp_path).stdout
    kept = (ROOT / "connectors" / "connector.schema.json").read_text(encoding="utf-8")
    assert found == kept, "run: inspector connectors schema > connectors/connector.schema.json"


def test_the_table_in_the_readme_is_the_one_that_the_command_prints(tmp_path: Path) -> None:
    """The README lists every processor with what it has today."""
    found = inspector("connectors", "--markdown", home=tmp_path).stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert found in readme, "put the output of `inspector connectors --markdown` into README.md"


def test_the_matrix_shows_every_gap(tmp_path: Path) -> None:
    """A row an event type, a column a processor; the same facts as text, Markdown and JSON."""
    rows = json.loads(inspector("connectors", "matrix", "--json", home=tmp_path).stdout)
    text = inspector("connectors", "matrix", home=tmp_path).stdout
    table = inspector("connectors", "matrix", "--markdown", home=tmp_path).stdout
    assert "stripe" in rows["PAYMENT_INTENT_SUCCESS"]
    assert rows["EXTERNAL_AUTHENTICATION_ARES"] == []
    for kind, having in rows.items():
        line = next(line for line in text.splitlines() if line.startswith(f"{kind} "))
        assert line.endswith(f" {len(having)}")
        assert line.count("●") == len(having)
        assert next(line for line in table.splitlines() if line.startswith(f"| {kind} |")).count("●") == len(having)
    assert max(map(len, text.splitlines())) <= 100


def test_a_few_processors_are_compared_by_name(tmp_path: Path) -> None:
    """In the order in which they are named; a name that is not there is told with the one that is meant."""
    rows = json.loads(inspector("connectors", "matrix", "square", "adyen", "--json", home=tmp_path).stdout)
    assert rows["PAYMENT_INTENT_SUCCESS"] == ["square"]
    assert rows["WEBHOOK_REFUND_SUCCESS"] == ["square", "adyen"]
    for action in ("list", "show", "matrix"):
        wrong = inspector("connectors", action, "strpe", home=tmp_path)
        assert (wrong.returncode, "Did you mean stripe?" in wrong.stderr) == (2, True)
    assert inspector("connectors", "--json", "--markdown", home=tmp_path).returncode == 2


def test_a_processor_is_a_page_of_markdown(tmp_path: Path) -> None:
    """For QA: settings, events and fields of one processor, to be put where a team reads."""
    page = inspector("connectors", "show", "stripe", "--markdown", home=tmp_path).stdout
    assert page.startswith("# Stripe")
    assert "| charge.failed | PAYMENT_INTENT_FAILURE |" in page
    assert "| INSPECTOR_STRIPE_SIGNING_SECRET |" in page
