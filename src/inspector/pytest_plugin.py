"""The pytest plugin: sessions as tests, and as deliveries for the tests of an app.

With --inspector, or `inspector = true` in the ini file, every session.toml is collected, a test a delivery. Whether
or not, a test that takes `webhook` and is marked with `@pytest.mark.webhooks("checkout")` runs once for each delivery
of the session. Nothing of Inspector is loaded before one of the two is wanted.
"""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from inspector.fixtures import Checked, Shelf
    from inspector.pytest_webhook import Webhook

__all__ = ["DeliveryItem", "SessionFile"]

_MARKER = (
    "webhooks(session, *, connector, type, native, secret, settings): run the test once for each delivery of a saved "
    "session, of one connector, event type (a part of its name) or native type (with stars), signed now with `secret`"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """--inspector and its companions."""
    group = parser.getgroup("inspector", "webhook sessions")
    group.addoption("--inspector", action="store_true", help="collect sessions/*/session.toml: a test a delivery")
    group.addoption("--inspector-update", action="store_true", help="accept the outcomes that are found")
    group.addoption("--inspector-connectors", metavar="DIR", help="the folder of connector documents")
    parser.addini("inspector", "collect session.toml files as tests", type="bool", default=False)
    parser.addini("inspector_connectors", "the folder of connector documents", type="string", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A session is a file of tests."""
    config = parent.config
    if file_path.name == "session.toml" and (config.getoption("--inspector") or config.getini("inspector")):
        return SessionFile.from_parent(parent, path=file_path)
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `webhook` runs once for each delivery that its marker means."""
    if "webhook" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("webhooks")
    if marker is None or not marker.args:
        name = metafunc.definition.nodeid
        pytest.fail(f'{name} takes `webhook`: say which with @pytest.mark.webhooks("SESSION")', pytrace=False)
    found = _webhooks(metafunc, *marker.args, **marker.kwargs)
    metafunc.parametrize("webhook", found, ids=[each.name for each in found])


def _webhooks(
    metafunc: pytest.Metafunc,
    session: str,
    *,
    connector: str = "",
    type: str = "",  # noqa: A002 - the word of the filter
    native: str = "",
    secret: str = "",
    settings: dict[str, str] | None = None,
) -> "list[Webhook]":
    from inspector.model import InspectorError
    from inspector.pytest_webhook import webhooks

    folder = _folder(metafunc, session)
    own = {**(settings or {}), **({"secret": secret} if secret else {})}
    try:
        found = webhooks(_shelf(metafunc.config), folder, own, _now)
    except InspectorError as error:
        pytest.fail(str(error), pytrace=False)
    chosen = [each for each in found if each.fits(connector, type, native)]
    if not chosen:
        told = ", ".join(sorted({f"{each.connector} {each.native_type}" for each in found}))
        pytest.fail(f"No delivery of {folder} fits; it has {told}", pytrace=False)
    return chosen


def _folder(metafunc: pytest.Metafunc, session: str) -> Path:
    places = [place / "sessions" / session for place in (metafunc.definition.path.parent, metafunc.config.rootpath)]
    found = next((place for place in [*places, metafunc.config.rootpath / session] if place.is_dir()), None)
    if found is None:
        pytest.fail(f"There is no session {session!r}: looked in {', '.join(map(str, places))}", pytrace=False)
    return found


def _now() -> float:
    return time.time()  # noqa: TID251 - an app judges signatures by the clock on the wall


_SHELF = pytest.StashKey["Shelf"]()


def _shelf(config: pytest.Config) -> "Shelf":
    """The connectors are compiled once a run."""
    from inspector.fixtures import Shelf

    if _SHELF not in config.stash:
        named = config.getoption("--inspector-connectors") or config.getini("inspector_connectors")
        config.stash[_SHELF] = Shelf(config.rootpath / named if named else None)
    return config.stash[_SHELF]


class SessionFile(pytest.File):
    """A session: a test a delivery."""

    def collect(self) -> "Iterator[DeliveryItem]":
        """Its deliveries, in their order."""
        for path in sorted(self.path.parent.glob("*.http")):
            yield DeliveryItem.from_parent(self, name=path.stem)


class SessionDiffers(Exception):  # noqa: N818 - what a test finds, not an error of ours
    """A delivery means something else than it did."""

    def __init__(self, checked: "Checked") -> None:
        super().__init__("not as expected")
        self.checked = checked


class DeliveryItem(pytest.Item):
    """One delivery, and what is expected of it."""

    def runtest(self) -> None:
        """Handle it again, and compare."""
        from inspector.fixtures import check_kept, write_expected

        checked = check_kept(_shelf(self.config).take(self.path.parent / f"{self.name}.http"))
        if checked.good:
            return
        if self.config.getoption("--inspector-update"):
            write_expected(checked)
            return
        raise SessionDiffers(checked)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What has changed, field by field, and what decided it; no traceback where none helps."""
        from inspector.fixtures import difference_lines
        from inspector.model import InspectorError

        if isinstance(excinfo.value, InspectorError):
            return str(excinfo.value)
        if not isinstance(excinfo.value, SessionDiffers):
            return super().repr_failure(excinfo, style)
        checked = excinfo.value.checked
        lines: Iterable[str] = difference_lines(checked) if checked.expected else ["no outcome is expected of it yet"]
        hint = "Where this is what it should mean: pytest --inspector --inspector-update"
        return "\n".join([f"{self.name} is not as expected:", "", *(f"  {line}" for line in lines), "", hint])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Which delivery of which session."""
        return self.path, None, f"{self.path.parent.name}: {self.name}"
