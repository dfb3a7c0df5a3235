"""Cashfree: the states of a dispute, which are named after its stage, and what a link's payments have in common."""

import inspect
import re

import pytest
from cashfree_pg.models import disputes_entity

from tests.connectors.shared import normalized

SOURCE = inspect.getsource(disputes_entity)
STATES = sorted(set(re.findall(r"'([A-Z_]+_(?:CREATED|RECEIVED|REVIEW|WON|LOST|ACCEPTED|EVIDENCE))'", SOURCE)))
"""Every state that Cashfree's library knows."""

MEANINGS = {
    "CREATED": "WEBHOOK_DISPUTE_OPENED",
    "INSUFFICIENT_EVIDENCE": "WEBHOOK_DISPUTE_OPENED",
    "DOCS_RECEIVED": "WEBHOOK_DISPUTE_CHALLENGED",
    "UNDER_REVIEW": "WEBHOOK_DISPUTE_CHALLENGED",
    "MERCHANT_ACCEPTED": "WEBHOOK_DISPUTE_ACCEPTED",
    "MERCHANT_WON": "WEBHOOK_DISPUTE_WON",
    "MERCHANT_LOST": "WEBHOOK_DISPUTE_LOST",
}


def test_the_library_names_the_states_of_five_stages() -> None:
    """Retrieval, dispute, chargeback and two rounds of arbitration, seven states each."""
    assert len(STATES) == 35


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_dispute_has_its_meaning(state: str) -> None:
    """Whatever the stage: the end of the state's name tells what an update is."""
    meant = next(kind for end, kind in MEANINGS.items() if state.endswith(end))
    dispute = {"dispute_id": "1", "dispute_status": state}
    assert normalized("cashfree", {"type": "DISPUTE_UPDATED", "data": {"dispute": dispute}}).event_type == meant


def test_each_payment_of_a_link_is_an_event_of_its_own() -> None:
    """A link that is paid in parts stays PARTIALLY_PAID: the order's transaction tells the parts apart."""
    ids = set()
    for transaction in (1021206, 1021207):
        link = {"cf_link_id": 1, "link_status": "PARTIALLY_PAID", "order": {"transaction_id": transaction}}
        ids.add(normalized("cashfree", {"type": "PAYMENT_LINK_EVENT", "data": link}).event_id)
    assert len(ids) == 2
