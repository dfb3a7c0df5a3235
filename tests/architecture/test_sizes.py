"""A function fits on a screen, a file has fewer than 300 lines, a class is about one thing."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "inspector"
MODULES = sorted(SOURCE.rglob("*.py"))

FUNCTION, FILE, METHODS, APP = 40, 300, 15, 150
EXCEPTIONS: dict[str, str] = {}
"""Name of a function, class or file, and why it may be larger."""


def functions(module: Path) -> Iterator[tuple[str, int]]:
    """Every function of a module with its length in lines; what stands inside another counts for itself too."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def named(path: Path) -> str:
    """A module as people name it."""
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    """No function is longer than 40 lines."""
    long = [f"{name} ({size} lines)" for name, size in functions(module) if size > FUNCTION and name not in EXCEPTIONS]
    assert not long


def test_most_functions_are_short() -> None:
    """The median is under ten lines."""
    assert median(size for module in MODULES for _, size in functions(module)) < 10


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_file_can_be_read_in_one_sitting(module: Path) -> None:
    """No file is longer than 300 lines, and the app, which everything could creep into, not longer than 150."""
    limit = APP if named(module) == "app/app.py" else FILE
    size = len(module.read_text(encoding="utf-8").splitlines())
    assert size <= limit or named(module) in EXCEPTIONS


def methods(node: ast.ClassDef) -> list[str]:
    """What a class can do: its functions without those of the language and without properties."""
    return [
        each.name
        for each in node.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        and not each.name.startswith("__")
        and not any(isinstance(mark, ast.Name) and mark.id == "property" for mark in each.decorator_list)
    ]


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_class_is_about_one_thing(module: Path) -> None:
    """No class has more than 15 methods; properties, which only tell, do not count."""
    classes = [
        node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)
    ]
    large = [f"{node.name}: {len(methods(node))}" for node in classes if len(methods(node)) > METHODS]
    assert not [each for each in large if each.partition(":")[0] not in EXCEPTIONS]


def test_exceptions_are_used() -> None:
    """A name on the list of exceptions that nothing bears any more is taken off it."""
    names = {named(module) for module in MODULES}
    for module in MODULES:
        tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        names |= {node.name for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    assert EXCEPTIONS.keys() <= names
