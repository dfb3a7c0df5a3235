"""inspector secrets: kept where only the user finds them, in force for every command, and never shown."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.running import ROOT, SECRET, connectors_folder, environment, event, inspector, listening, sample
from tests.cli.test_listen import signed_now

OTHER = "whsec_the_one_from_before"


@pytest.fixture
def system(tmp_path: Path) -> dict[str, str]:
    """The variables under which there is a keyring."""
    return {"PYTHON_KEYRING_BACKEND": "tests.keyrings.FileKeyring", "TEST_KEYRING": str(tmp_path / "keyring.json")}


def kept(home: Path, account: str = "stripe", *more: str, text: str = SECRET, **variables: str) -> str:
    """Keep a secret; what was said about it."""
    found = inspector("secrets", "set", account, *more, home=home, stdin=f"{text}\n", **variables)
    assert found.returncode == 0, found.stderr
    assert text not in found.stdout + found.stderr
    return found.stderr


def rows(home: Path, **variables: str) -> list[dict[str, object]]:
    """What is listed, as JSON."""
    found = inspector("secrets", "list", "--json", home=home, **variables)
    assert SECRET not in found.stdout + found.stderr
    return json.loads(found.stdout)  # type: ignore[no-any-return]


def test_a_kept_secret_verifies_what_arrives(tmp_path: Path, system: dict[str, str]) -> None:
    """In the keyring: its file holds the value, Inspector's holds the name, and the receiver says VALID."""
    said = kept(tmp_path, **system)
    assert "stripe: signing_secret is kept in the keyring" in said
    assert SECRET in (tmp_path / "keyring.json").read_text()
    listed = tmp_path / ".config" / "inspector" / "secrets.json"
    assert json.loads(listed.read_text()) == {"stripe": {"signing_secret": None}}
    with listening("--json", home=tmp_path, **system) as receiver:
        receiver.post("/stripe", event(), signed_now(event()))
        assert receiver.json()["verification"]["verdict"] == "VALID"


def test_without_a_keyring_it_lies_in_a_file_and_that_is_said(tmp_path: Path) -> None:
    """A warning names the file, which nobody else may read; it is in force all the same."""
    said = kept(tmp_path)
    listed = tmp_path / ".config" / "inspector" / "secrets.json"
    assert str(listed) in said
    assert "there is no keyring to be used" in said
    assert listed.stat().st_mode & 0o777 == 0o600
    folder = connectors_folder(tmp_path)
    sample(folder, "paid", event())
    with listening("--json", home=tmp_path) as receiver:
        words = ("trigger", "stripe", "paid", "--to", f":{receiver.port}/stripe", "--connectors", folder)
        assert "throwaway" not in inspector(*words, home=tmp_path).stderr
        assert receiver.json()["verification"]["verdict"] == "VALID"


def test_a_receiver_that_runs_takes_what_is_kept_meanwhile(tmp_path: Path) -> None:
    """Without a restart: the list is looked at every second."""
    with listening("--json", home=tmp_path) as receiver:
        receiver.post("/stripe", event(), signed_now(event()))
        assert receiver.json()["verification"]["verdict"] == "NO_SECRET"
        kept(tmp_path)
        verdicts = []
        for turn in range(200):
            time.sleep(0.05)
            body = event(identifier=f"evt_{turn}")
            receiver.post("/stripe", body, signed_now(body))
            verdicts.append(receiver.json()["verification"]["verdict"])
            if verdicts[-1] == "VALID":
                break
    assert verdicts[-1] == "VALID"


def test_each_account_has_its_own(tmp_path: Path) -> None:
    """By the label of the path."""
    kept(tmp_path, "stripe", text="whsec_of_another")
    kept(tmp_path, "stripe/shop")
    with listening("--json", home=tmp_path) as receiver:
        for path in ("/stripe", "/stripe/shop"):
            receiver.post(path, event(), signed_now(event()))
        assert [receiver.json()["verification"]["verdict"] for _ in "ab"] == ["INVALID", "VALID"]


def test_while_it_is_rotated_both_are_accepted(tmp_path: Path) -> None:
    """What the old one signed and what the new one signs; without the old one again, the new one only."""
    kept(tmp_path, text=OTHER)
    assert "accepted as well" in kept(tmp_path, "stripe", "--rotate")
    body = event()
    with listening("--json", home=tmp_path) as receiver:
        for secret in (OTHER, SECRET):
            receiver.post("/stripe", body, signed_now(body, secret))
            assert receiver.json()["verification"]["verdict"] == "VALID"
    inspector("secrets", "remove", "stripe", "previous_secret", home=tmp_path)
    with listening("--json", home=tmp_path) as receiver:
        receiver.post("/stripe", body, signed_now(body, OTHER))
        assert receiver.json()["verification"]["verdict"] == "INVALID"


def test_the_list_tells_where_and_what_shape_and_never_what(tmp_path: Path) -> None:
    """Every setting of every account: kept, of the environment, and one that the environment stands before."""
    kept(tmp_path)
    kept(tmp_path, "adyen", text="not-hexadecimal")
    variable = {"INSPECTOR_STRIPE_SIGNING_SECRET": "whsec_other"}
    first, second, third = rows(tmp_path, **variable)
    file = str(tmp_path / ".config" / "inspector" / "secrets.json")
    assert first == {
        "account": "adyen",
        "setting": "hmac_key",
        "where": file,
        "shape": "15 characters",
        "remark": "is not hexadecimal",
        "in_force": True,
    }
    assert (second["where"], second["shape"]) == ("INSPECTOR_STRIPE_SIGNING_SECRET", "whsec_… and 5 characters")
    assert (third["where"], third["in_force"]) == (file, False)
    table = inspector("secrets", "list", home=tmp_path, **variable).stdout
    assert "INSPECTOR_STRIPE_SIGNING_SECRET stands before it" in table
    assert "whsec_other" not in table


