"""The repository's own sessions: what the product makes of its samples, and nothing that a hand has changed."""

import pytest

from inspector.core.redact import Redactor
from inspector.fixtures import SESSION_FILE, read_session, write
from tests.fixtures.kept import SERVICE
from tests.stories import ROOT, STORIES, told


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_saved_as_the_product_tells_it(name: str) -> None:
    """Written anew, not a byte of its deliveries is another: python -m tests.stories does so. Of which version the
    document is may change every day."""
    story = STORIES[name]
    note = f"{story.note}. Made from the samples by python -m tests.stories."
    found = write(SERVICE, name, note, list(told(SERVICE, story)), Redactor())
    folder = ROOT / "sessions" / name
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    kept.pop(SESSION_FILE)
    assert kept == {each: content for each, content in found.files.items() if each != SESSION_FILE}
    session = read_session(folder)
    assert session is not None
    assert session.model_copy(update={"connectors": found.session.connectors}) == found.session


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_about_one_payment(name: str) -> None:
    """Every event that names a payment names the same, they come in their order, and no two share an event id."""
    events = [event for each in told(SERVICE, STORIES[name]) for event in each.inspection.events]
    named = {event.sources["connector_transaction_id"].raw_value for event in events}
    assert len(named) == 1
    assert len({event.event_id for event in events}) == len(events)
    times = [event.occurred_at for event in events if event.source_verified and event.occurred_at]
    assert times == sorted(times)
