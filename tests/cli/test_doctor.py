"""inspector doctor: what is in the way, with its fix."""

import http.server
import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import ROOT, SECRET, connectors_folder, environment, event, inspector, listening
from tests.stub_agent import StubAgent


def looked(home: Path, *words: str | Path, **variables: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the last finding of each check."""
    found = inspector("doctor", "--json", *words, home=home, **variables)
    return found.returncode, {each["check"]: each for each in json.loads(found.stdout)}


def free() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_healthy_machine_is_told_so(tmp_path: Path) -> None:
    """Python, port, data folder, documents and secrets are looked at, each in a line; exit code 0."""
    found = inspector("doctor", "--port", str(free()), home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
    assert found.returncode == 0
    lines = {line.split()[1]: line.split()[0] for line in found.stdout.splitlines() if "→" not in line}
    assert {name: lines[name] for name in ("python", "port", "data", "connectors", "secrets")} == dict.fromkeys(
        ("python", "port", "data", "connectors", "secrets"), "ok"
    )
    assert SECRET not in found.stdout + found.stderr


def test_what_would_stop_work_exits_with_1(tmp_path: Path) -> None:
    """A taken port and an app that is not there are failures with a way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, found = looked(tmp_path, "--port", str(port), "--forward-to", f":{free()}")
    assert code == 1
    assert found["port"]["state"] == "fail"
    assert f"--port {port + 1}" in found["port"]["fix"]
    assert found["app"]["state"] == "fail"
    assert "Start your app" in found["app"]["fix"]


def test_documents_with_mistakes_are_named(tmp_path: Path) -> None:
    """A connector document that does not load is a failure, with the command that lists the mistakes."""
    folder = connectors_folder(tmp_path)
    (folder / "stripe" / "connector.toml").write_text("name = ")
    code, found = looked(tmp_path, "--connectors", folder)
    assert code == 1
    assert found["connectors"]["fix"] == f"inspector connectors check {folder}"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("INSPECTOR_STRIPE_SIGNING_SECRET", "sk_test_51Habc", "signing_secret looks like a secret API key"),
        ("INSPECTOR_STRIPE_SIGNING_SECRET", "pasted_wrong", "signing_secret does not begin with whsec_"),
        ("INSPECTOR_STRIPE_SIGNING_SECRET", " whsec_abc ", "signing_secret has blanks around it"),
        ("INSPECTOR_STRIPE_SIGNING_SECERT", "whsec_abc", "signing_secert is no setting of Stripe"),
        ("INSPECTOR_ADYEN_HMAC_KEY", "not-hexadecimal", "hmac_key is not hex"),
    ],
)
def test_a_secret_that_cannot_be_right_is_pointed_out(tmp_path: Path, variable: str, value: str, said: str) -> None:
    """Its name and what is wrong with it are told, and not a character of it."""
    found = inspector("doctor", "--port", str(free()), home=tmp_path, **{variable: value})
    assert said in found.stdout
    assert value.strip() not in found.stdout + found.stderr


def test_what_is_kept_is_looked_at_as_well(tmp_path: Path) -> None:
    """Its shape, where it lies, and whether others may read it."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    file = config / "secrets.json"
    file.write_text('{"stripe/shop": {"signing_secret": "sk_live_51Habc"}, "adyen": {"hmac_key": null}}')
    file.chmod(0o644)
    found = inspector("doctor", "--port", str(free()), home=tmp_path)
    assert "stripe/shop: signing_secret looks like a secret API key" in found.stdout
    assert "adyen: hmac_key lies in a keyring that cannot be reached" in found.stdout
    assert f"chmod 600 {file}" in found.stdout
    assert "51Habc" not in found.stdout + found.stderr


def test_a_variable_that_means_nothing_is_pointed_out(tmp_path: Path) -> None:
    """A misspelt variable is named with the one that was meant."""
    _, found = looked(tmp_path, INSPECTOR_STRIP_SIGNING_SECRET="x")
    assert found["environment"]["fix"] == "Did you mean INSPECTOR_STRIPE_SIGNING_SECRET?"


def test_a_broken_config_file_is_named(tmp_path: Path) -> None:
    """A mistake in inspector.toml is a failure that names the file, and shows no value of it."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text(f'[listen]\nport = "{SECRET}"\n')
    code, found = looked(tmp_path)
    assert code == 1
    assert "inspector.toml" in found["settings"]["fact"]
    assert SECRET not in json.dumps(found)


def outcome(found: "subprocess.CompletedProcess[str]", home: Path) -> str:
    """What was printed, without what is another on each machine."""
    text = found.stdout.replace(str(home), "~")
    for pattern, word in (
        (r"python       3[^\n]*", "python       3.x"),
        (r"[\d,]+ MiB free", "N MiB free"),
        (r"in [\d.]+ ms", "in N ms"),
        (r"\d+ in connectors", "N in connectors"),
        (r"process \d+\) by|process \d+", "process N"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"--port \d+", "--port PORT"),
        (r"localhost:\d+", "localhost:PORT"),
    ):
        text = re.sub(pattern, word, text)
    return text


