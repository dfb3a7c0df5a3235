"""The repository speaks of the product only: no machine's paths, no package mirror, one writer to standard output."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "inspector"

MACHINE = re.compile(r"(?<![\w.-])/(?:work|root|home/(?!\.\.\.)\w+|Users/\w+)/[\w.-]+")
MIRROR = re.compile(
    r"(?i)index-url|--index\b|(?:pypi|npm|artifactory|nexus|registry)[\w.-]*\.(?:internal|local|corp|example)"
)


def kept() -> list[Path]:
    """Every text file that is, or is about to be, under version control."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file() and not name.endswith((".svg", ".png"))]


def test_no_file_names_a_machine_or_a_package_mirror() -> None:
    """Nothing but the checkout is needed: no file holds a path of somebody's machine or the host of a registry."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a checkout")
    found = []
    for path in kept():
        text = path.read_text(encoding="utf-8", errors="replace")
        if path != Path(__file__):
            found += [
                f"{path.relative_to(ROOT)}: {each[0]}" for each in [*MACHINE.finditer(text), *MIRROR.finditer(text)]
            ]
    assert not found


def calls(module: Path) -> set[str]:
    """The dotted names of everything that a module mentions."""
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    return {ast.unparse(node) for node in tree if isinstance(node, ast.Attribute)}


def test_one_module_writes_to_standard_output() -> None:
    """Data and messages cannot mix: only cli/output.py touches the streams."""
    streams = {"sys.stdout", "sys.stderr", "sys.stdout.write", "sys.stderr.write", "sys.__stdout__"}
    writers = {
        module.relative_to(SOURCE).as_posix()
        for module in SOURCE.rglob("*.py")
        if any(each in streams or each.startswith(("sys.stdout.buffer", "sys.stderr.buffer")) for each in calls(module))
    }
    assert writers <= {"cli/output.py"}


def test_every_test_says_what_it_promises() -> None:
    """Each test has a docstring that a user could read as a promise."""
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_public_names_are_documented() -> None:
    """Every public module, class, function and method of the source has a docstring."""
    silent = []
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        owners: list[ast.Module | ast.ClassDef] = [tree]
        owners += [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        for owner in owners:
            inside = [
                node for node in owner.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            silent += [
                f"{path.relative_to(SOURCE)}: {getattr(node, 'name', 'module')}"
                for node in (owner, *inside)
                if not getattr(node, "name", "").startswith("_") and not ast.get_docstring(node)
            ]
    assert not silent
