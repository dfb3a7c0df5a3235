"""Texts that would act on what shows, stores or runs them, and what has to hold wherever they come out."""

from typing import Final

__all__ = ["ESCAPES", "HUGE", "MARK", "MARKUP", "REORDERING", "SHELL", "TEXTS"]

MARK: Final = "Qz7"
"""Stands within each text, so that a test can tell that the text was there at all."""

ESCAPES: Final = (
    f"\x1b]0;{MARK}title\x07",  # the window's title
    f"\x1b]52;c;{MARK}\x07",  # the clipboard
    f"\x1b]8;;http://evil.example/{MARK}\x1b\\here\x1b]8;;\x1b\\",  # a link
    f"\x1b[2J\x1b[31;5m{MARK}\x1b[0m",  # clears the screen, and blinks in red
    f"\x1b[6n\x1b[c{MARK}",  # asks: the answer would be typed into the shell
    f"\x1bP$q{MARK}\x1b\\",  # a device control string
    f"\x1b_G{MARK}\x1b\\",  # an application's command: a picture, for some
    f"\x1b[201~{MARK}\n",  # the end of what is pasted
    f"\x9b31m{MARK}\x9d52;c;x\x9c",  # the same in one byte each
    f"{MARK}\r\x08\x08\x7f\x00\x0e\x0f\x05",  # back, rub out, another character set, who are you
)
REORDERING: Final = (
    f"{MARK}\u202egpj.exe\u202c",
    f"\u2066{MARK}\u2069\u200b\u200d\ufeff",
    f"{MARK}\u200e\u200f\u061c\u00ad\u2028\u2029",
    f"{MARK}\U000e0041\U000e007f\ufff9\u034f\u180e\U000e0100",
)
MARKUP: Final = (
    f"[red]{MARK}[/red]",
    f"[@click=app.bell]{MARK}[/]",
    f"[link='http://evil.example']{MARK}[/link]",
    f"[/]{MARK}[bold",
    f"$primary {MARK} {{x}} %s \\[",
)
SHELL: Final = (
    f"$(touch pwned)`touch pwned`{MARK}",
    f"';touch pwned;'{MARK}",
    f'";touch pwned;"{MARK}',
    f"\\'\";touch pwned;\"\\'{MARK}",  # breaks out of single quotes in fish
    f"|touch pwned&touch pwned;{MARK}>pwned",
    f"-o pwned {MARK}",
    f"@/etc/hostname{MARK}",
    f"{MARK}\\",
)
HUGE: Final = MARK + "x" * (10 * 1024 * 1024 - 3000)
"""A line of nearly as many bytes as a body may have."""

TEXTS: Final = (*ESCAPES, *REORDERING, *MARKUP, *SHELL)
