"""inspector demo: everything at work, without an account, a secret or a network."""

import json
import socket
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from tests.cli.running import connectors_folder, event, inspector, sample

ITEM = {
    "additionalData": {"hmacSignature": ""},
    "amount": {"value": 1000, "currency": "EUR"},
    "eventCode": "AUTHORISATION",
    "eventDate": "2026-01-01T00:00:00+01:00",
    "merchantAccountCode": "Shop",
    "merchantReference": "order-1",
    "pspReference": "7914073381342284",
    "success": "true",
}


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What a demonstration of 24 deliveries printed as JSON."""
    home = tmp_path_factory.mktemp("home")
    folder = connectors_folder(home, "stripe", "adyen")
    for native in ("payment_intent.succeeded", "charge.refunded"):
        sample(folder, native, event(native, identifier="evt_1OabcdefGHIJKLMN"))
    batch = {"live": "false", "notificationItems": [{"NotificationRequestItem": ITEM}]}
    sample(folder, "AUTHORISATION", json.dumps(batch).encode(), "adyen")
    found = inspector("demo", "--json", "--count", "24", "--rate", "50", "--connectors", folder, home=home)
    assert found.returncode == 0, found.stderr
    assert not list(home.glob(".local/**/*.db")), "the demonstration left something behind"
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_every_kind_of_delivery_is_among_them(deliveries: list[dict[str, object]]) -> None:
    """Most are good; tampered, stale, unsigned, unknown, duplicated and batched ones are there to be seen."""
    found = [each for each in deliveries if "events" in each]
    verdicts = Counter(each["verification"]["verdict"] for each in found)  # type: ignore[index]
    assert verdicts["VALID"] > len(found) / 2
    assert verdicts["INVALID"] >= 2
    assert verdicts["EXPIRED"] >= 1
    assert verdicts["MISSING"] >= 1
    assert any(each["duplicate_of"] for each in found)
    assert any(len(each["events"]) > 1 for each in found)  # type: ignore[arg-type]
    kinds = {one["event_type"] for each in found for one in each["events"]}  # type: ignore[attr-defined]
    assert "WEBHOOK_EVENT_TYPE_UNSPECIFIED" in kinds
    assert {each["connector"] for each in found} == {"stripe", "adyen"}


def test_the_app_answers_each_of_them(deliveries: list[dict[str, object]]) -> None:
    """Every delivery is forwarded, and the app is not always well."""
    attempts = {each["delivery"]: each["attempt"] for each in deliveries if "attempt" in each}
    assert attempts.keys() == {each["delivery"] for each in deliveries if "events" in each}
    statuses = Counter(each["status_code"] for each in attempts.values())  # type: ignore[index]
    assert statuses[200] > statuses[500] > 0
    assert statuses[404] > 0


def test_where_the_usual_port_is_taken_it_listens_on_a_free_one(tmp_path: Path) -> None:
    """Two demonstrations run side by side: the first frame is no error message."""
    folder = connectors_folder(tmp_path)
    sample(folder, "payment_intent.succeeded", event("payment_intent.succeeded"))
    with ExitStack() as stack:
        with suppress(OSError):  # another program has it: as good
            stack.enter_context(socket.create_server(("127.0.0.1", 4242)))
        found = inspector("demo", "--json", "--count", "1", "--rate", "50", "--connectors", folder, home=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "listens on http://127.0.0.1:" in found.stderr
