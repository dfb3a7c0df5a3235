"""What is installed is what is in the repository: the wheel brings every connector document and sample along."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path, **environment: str) -> str:
    """The standard output of a command that has to succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INSPECTOR_", "PYTHON"))}
    result = subprocess.run(list(words), cwd=cwd, env={**kept, **environment}, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


def test_the_installed_command_knows_the_connectors_of_the_repository(wheel: Path, tmp_path: Path) -> None:
    """In a clean environment, far from the checkout, `inspector connectors` says what the checkout's folder says."""
    place = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=tmp_path)
    python = place / "bin" / "python"
    # The dependencies are lent; a .pth inside the lender is not read, so the checkout itself is not.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = ("-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    run(sys.executable, *install, cwd=tmp_path)
    found = run(place / "bin" / "inspector", "connectors", "--json", cwd=tmp_path, HOME=str(tmp_path))
    where = run(python, "-c", "import inspector.library as it; print(it.folder())", cwd=tmp_path, HOME=str(tmp_path))
    here = run(sys.executable, "-m", "inspector", "connectors", "--json", "--connectors", "connectors", cwd=ROOT)
    assert Path(where.strip()).is_relative_to(place)
    assert json.loads(found) == json.loads(here)
    assert {each["name"] for each in json.loads(found)} == {
        each.parent.name for each in ROOT.glob("connectors/*/*.toml")
    }


def test_the_wheel_holds_the_licence_and_the_types(wheel: Path) -> None:
    """Whoever installs it may use it by Apache-2.0, and a type checker finds its annotations."""
    names = ZipFile(wheel).namelist()
    assert "inspector/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith("tests/")]
