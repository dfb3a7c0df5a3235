"""What is installed is what is in the repository: the wheel brings every connector document and sample along."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path, code: int = 0, **environment: str) -> str:
    """The standard output of a command that has to end with that code."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("INSPECTOR_", "PYTHON", "PYTEST"))
    }
    result = subprocess.run(
        list(words), cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment in which the wheel is installed, far from the checkout."""
    folder = tmp_path_factory.mktemp("far")
    place = folder / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=folder)
    # The dependencies are lent; a .pth inside the lender is not read, so the checkout itself is not.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = str(place / "bin" / "python")
    install = ("-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    run(sys.executable, *install, cwd=folder)
    return place


def test_the_installed_command_knows_the_connectors_of_the_repository(place: Path, tmp_path: Path) -> None:
    """`inspector connectors` says what the checkout's folder says."""
    python = place / "bin" / "python"
    found = run(place / "bin" / "inspector", "connectors", "--json", cwd=tmp_path, HOME=str(tmp_path))
    where = run(python, "-c", "import inspector.library as it; print(it.folder())", cwd=tmp_path, HOME=str(tmp_path))
    here = run(sys.executable, "-m", "inspector", "connectors", "--json", "--connectors", "connectors", cwd=ROOT)
    assert Path(where.strip()).is_relative_to(place)
    assert json.loads(found) == json.loads(here)
    assert {each["name"] for each in json.loads(found)} == {
        each.parent.name for each in ROOT.glob("connectors/*/*.toml")
    }


def test_what_a_demo_showed_is_a_test_from_then_on(place: Path, tmp_path: Path) -> None:
    """In an empty folder a demo is saved and checked. When one mapping is changed, the check fails, and pytest with it:
    both name the field, the delivery and the line that decided it."""

    def inspector(*words: str, code: int = 0) -> str:
        return run(place / "bin" / "inspector", *words, cwd=tmp_path, code=code, HOME=str(tmp_path))

    def tests(code: int) -> str:
        words = ("-m", "pytest", "--inspector", "-p", "no:cacheprovider")
        return run(place / "bin" / "python", *words, cwd=tmp_path, code=code, HOME=str(tmp_path))

    inspector("demo", "--headless", "--count", "12", "--rate", "50", "--port", "0", "--data", "stored")
    inspector("sessions", "save", "demo", "--data", "stored")
    inspector("check", "sessions")
    assert "failed" not in tests(0)
    shutil.copytree(ROOT / "connectors", tmp_path / "connectors")
    events = {path: json.loads(path.read_bytes())["events"] for path in tmp_path.glob("sessions/demo/*.expected.json")}
    stems = [
        path.name.removesuffix(".expected.json")
        for path, each in sorted(events.items())
        if each and each[0]["event_id"]
    ]
    stem, (changed, line) = next((each, found) for each in stems if (found := without_id(tmp_path, each)))
    document = tmp_path / "connectors" / stem.split("-")[1] / "connector.toml"
    document.write_text(changed, encoding="utf-8")
    for told in (inspector("check", "sessions", code=1), tests(1)):
        assert stem in told
        assert "events.0.event_id" in told
        assert f"connectors/{stem.split('-')[1]}/connector.toml:{line}" in told


def without_id(place: Path, stem: str) -> tuple[str, int] | None:
    """The document of a delivery's processor with another path to the event's id, and the number of that line; None
    where it takes several lines to say where the id is."""
    document = place / "connectors" / stem.split("-")[1] / "connector.toml"
    lines = document.read_text(encoding="utf-8").splitlines()
    begun = next(number for number, text in enumerate(lines) if text.startswith("[event]"))
    line = next((number for number, text in enumerate(lines) if number > begun and text.startswith("id = ")), None)
    if line is None:
        return None
    lines[line] = 'id = "nowhere"'
    changed = "\n".join(lines)
    with suppress(tomllib.TOMLDecodeError):
        tomllib.loads(changed)
        return changed, line + 1
    return None


def test_the_wheel_holds_the_licence_and_the_types(wheel: Path) -> None:
    """Whoever installs it may use it by Apache-2.0, and a type checker finds its annotations."""
    names = ZipFile(wheel).namelist()
    assert "inspector/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith("tests/")]
