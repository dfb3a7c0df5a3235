"""A user of the screen: presses keys, and reads what is there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.lines import LinesView
from inspector.model import CapturedRequest, InspectorError
from tests.app.scene import Scene, event

__all__ = ["Shown", "shown", "three"]


class Shown:
    """The app as a user meets it: press keys, read what is there."""

    def __init__(self, scene: Scene, pilot: Pilot[InspectorError | None]) -> None:
        self.scene = scene
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        names = {
            " ": "space",
            ":": "colon",
            ">": "greater_than_sign",
            "-": "minus",
            ".": "full_stop",
            "_": "underscore",
        }
        await self.press(*[names.get(character, character) for character in text])

    @property
    def events(self) -> EventList:
        return self.scene.app.screen.query_one(EventList)

    def rows(self) -> list[str]:
        """The lines of the list, the titles first."""
        view = self.events
        return [view.render_line(y).text.rstrip() for y in range(view.size.height)]

    def tab(self, name: str) -> str:
        """The text of a tab."""
        return self.lines(f"{name}-lines")

    def lines(self, name: str) -> str:
        """The text of a page of lines."""
        view = self.scene.app.screen.query_one(f"#{name}", LinesView)
        return "\n".join("".join(span.text for span in line) for line in view.lines)

    def screen(self) -> str:
        """Everything on the screen."""
        width, height = self.scene.size
        lines = self.scene.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines[:height])[: width * height * 4]

    def told(self) -> str:
        """What the messages in the corner say, however they are wrapped."""
        return "\n".join(f"{each.title}: {each.message}" for each in self.scene.app._notifications)

    async def until(self, promise: Callable[[], bool]) -> None:
        """Wait for something that the screen will show."""
        for _ in range(200):
            await self.pilot.pause()
            if promise():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(self.screen())


@asynccontextmanager
async def shown(
    folder: Path,
    *given: CapturedRequest,
    forward_to: str | None = None,
    width: int = 120,
    height: int = 36,
    file: str | None = None,
    secrets: bool = True,
) -> AsyncIterator[Shown]:
    scene = Scene(folder, forward_to=forward_to, width=width, height=height, file=file, secrets=secrets)
    await scene.open()
    await scene.events(*given)
    async with scene.app.run_test(size=scene.size, notifications=True) as pilot:
        app = Shown(scene, pilot)
        await app.until(lambda: len(scene.app.screen_stack) > 1)
        await pilot.pause()
        yield app
    await scene.workspace.close()


def three() -> list[CapturedRequest]:
    return [event(1), event(2, "payment_intent.payment_failed", amount=1500, currency="jpy"), event(3, live=True)]
