"""The terminal: Textual's, which goes on where it was when the process was stopped without being asked."""

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

__all__ = ["Terminal"]


class Terminal(LinuxDriver):
    """Takes the terminal again after SIGCONT only where it was left for SIGTSTP before.

    Whoever was stopped by SIGSTOP has left nothing: taking the terminal twice starts two threads of which one never
    ends, so that the process does not either, and remembers the terminal's raw mode as the one to give back.
    """

    def _sigcont_application(self, *given: Any) -> None:
        if self._must_signal_resume:
            super()._sigcont_application(*given)
        else:  # a shell may have written over it
            self._loop.call_soon_threadsafe(self._app.refresh)