def test_what_stands_before_it_and_what_cannot_be_right_is_said_at_once(tmp_path: Path) -> None:
    """It is kept all the same."""
    said = kept(tmp_path, text="sk_live_51Habc", INSPECTOR_STRIPE_SIGNING_SECRET="whsec_other")
    assert "but it looks like a secret API key" in said
    assert "the one in INSPECTOR_STRIPE_SIGNING_SECRET stands before it" in said
    assert "51Habc" not in said


def test_removing_takes_it_out_of_keyring_and_list(tmp_path: Path, system: dict[str, str]) -> None:
    """One setting, or all that is kept of the account; what is not there exits with 1."""
    kept(tmp_path, **system)
    kept(tmp_path, "stripe", "previous_secret", text=OTHER, **system)
    assert inspector("secrets", "remove", "stripe", home=tmp_path, **system).returncode == 0
    assert json.loads((tmp_path / "keyring.json").read_text()) == {}
    assert rows(tmp_path, **system) == []
    found = inspector("secrets", "remove", "stripe", home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET="x", **system)
    assert found.returncode == 1
    assert "stands in INSPECTOR_STRIPE_SIGNING_SECRET" in found.stderr


def test_what_is_kept_of_a_processor_that_is_gone_can_be_removed(tmp_path: Path) -> None:
    """It is listed as such."""
    kept(tmp_path)
    folder = connectors_folder(tmp_path, "adyen")
    listed = inspector("secrets", "list", "--connectors", folder, home=tmp_path)
    assert "there is no such connector" in listed.stdout
    assert inspector("secrets", "remove", "stripe", "--connectors", folder, home=tmp_path).returncode == 0
    assert rows(tmp_path) == []


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["stripe", "signing_secret", SECRET], "", "never stands on the command line"),
        (["stripe", SECRET], "", "There are signing_secret, previous_secret"),
        ([SECRET], "", "There is no such connector"),
        (["stripe", f"--value={SECRET}"], "", "there is no --value"),
        (["stripe", "signing_secert"], "", "Did you mean signing_secret?"),
        (["strpe"], "", "Did you mean stripe?"),
        (["stripe/"], "", "There is no such connector"),
        ([], "", "Which account?"),
        (["stripe"], "\n", "Nothing was given"),
        (["stripe"], f"{SECRET}\n{SECRET}\n", "is one line"),
        (["stripe"], f"{SECRET}\x00", "It is not text"),
        (["stripe"], SECRET * 5000, "longer than 64 KiB"),
        (["stripe", "--rotate"], SECRET, "no signing_secret is kept that could be rotated"),
    ],
)
def test_a_mistake_is_explained_and_repeats_no_secret(tmp_path: Path, words: list[str], stdin: str, said: str) -> None:
    """Exit code 2, nothing is kept, and a secret that stood on the command line is not shown once more."""
    found = inspector("secrets", "set", *words, home=tmp_path, stdin=stdin)
    assert found.returncode == 2
    assert said in found.stderr
    assert SECRET not in found.stdout + found.stderr
    assert not (tmp_path / ".config").exists()


def test_a_key_of_several_lines_comes_through_a_pipe(tmp_path: Path) -> None:
    """PEM keeps its lines."""
    pem = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"
    kept(tmp_path, "trustly", "public_key", text=pem)
    listed = json.loads((tmp_path / ".config" / "inspector" / "secrets.json").read_text())
    assert listed == {"trustly": {"public_key": pem}}
    assert [each["shape"] for each in rows(tmp_path)] == ["PEM"]


def test_on_a_terminal_it_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    """What is typed does not appear, and what it should be is said first."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "inspector", "secrets", "set", "stripe"]
    process = subprocess.Popen(
        words, env=environment(tmp_path), cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    shown = b""
    try:
        while b"(not shown): " not in shown:
            shown += os.read(ours, 4096)
        os.write(ours, f"{SECRET}\n".encode())
        while b"is kept in" not in shown:
            shown += os.read(ours, 4096)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert "The endpoint's signing secret, whsec_…" in shown.decode()
    assert SECRET.encode() not in shown


def test_a_broken_list_stops_no_help_and_is_named(tmp_path: Path) -> None:
    """The file and what to do, and nothing of what stands in it."""
    file = tmp_path / ".config" / "inspector" / "secrets.json"
    file.parent.mkdir(parents=True)
    file.write_text(f'{{"stripe": "{SECRET}"}}')
    found = inspector("secrets", "list", home=tmp_path)
    assert found.returncode == 2
    assert str(file) in found.stderr
    assert SECRET not in found.stderr


def test_the_tunnels_token_is_kept_beside_them(tmp_path: Path) -> None:
    """`ngrok` is an account as well, though it is no processor; where it is listed, nothing is wrong with it."""
    assert inspector("secrets", "set", "ngrok", home=tmp_path, stdin=SECRET).returncode == 0
    [row] = json.loads(inspector("secrets", "list", "--json", home=tmp_path).stdout)
    assert (row["account"], row["setting"], row["remark"], row["in_force"]) == ("ngrok", "authtoken", None, True)
    started = inspector("doctor", "--json", home=tmp_path).stdout
    assert "ngrok" not in started, "it is no processor's secret"
    assert inspector("secrets", "remove", "ngrok", home=tmp_path).returncode == 0
    assert inspector("secrets", "list", "--json", home=tmp_path).stdout == "[]\n"
