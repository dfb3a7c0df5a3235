"""The one error that a user sees: what is wrong, and what to do about it."""

__all__ = ["InspectorError"]


class InspectorError(Exception):
    """A mistake that a person can mend: a title, the detail, and a hint that says what to do.

    The app shows it as a toast, the command line as one paragraph on standard error. `exit_code` is
    1 where something failed and 2 where the command was used wrongly.
    """

    def __init__(self, title: str, detail: str = "", hint: str = "", *, exit_code: int = 1) -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.detail, self.hint) if part)
