"""The versions that development installs are pinned, and are the ones that the project asks for."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINNED = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in LINES) if version}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked() -> list[Requirement]:
    """What the product and its development need here."""
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    found = [Requirement(text) for text in [*project["dependencies"], *extras, *groups["dev"], *groups["fuzz"]]]
    return [each for each in found if each.marker is None or each.marker.evaluate()]


def test_a_line_is_a_name_and_a_version() -> None:
    """No address of an index, no file, no option: the same lines serve every machine."""
    assert LINES[0].startswith("#")
    assert [line for line in LINES[1:] if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)] == []


@pytest.mark.parametrize("each", asked(), ids=lambda each: each.name)
def test_what_is_asked_for_is_pinned(each: Requirement) -> None:
    """Every requirement has a version, and one that it accepts; `make lock` writes them anew."""
    version = PINNED.get(canonicalize_name(each.name))
    assert version is not None, "make lock"
    assert each.specifier.contains(version, prereleases=True), "make lock"
