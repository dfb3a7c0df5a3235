"""The user's own editor, which has the terminal while it is open. What arrives meanwhile is received all the same."""

import asyncio
import os
import shlex
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.app import App, SuspendNotSupported

from inspector.model import InspectorError

__all__ = ["edit"]


async def edit(app: App[object], content: bytes, name: str) -> bytes | None:
    """The content as the user left it; None where nothing was changed. `name` is the file's, for its colours.

    Raises InspectorError where there is no editor, or it ends with an error.
    """
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with TemporaryDirectory(prefix="inspector-") as folder, ExitStack() as stack:
        path = Path(folder) / name
        path.write_bytes(content)
        stack.enter_context(app.batch_update())  # nothing is drawn over the editor
        with suppress(SuspendNotSupported):  # a browser, where the editor has a window of its own
            stack.enter_context(app.suspend())
        code = await _run([*words, str(path)])
        edited = path.read_bytes()
    if code:
        raise InspectorError(f"{words[0]} ended with {code}", hint="Nothing was sent")
    if not content.endswith(b"\n"):
        edited = edited.removesuffix(b"\n")  # editors end the last line, whether it was ended or not
    return edited if edited != content else None


async def _run(words: list[str]) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*words)
    except OSError as error:
        hint = "Set EDITOR to one that is there"
        raise InspectorError(f"{words[0]} cannot be started", str(error.strerror), hint) from None
    return await process.wait()
