"""Kept deliveries sent to the app, and its answers compared with those that were recorded."""

import argparse

from msgspec.structs import replace

from inspector.cli import clock
from inspector.cli.opening import open_settings
from inspector.cli.send import send
from inspector.core.destination import check_app
from inspector.fixtures import Checked, answer_differences

__all__ = ["Answers"]


class Answers:
    """What the app at --app answers. Deliveries are signed with the secrets that are configured, else with theirs."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._url = check_app(options.app).url
        self._ignored: list[str] = options.ignore
        self._settings = open_settings(options).settings

    def compared(self, checked: Checked) -> Checked:
        """With what the app answers now, and its differences. Raises InspectorError where no answer comes."""
        connector = checked.kept.connector
        own = self._settings.of(connector.name) if connector else {}
        request = checked.kept.fresh({name: text for name, text in own.items() if text}, clock.now())
        answered = send(replace(request, url=self._url))
        kind = next((value for name, value in answered.headers if name.lower() == "content-type"), "")
        found = {"status_code": answered.status, "content_type": kind, "body": answered.body.decode("utf-8", "replace")}
        ignored = [*checked.kept.ignored, *self._ignored]
        differences = answer_differences(checked.app, found, ignored) if checked.app else ()
        return replace(checked, app=found, differences=(*checked.differences, *differences))
