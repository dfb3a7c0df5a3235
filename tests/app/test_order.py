"""The order of the list, copies, and times: what is shown of the same rows."""

import asyncio
from array import array
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from inspector.app.present import column_at, columns
from inspector.app.screens import finding
from inspector.core.query import Query
from inspector.model import InspectorError, Order
from tests.app.scene import NOW, event
from tests.app.user import Shown, shown

FIVE = [
    event(1, amount=500),
    event(2, amount=12_000),
    event(3, amount=700, currency="jpy"),
    event(4, "charge.refunded", amount=100),
    event(5, amount=12_001, live=True),
]


def objects(app: Shown) -> Sequence[str]:
    """The payments in the order of the list."""
    return [row.object_id for row in app.scene.workspace.rows(app.events._window.ids)]


async def test_a_click_on_a_title_sorts_and_another_turns_the_order(tmp_path: Path) -> None:
    """Amounts by what they are in major units, whatever the currency's decimals; the title has an arrow."""
    async with shown(tmp_path, *FIVE, width=140) as app:
        x = app.rows()[0].index("amount")
        await app.pilot.click("#events", offset=(x, 0))
        await app.until(lambda: "amount ▲" in app.rows()[0])
        assert objects(app) == ["pi_00004", "pi_00001", "pi_00002", "pi_00005", "pi_00003"]
        await app.pilot.click("#events", offset=(x, 0))
        await app.until(lambda: "amount ▼" in app.rows()[0])
        assert objects(app) == ["pi_00003", "pi_00005", "pi_00002", "pi_00001", "pi_00004"]


async def test_v_sorts_by_the_next_column_and_shift_v_turns_the_order(tmp_path: Path) -> None:
    """The cursor stays with its event; space goes back to the order of arrival and follows."""
    async with shown(tmp_path, *FIVE, width=140) as app:
        await app.press("k", "v", "v")
        assert "event type ▲" in app.rows()[0]
        assert objects(app)[-1] == "pi_00004"
        assert app.events.row is not None
        assert app.events.row.object_id == "pi_00004"
        await app.press("V")
        assert objects(app)[0] == "pi_00004"
        await app.press("space")
        assert "▲" not in app.rows()[0]
        assert objects(app)[-1] == "pi_00005"
        assert app.events.follow


async def test_the_newest_first(tmp_path: Path) -> None:
    """V in the order of arrival; what comes stands at the top, and the cursor stays with its event."""
    async with shown(tmp_path, *FIVE[:2], width=140) as app:
        await app.press("V")
        assert objects(app) == ["pi_00002", "pi_00001"]
        await app.scene.events(event(9))
        await app.until(lambda: objects(app) == ["pi_00009", "pi_00002", "pi_00001"])
        assert app.events.row is not None
        assert app.events.row.object_id == "pi_00002"


async def test_every_column_sorts(tmp_path: Path) -> None:
    """None is an error, each has its arrow, and after the last one comes the order of arrival."""
    async with shown(tmp_path, *FIVE, event(1, event_id="evt_00001"), width=200) as app:
        for title in ("processor", "event type", "native", "amount", "signature", "app", "×"):
            await app.press("v")
            assert f"{title} ▲" in app.rows()[0]
            assert len(objects(app)) == 6
        await app.press("V")
        assert objects(app)[:2] == ["pi_00001", "pi_00001"]
        await app.press("v")
        assert "▲" not in app.rows()[0]


async def test_c_shows_each_event_once(tmp_path: Path) -> None:
    """The first of the copies says how many there are; the hidden are counted; c brings them back."""
    async with shown(tmp_path, event(1), event(2), event(1, event_id="evt_00001")) as app:
        await app.press("c")
        assert objects(app) == ["pi_00001", "pi_00002"]
        assert app.rows()[1].endswith("×2")
        assert "2 shown · 1 hidden, c shows them" in app.screen()
        await app.scene.events(event(2))
        await app.until(lambda: "2 hidden" in app.screen())
        await app.until(lambda: app.rows()[2].endswith("×2"))
        await app.press("c")
        assert len(objects(app)) == 4


async def test_shift_t_tells_times_from_now(tmp_path: Path) -> None:
    """And again as they are."""
    async with shown(tmp_path, event(1)) as app:
        assert ":" in app.rows()[1].split()[0]
        await app.press("T")
        assert app.rows()[1].lstrip().startswith("1m ago")
        app.events.now = NOW + 3600
        assert app.rows()[1].lstrip().startswith("1h ago")
        await app.press("T")
        assert ":" in app.rows()[1].split()[0]


async def test_many_rows_are_looked_through_beside_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The filter says that it is looking; what arrives meanwhile is not lost; the last filter counts."""
    monkeypatch.setattr(finding, "_AT_ONCE", 2)
    async with shown(tmp_path, *FIVE) as app:
        searching, go = app.scene.workspace.find, asyncio.Event()

        async def slow(query: Query, order: Order) -> AsyncGenerator["array[int]", None]:
            await go.wait()
            async for piece in searching(query, order):
                yield piece

        monkeypatch.setattr(app.scene.workspace, "find", slow)
        await app.press("slash")
        await app.type("jp")
        assert "looking …" in app.screen()
        await app.scene.events(event(6, currency="jpy"))
        go.set()
        await app.until(lambda: objects(app) == ["pi_00003", "pi_00006"])
        await app.press("escape", "v", "v")
        await app.until(lambda: len(objects(app)) == 6 and "event type ▲" in app.rows()[0])
        await app.scene.events(event(7, "charge.refunded"))
        await app.until(lambda: objects(app)[-1] == "pi_00007")


async def test_what_goes_wrong_beside_the_screen_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that cannot be read is a toast, and the list stays as it was."""

    async def broken(*_: object) -> AsyncGenerator["array[int]", None]:
        yield array("q")
        raise InspectorError("The store cannot be read", "disk image is malformed")

    monkeypatch.setattr(finding, "_AT_ONCE", 2)
    async with shown(tmp_path, *FIVE) as app:
        monkeypatch.setattr(app.scene.workspace, "find", broken)
        await app.press("slash", "j")
        await app.until(lambda: "disk image is malformed" in app.screen())
        assert len(objects(app)) == 5


def test_a_cell_of_the_line_is_in_a_column() -> None:
    """Every column is found by its own cells, and none beyond the last."""
    found = columns(140)
    assert column_at(found, 0) == ""
    assert column_at(found, 1) == "time"
    assert column_at(found, 139) == found[-1].key
    assert column_at(found, 500) == ""
