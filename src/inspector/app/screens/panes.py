"""The keys of the inbox that go from pane to pane, and those that are the same everywhere."""

from typing import Final

from inspector.app.keys import Key, Section

__all__ = ["LEAVING", "MOVING"]

_TABS: Final = {
    "event": "The fields, each with where it came from",
    "signature": "The verdict, and what was signed",
    "body": "What was sent, as a tree or as bytes",
    "headers": "The headers in their order, repeated ones marked",
    "forwards": "Every attempt, and what the app answered",
    "timeline": "What happened to this payment, and what is odd",
}

MOVING: Final = [
    Key(
        "enter",
        "focus_on('detail')",
        "Detail",
        tooltip="Into the detail of the event",
        id="detail",
        section=Section.MOVING,
    ),
    Key(
        "tab",
        "focus_on('other')",
        "Next pane",
        False,
        priority=True,
        tooltip="List or detail",
        id="next_pane",
        section=Section.MOVING,
    ),
    Key("escape", "focus_on('list')", "Back to the list", show=False, id="list", section=Section.MOVING),
    *(
        Key(
            str(number),
            f"tab('{name}')",
            name.capitalize(),
            False,
            tooltip=words,
            id=f"tab_{name}",
            section=Section.MOVING,
        )
        for number, (name, words) in enumerate(_TABS.items(), 1)
    ),
]

LEAVING: Final = [
    Key(
        "question_mark",
        "help",
        "Help",
        key_display="?",
        tooltip="Every key, and the words of the filter",
        id="help",
        section=Section.INSPECTOR,
    ),
    Key("q", "app.quit", "Quit", tooltip="Answer what is in flight, and quit", id="quit", section=Section.INSPECTOR),
]
