"""inspector probe: a table for a person, an array for a program, and an exit code for a build."""

import json
from pathlib import Path

import pytest
from tests.cli.running import SECRET, inspector, listening

VARIABLE = {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET}


def test_an_app_that_refuses_what_is_bad_passes(tmp_path: Path) -> None:
    """The receiver itself, told to reject what is not verified, is such an app: exit code 0, a line a delivery."""
    with listening("--answer", "reject", home=tmp_path, **VARIABLE) as receiver:
        words = ("probe", "--to", f":{receiver.port}/stripe", "--connector", "stripe")
        found = inspector(*words, home=tmp_path, **VARIABLE)
    assert found.returncode == 0
    assert [line.split()[:3] for line in found.stdout.splitlines()] == [
        ["good", "accepted", "200"],
        *([kind, "refused", "401"] for kind in ("changed-byte", "stale", "wrong-secret", "missing-signature")),
    ]
    assert "believes no bad one" in found.stderr
    assert SECRET not in found.stdout + found.stderr


def test_an_app_that_accepts_what_is_bad_fails_the_build(tmp_path: Path) -> None:
    """Exit code 1, and as JSON each finding with its remark; the secret may be given to the command."""
    with listening(home=tmp_path) as receiver:
        words = ("probe", "--to", f":{receiver.port}/stripe", "--connector", "stripe", "--secret", SECRET)
        found = inspector(*words, "--json", home=tmp_path)
        table = inspector(*words, home=tmp_path)
    rows = json.loads(found.stdout)
    assert found.returncode == table.returncode == 1
    assert [row["finding"] for row in rows] == [False, True, True, True, True]
    assert all(row["remark"] for row in rows[1:])
    assert "does not verify signatures at all" in table.stderr
    assert SECRET not in found.stdout + found.stderr + table.stdout + table.stderr


def test_without_the_right_secret_nothing_is_proven(tmp_path: Path) -> None:
    """The good one is refused: that is the finding, and the refusals of the others prove nothing."""
    with listening("--answer", "reject", home=tmp_path, **VARIABLE) as receiver:
        words = ("probe", "--to", f":{receiver.port}/stripe", "--connector", "stripe", "--secret", "whsec_other")
        found = inspector(*words, home=tmp_path)
    assert found.returncode == 1
    assert "same secret" in found.stdout
    assert "prove nothing" in found.stderr


@pytest.mark.parametrize("name", ["mercadopago", "klarna", "mollie", "flutterwave", "paypal"])
def test_an_event_that_is_signed_is_chosen(tmp_path: Path, name: str) -> None:
    """Where a processor signs some of its events only; for PayPal nobody but PayPal has a key to sign with."""
    found = inspector("probe", "--to", ":1/hooks", "--connector", name, "--secret", "c2VjcmV0c2VjcmV0", home=tmp_path)
    said = "signing_key" if name == "paypal" else "nothing is proven"
    assert found.returncode == 1
    assert said in found.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--connector", "stripe"], "No secret of Stripe is set"),
        (["--connector", "strpe"], "Did you mean stripe?"),
        (["--connector", "itaubank"], "does not sign this event"),
        (["--connector", "stripe", "--secret", "x", "--event", "refnd"], "There is no sample 'refnd' of stripe"),
        (["--connector", "stripe", "--secret", "x", "--to", "ftp://x"], "is not an address"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, words: list[str], said: str) -> None:
    """Exit code 2, and nothing is sent."""
    found = inspector("probe", "--to", ":1/hooks", *words, home=tmp_path)
    assert found.returncode == 2
    assert said in found.stderr
