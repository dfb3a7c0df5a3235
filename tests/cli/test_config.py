"""inspector config: what is in force and from where, every mistake with its line, profiles, and the schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import ROOT, SECRET, inspector, listening

FILE = """\
[listen]
port = 5000
session = "checkout"

[connectors.stripe]
signing_secret = "SECRET"

[keys]
mark = "M"

[profiles.staging.listen]
session = "staging"
forward_to = "https://staging.example.com/webhooks"

[profiles.staging.connectors."stripe/shop"]
signing_secret = "SECRET"
""".replace("SECRET", SECRET)

MODES = "Write ack, reject, app, app:5s:ack, outage, a status such as 429, 503:10min or 503:20"


def project(place: Path, text: str = FILE) -> Path:
    """A folder with an inspector.toml."""
    (place / "project").mkdir(exist_ok=True)
    (place / "project" / "inspector.toml").write_text(text)
    return place / "project"


def shown(home: Path, cwd: Path, *words: str, **variables: str) -> dict[str, tuple[Any, str]]:
    """What is in force: value and place by name."""
    found = inspector("config", "show", "--json", *words, home=home, cwd=cwd, **variables)
    assert SECRET not in found.stdout + found.stderr
    return {each["name"]: (each["value"], each["from"]) for each in json.loads(found.stdout)}


def test_where_each_value_comes_from(tmp_path: Path) -> None:
    """Default, file, environment; of a secret only that it is set, and where."""
    found = shown(tmp_path, project(tmp_path), INSPECTOR_PORT="6000", INSPECTOR_ADYEN_HMAC_KEY=SECRET)
    assert found["listen.port"] == (6000, "INSPECTOR_PORT")
    assert found["listen.session"] == ("checkout", "inspector.toml")
    assert found["listen.host"] == ("127.0.0.1", "default")
    assert found["keys.mark"] == (["M"], "inspector.toml")
    assert found["stripe: signing_secret"] == ("set", "inspector.toml")
    assert found["adyen: hmac_key"] == ("set", "INSPECTOR_ADYEN_HMAC_KEY")


def test_a_profile_stands_over_the_rest(tmp_path: Path) -> None:
    """By the flag or by the variable; what it does not name stays; one that is not there is told with the near one."""
    place = project(tmp_path)
    for found in (shown(tmp_path, place, "--profile", "staging"), shown(tmp_path, place, INSPECTOR_PROFILE="staging")):
        assert found["listen.session"][0] == "staging"
        assert found["listen.port"][0] == 5000
        assert found["stripe: signing_secret"][0] == found["stripe/shop: signing_secret"][0] == "set"
    assert "stripe/shop: signing_secret" not in shown(tmp_path, place)
    wrong = inspector("events", "--profile", "stagin", home=tmp_path, cwd=place)
    assert wrong.returncode == 2
    assert "There is no profile 'stagin' (did you mean staging?)" in wrong.stderr


def test_a_receiver_runs_by_its_profile(tmp_path: Path) -> None:
    """`inspector listen --profile` takes its session from there."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text('[profiles.night.listen]\nsession = "night"\n')
    with listening("--json", "--profile", "night", home=tmp_path) as receiver:
        receiver.post("/stripe", b"{}")
        assert receiver.json()["session"] == "night"


def checked(home: Path, text: str) -> tuple[int, list[str]]:
    """The exit code and the mistakes of a file."""
    place = project(home, text)
    found = inspector("config", "check", home=home, cwd=place)
    assert SECRET not in found.stdout + found.stderr
    return found.returncode, found.stdout.splitlines()


def test_a_file_without_a_mistake_is_told_so(tmp_path: Path) -> None:
    """Exit code 0, and nothing on standard output."""
    assert checked(tmp_path, FILE) == (0, [])


def test_every_mistake_has_its_file_and_line(tmp_path: Path) -> None:
    """All of them at once, the near word where there is one, and no value."""
    code, lines = checked(
        tmp_path,
        f"""[listen]
port = 70000
sesion = "x"

[profiles.staging.listen]
answer = "{SECRET}"
[connectors.stripe]
signing_secret = 12345678
""",
    )
    assert code == 1
    assert lines == [
        "inspector.toml:2: listen.port: input should be less than or equal to 65535",
        "inspector.toml:3: listen.sesion: extra inputs are not permitted (did you mean session?)",
        f"inspector.toml:6: profiles.staging.listen.answer: this is no answer mode. {MODES}",
        "inspector.toml:8: connectors.stripe.signing_secret: input should be a valid string",
    ]


def test_names_that_mean_nothing_are_mistakes_as_well(tmp_path: Path) -> None:
    """Of a connector, a setting, an action, a key; also in a profile, and beside what has another form."""
    code, lines = checked(
        tmp_path,
        """[connectors.strip]
signing_secret = "x"
[connectors.stripe]
signing_secert = "x"
[connectors.ngrok]
authtoken = "x"
[keys]
forwrd = "f"
mark = "nokey"
help = 7
[profiles.staging.keys]
filter = "nokey"
""",
    )
    nokey = "'nokey' is not a key; write f, F, ctrl+f, f5, space, enter, escape, up …"
    assert code == 1
    assert lines == [
        "inspector.toml:1: connectors.strip: there is no such connector (did you mean stripe?)",
        "inspector.toml:4: connectors.stripe.signing_secert: Stripe has no such setting (did you mean signing_secret?)",
        "inspector.toml:8: keys.forwrd: there is no such action; did you mean forward?",
        f"inspector.toml:9: keys.mark: {nokey}",
        "inspector.toml:10: keys.help: input should be a valid list",
        f"inspector.toml:12: profiles.staging.keys.filter: {nokey}",
    ]


@pytest.mark.parametrize("command", [["config", "check"], ["events"]])
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, command: list[str]) -> None:
    """By the check and by every command that needs the file."""
    place = project(tmp_path, "[listen]\nport = \n")
    found = inspector(*command, home=tmp_path, cwd=place)
    assert found.returncode == 2
    assert "inspector.toml:2: " in found.stderr


def test_the_schema_in_the_repository_is_the_one_of_the_models(tmp_path: Path) -> None:
    """An editor that completes by docs/inspector.schema.json completes what is read."""
    found = inspector("config", "schema", home=tmp_path).stdout
    assert found == (ROOT / "docs" / "inspector.schema.json").read_text()
    assert {"listen", "connectors", "keys", "destinations", "profiles"} == json.loads(found)["properties"].keys()