FRESH = """\
ok    python       3.x
warn  terminal     standard output is no terminal
                   → listen runs headless here, a line an event
ok    port         127.0.0.1:PORT is free
ok    data         ~/.local/share/inspector, made when it is needed, N MiB free
ok    connectors   N in connectors
warn  keyring      there is none to be used: secrets set are kept in ~/.config/inspector/secrets.json
                   → Nothing has to be done where variables or inspector.toml hold the secrets
warn  secrets      none is set, so no signature can be checked
                   → inspector secrets set stripe, or the variable INSPECTOR_STRIPE_SIGNING_SECRET, or inspector.toml
"""


def test_a_fresh_machine_is_told_what_comes_next(tmp_path: Path) -> None:
    """Nothing is in the way, and where secrets go is said: the whole text."""
    found = inspector("doctor", "--port", str(free()), home=tmp_path)
    assert outcome(found, tmp_path) == FRESH
    assert found.returncode == 0


def test_a_file_with_mistakes_is_told_with_its_lines(tmp_path: Path) -> None:
    """Where each stands and what to do, and nothing of what was to follow from it: the whole text."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text("[listen]\nport = 70000\nsesion = 'x'\n")
    found = inspector("doctor", home=tmp_path)
    assert (
        outcome(found, tmp_path)
        == """\
ok    python       3.x
warn  terminal     standard output is no terminal
                   → listen runs headless here, a line an event
fail  settings     ~/.config/inspector/inspector.toml has mistakes:
                   ~/.config/inspector/inspector.toml:2: listen.port: input should be less than or equal to 65535
                   ~/.config/inspector/inspector.toml:3: listen.sesion: extra inputs are not permitted (did you mean session?)
                   → Mend them; inspector config check looks for more
"""  # noqa: E501 - as it is printed
    )
    assert found.returncode == 1


def test_without_a_network_that_is_said_of_what_needs_one(tmp_path: Path) -> None:
    """A tunnel whose name nobody knows, and an app whose name nobody knows: both with what to look at."""
    words = ("--public-url", "https://tunnel.invalid", "--forward-to", "http://app.invalid/webhooks")
    found = inspector("doctor", "--port", str(free()), *words, home=tmp_path)
    assert (
        outcome(found, tmp_path)
        == FRESH
        + """\
fail  app          http://app.invalid/webhooks: the name is not known
                   → Start your app, or correct the address
fail  tunnel       https://tunnel.invalid: the name tunnel.invalid is not known
                   → Is the network there, and the name right?
"""
    )
    assert found.returncode == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="whose port it is can be told on Linux only")
def test_whose_port_it_is_is_told(tmp_path: Path) -> None:
    """The process that listens there is named, with its number, and another port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        _, found = looked(tmp_path, "--port", str(taken.getsockname()[1]))
    name = Path(f"/proc/{os.getpid()}/comm").read_text().strip()
    assert found["port"]["fact"].endswith(f"address already in use by {name}")
    assert found["port"]["fix"].startswith(f"End it (process {os.getpid()}), or use --port ")


def test_an_inspector_that_runs_is_nothing_in_the_way(tmp_path: Path) -> None:
    """A receiver on the same data folder is told as what it is, and its data folder is looked at."""
    with listening("--data", tmp_path / "data", home=tmp_path) as receiver:
        receiver.post("/stripe", event())
        code, found = looked(tmp_path, "--data", tmp_path / "data", "--port", str(receiver.port))
    assert code == 0
    assert found["port"]["state"] == "ok"
    assert f"an Inspector receives there (process {receiver.process.pid})" in found["port"]["fact"]
    assert "holds 0 MiB" in found["data"]["fact"]


class App(http.server.BaseHTTPRequestHandler):
    """An app that answers HEAD with its status, and has a clock of its own."""

    status, ahead = 200, 0.0

    def do_HEAD(self) -> None:
        """Asked for nothing."""
        import time

        self.send_response_only(self.status)
        self.send_header("Date", formatdate(time.time() + self.ahead, usegmt=True))  # noqa: TID251 - the app's own clock
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def app(status: int = 200, ahead: float = 0.0) -> Iterator[str]:
    """An app that runs until the block is left; its address."""
    kind = type("OneApp", (App,), {"status": status, "ahead": ahead})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/webhooks"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (200, "ok", "answers 200 to HEAD"),
        (404, "ok", "as it may where there is a route for POST only"),
        (401, "warn", "must not ask for a login"),
        (502, "warn", "Look into your app's log"),
    ],
)
def test_what_the_app_answers_is_told(tmp_path: Path, status: int, state: str, said: str) -> None:
    """Its status to a HEAD, which makes it do nothing, and what that means for a webhook."""
    with app(status) as url:
        code, found = looked(tmp_path, "--port", str(free()), "--forward-to", url)
    assert code == 0
    assert found["app"]["state"] == state
    assert said in found["app"]["fact"] + found["app"]["fix"]
    assert found["clock"]["fact"] == "this machine and the app have the same time"


