"""What makes an installation whole: completion and the manual page, made from the parsers, and the container's file."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import ROOT, inspector

from inspector.cli.parser import COMMANDS

LINTER = shutil.which("hadolint", path=Path(sys.executable).parent) or ""


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers behind these words."""
    line = " ".join(f"'{word}'" for word in words)
    code = f"source '{script}'; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _inspector; echo ${{COMPREPLY[@]}}"
    return subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_bash_completes_commands_options_and_their_words(tmp_path: Path) -> None:
    """Commands first, then the options of the command, then the words that an option takes."""
    script = tmp_path / "inspector"
    script.write_text(inspector("completion", "bash", home=tmp_path).stdout)
    assert set(COMMANDS) <= set(completed(script, "inspector", ""))
    assert completed(script, "inspector", "lis") == ["listen"]
    assert completed(script, "inspector", "listen", "--forward") == ["--forward-to"]
    assert completed(script, "inspector", "listen", "--answer", "") == ["ack", "reject", "app", "outage"]
    assert completed(script, "inspector", "secrets", "r") == ["remove"]
    assert completed(script, "inspector", "listen", "--data", "") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_know_every_command_and_option(tmp_path: Path, shell: str) -> None:
    """The script names them all, and the shell itself finds no mistake in it where it is there."""
    script = inspector("completion", shell, home=tmp_path).stdout
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", script)
        for flag in re.findall(
            r"^  (?:-\w, )?--([a-z][\w-]*)", inspector(command, "--help", home=tmp_path).stdout, re.MULTILINE
        ):
            assert flag in script
    if found := shutil.which(shell):
        checked = subprocess.run([found, "-n"], input=script, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_the_manual_page_has_every_command_with_its_examples(tmp_path: Path) -> None:
    """As roff; where there is a formatter, it has nothing to complain of."""
    page = inspector("manual", home=tmp_path).stdout
    assert page.startswith(".TH INSPECTOR 1 ")
    for command in COMMANDS:
        assert f".SS inspector {command}\n" in page
    assert "\\-\\-forward\\-to" in page
    assert not re.search(r"^\.(?!TH|SH|SS|TP|PP|nf|fi|B |I )", page, re.MULTILINE), (
        "a line of text is read as a request"
    )
    if found := shutil.which("groff"):
        made = subprocess.run([found, "-man", "-Tutf8", "-Kutf8", "-ww"], input=page, capture_output=True, text=True)
        assert (made.returncode, made.stderr) == (0, "")
        assert "inspector listen --forward-to http://localhost:3000/webhooks" in made.stdout


def test_the_container_starts_what_there_is(tmp_path: Path) -> None:
    """Its file names options that exist, copies what the wheel is made of, and runs as nobody in particular."""
    text = (ROOT / "Containerfile").read_text()
    steps = dict(re.findall(r"^(FROM|USER|VOLUME|EXPOSE|ENTRYPOINT|CMD) (.+)$", text, re.MULTILINE))
    assert steps["USER"] != "root"
    words = re.findall(r'"([^"]+)"', steps["CMD"])
    said = inspector("listen", "--help", home=tmp_path).stdout
    assert words[0] == "listen"
    assert all(word in said for word in words if word.startswith("--"))
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not {"src", "connectors", "README.md", "pyproject.toml", "LICENSE"} & set(ignored)


@pytest.mark.skipif(not LINTER, reason="hadolint is published for Linux on x86-64 only")
def test_the_containers_file_is_good_style() -> None:
    """By hadolint."""
    linted = subprocess.run([LINTER, ROOT / "Containerfile"], capture_output=True, text=True)
    assert linted.stdout == ""
    assert linted.returncode == 0
