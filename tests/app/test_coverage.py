"""Coverage on the screen: what no rule uses, and from a native type to its events."""

from pathlib import Path

from inspector.app.widgets.filter_bar import FilterBar
from tests.app.scene import event
from tests.app.user import shown


async def test_a_native_type_without_a_rule_leads_to_its_events(tmp_path: Path) -> None:
    """C lists what no rule uses, the native type first; enter there filters the list to its events."""
    async with shown(tmp_path, event(1), event(2, "brand.new"), event(3), height=44) as app:
        await app.press("C")
        await app.until(lambda: "no rule names it" in app.screen())
        lines = app.lines("coverage-lines").splitlines()
        assert lines[0].startswith("1 native type without an event type")
        kind = next(number for number, line in enumerate(lines) if "brand.new" in line)
        field = next(number for number, line in enumerate(lines) if "data.object.description" in line)
        assert kind < field
        await app.press("enter")
        await app.until(lambda: len(app.events) == 1)
        assert app.scene.app.screen.query_one(FilterBar).text == 'connector:stripe native:"brand.new"'
        assert "brand.new" in app.rows()[1]


async def test_escape_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """A look costs nothing: the list and its filter are as before."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("C")
        await app.until(lambda: "Every native type has an event type" in app.lines("coverage-lines"))
        await app.press("escape")
        assert len(app.events) == 1
        assert app.scene.app.screen.focused is app.events


async def test_an_empty_session_says_so(tmp_path: Path) -> None:
    """Before anything has arrived there is nothing to cover."""
    async with shown(tmp_path) as app:
        await app.press("C")
        await app.until(lambda: "No event of a known processor" in app.lines("coverage-lines"))