def test_a_clock_that_is_wrong_is_told(tmp_path: Path) -> None:
    """Two clocks that are ten minutes apart make every signature with a timestamp stale."""
    with app(ahead=600) as url:
        _, found = looked(tmp_path, "--port", str(free()), "--forward-to", url)
    assert found["clock"]["state"] == "warn"
    assert re.fullmatch(r"this machine is (599|600|601) s behind the app", found["clock"]["fact"])


def test_the_way_in_is_gone_out_and_back(tmp_path: Path) -> None:
    """With a receiver that runs, and without one; a tunnel that leads elsewhere is told as that, and keeps nothing."""
    with listening("--data", tmp_path / "data", home=tmp_path) as receiver, app() as elsewhere:
        url = f"http://127.0.0.1:{receiver.port}"
        words = ("--data", tmp_path / "data", "--port", str(receiver.port), "--public-url")
        _, here = looked(tmp_path, *words, url)
        _, there = looked(tmp_path, *words, elsewhere)
        _, stranger = looked(tmp_path, "--port", str(free()), "--public-url", url)
        assert inspector("events", "--data", tmp_path / "data", home=tmp_path).stdout.count("\n") <= 1
    port = free()
    _, alone = looked(tmp_path, "--port", str(port), "--public-url", f"http://127.0.0.1:{port}")
    assert re.fullmatch(re.escape(url) + r" comes back in \d+ ms", here["tunnel"]["fact"])
    assert alone["tunnel"]["state"] == "ok"
    assert there["tunnel"]["fact"].endswith("something else answered 501")
    assert stranger["tunnel"]["fact"].endswith("another Inspector answered")
    assert {each["tunnel"]["state"] for each in (there, stranger)} == {"fail"}


def test_whether_a_tunnel_could_be_opened(tmp_path: Path) -> None:
    """The agent has to be there, and a token of an account; the token is not shown."""
    stub = StubAgent(tmp_path / "stub")
    words = ("--port", str(free()), "--tunnel", "ngrok")
    _, without = looked(tmp_path, *words, PYNGROK_NGROK_PATH="/nowhere", NGROK_AUTHTOKEN="")
    _, tokenless = looked(tmp_path, *words, PYNGROK_NGROK_PATH=str(stub.path), NGROK_AUTHTOKEN="")
    _, ready = looked(tmp_path, *words, PYNGROK_NGROK_PATH=str(stub.path), INSPECTOR_NGROK_AUTHTOKEN=SECRET)
    assert (without["ngrok"]["state"], without["ngrok"]["fix"]) == ("fail", "Install it: https://ngrok.com/download")
    assert tokenless["ngrok"]["fix"].startswith("inspector secrets set ngrok; ")
    assert (ready["ngrok"]["state"], ready["ngrok"]["fact"]) == ("ok", f"{stub.path}, with a token")
    assert SECRET not in str(ready)


def at_a_terminal(home: Path, answer: bytes, **variables: str) -> str:
    """What the doctor writes to a terminal that answers so when it is asked what it is."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "inspector", "doctor", "--port", str(free())]
    given = environment(home, TERM="xterm-256color", LINES="30", NO_COLOR="1", TMUX="", **variables)
    process = subprocess.Popen(words, env=given, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    found = b""
    try:
        while select.select([ours], [], [], 30)[0] and (chunk := os.read(ours, 65536)):
            found += chunk
            if b"\x1b[c" in chunk:
                os.write(ours, answer)
    except OSError:  # what Linux says when the other end has been closed
        pass
    os.close(ours)
    process.wait(20)
    return found.decode()


def test_a_terminal_is_asked_what_it_can(tmp_path: Path) -> None:
    """By what it answers, keys and clipboard are judged; one that does not answer keeps nobody waiting."""
    modern = at_a_terminal(tmp_path, b"\x1b[?1u\x1b[?62;4;52c")
    assert "keyboard     tells every key from every other" in modern
    assert "clipboard    the terminal takes what is copied (OSC 52)" in modern
    for answer in (b"\x1b[?1;2c", b""):
        plain = at_a_terminal(tmp_path, answer)
        assert "keyboard     as of old" in plain
        assert "clipboard    the terminal does not say" in plain
    apple = at_a_terminal(tmp_path, b"\x1b[?1;2c", TERM_PROGRAM="Apple_Terminal")
    assert "warn  clipboard    Terminal.app takes no text from a program" in apple
