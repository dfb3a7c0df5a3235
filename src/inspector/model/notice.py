"""Something that happened and that a person should know."""

import msgspec

__all__ = ["Notice"]


class Notice(msgspec.Struct, frozen=True):
    """A title and what there is to say; `bad` where it is a mistake, `key` the name of the screen's key that helps."""

    title: str
    text: str
    bad: bool = False
    key: str = ""
