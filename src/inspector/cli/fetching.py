"""Fetching ngrok's agent, where it is not there: asked for, shown, and refused by anything but yes."""

import asyncio
import os
import sys

from inspector.cli import output

__all__ = ["offer_agent"]


def offer_agent() -> None:
    """Offer to fetch the agent, where somebody is there to answer. Whoever refuses is told the other way."""
    from inspector.model import InspectorError
    from inspector.tunnel import agent_path, download, download_url

    if agent_path() is not None or not (os.isatty(0) and os.isatty(2)):
        return
    try:
        url = download_url()
        output.note(f"ngrok's agent is not on this machine. It can be fetched now, once, about 10 MB:\n  {url}")
        output.ask("Fetch it? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            output.note("  not fetched. To install it yourself: https://ngrok.com/download")
            return
        place = asyncio.run(download(url, _show))
        output.note(f"\n  it is in {place}")
    except InspectorError as error:
        output.fail(error)


def _show(had: int, of: int) -> None:
    share = f"{had * 100 // of} %" if of else ""
    output.ask(f"\r  {had / 1024**2:.1f} MB {share} ")
