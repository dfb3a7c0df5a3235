"""Coverage: what arrived in the session and no rule of a document uses."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import ModalScreen

from inspector.app.keys import Key, Section
from inspector.app.messages import LinkFollowed
from inspector.app.present import Span, coverage_lines
from inspector.app.widgets.lines import LinesView
from inspector.model import InspectorError
from inspector.workspace import Workspace, coverage

__all__ = ["CoverageScreen"]


class CoverageScreen(ModalScreen[str | None]):
    """Answers with the filter that shows the events of a native type, or None."""

    BINDINGS = [Key("escape,q", "dismiss(None)", "Close", id="close", section=Section.DIALOG)]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace

    def compose(self) -> ComposeResult:
        """One page of lines."""
        with Container(classes="page"):
            yield LinesView(id="coverage-lines")

    def on_mount(self) -> None:
        """Look through the session; it takes a while where there is much."""
        self._told(0, 0)
        self.query_one(LinesView).focus()
        self.run_worker(self._look(), exit_on_error=False)

    async def _look(self) -> None:
        try:
            found = await coverage(self.workspace, told=self._told)
        except InspectorError as error:
            self.dismiss(None)
            self.app.notify(error.detail or error.hint, title=error.title, severity="warning", markup=False)
        else:
            self.query_one(LinesView).show(lambda width: coverage_lines(found, width))

    def _told(self, done: int, total: int) -> None:
        words = f"Looking through {total:,} events … {done:,}" if total else "Looking …"
        self.query_one(LinesView).show(lambda _: [[Span(words, "dim")]])

    def on_link_followed(self, message: LinkFollowed) -> None:
        """Show the events of that native type."""
        message.stop()
        self.dismiss(message.link)
