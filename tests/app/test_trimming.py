"""The list while the oldest are taken away: it shows what is there, and what one looks at stays where it is."""

from pathlib import Path

from inspector.app.present import status_line
from inspector.model import Retention
from tests.app.scene import NOW, event
from tests.app.test_present import FULL, text
from tests.app.user import Shown, shown


def trim(app: Shown, upto: int) -> None:
    """Take away what came in the first so many seconds of the scene."""
    workspace = app.scene.workspace
    workspace._store.tend(Retention(seconds=60), lambda: NOW + upto, workspace._trimmed)


async def test_the_list_follows_and_nothing_else_moves(tmp_path: Path) -> None:
    """The row under the cursor stays in its line; counts and marks go with what is there."""
    async with shown(tmp_path, *[event(number) for number in range(60)], height=30) as app:
        app.events.marks = {1, 50}
        app.events.renew()
        await app.press("k", "k", "k", "k", "k")
        before = app.rows()
        row = app.events.row
        trim(app, 20)
        await app.until(lambda: len(app.events) == 40)
        assert app.rows() == before
        assert app.events.row == row
        assert app.events.marks == {50}
        await app.press("slash")
        await app.type("zzz")
        await app.until(lambda: "0 shown · 40 hidden" in app.screen())


async def test_the_end_is_still_followed(tmp_path: Path) -> None:
    """Also with a filter, and what arrives afterwards is the last."""
    async with shown(tmp_path, *[event(number) for number in range(30)]) as app:
        trim(app, 25)
        await app.until(lambda: len(app.events) == 5)
        await app.scene.events(event(31))
        await app.until(lambda: len(app.events) == 6)
        assert app.events.cursor == 5
        await app.until(lambda: "pi_00031" in app.tab("event"))


async def test_a_row_that_is_taken_away_gives_its_place_to_the_next(tmp_path: Path) -> None:
    """Who looks at the oldest sees the oldest that is left; where nothing is left, what to do next."""
    async with shown(tmp_path, *[event(number) for number in range(30)]) as app:
        await app.press("g")
        await app.until(lambda: "pi_00000" in app.tab("event"))
        trim(app, 25)
        await app.until(lambda: "pi_00025" in app.tab("event"))
        assert app.events.cursor == 0
        app.scene.workspace._store._indexer.close()  # type: ignore[union-attr]
        trim(app, 60)
        await app.until(lambda: "Nothing has arrived yet" in app.screen())


async def test_a_sorted_list_follows_too(tmp_path: Path) -> None:
    """Whatever it is sorted by."""
    async with shown(tmp_path, *[event(number) for number in range(9)]) as app:
        await app.press("v", "V")
        trim(app, 5)
        await app.until(lambda: len(app.events) == 4)


def test_the_status_line_says_what_is_kept() -> None:
    """Where something is taken away."""
    assert "keeps 30 d, 2 GB" in text(status_line(FULL._replace(keeps="30 d, 2 GB"), 200))
    assert "keeps" not in text(status_line(FULL, 200))
