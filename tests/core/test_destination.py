"""Where a delivery goes, and why: patterns of processor, account, event and path."""

import pytest
from pydantic import ValidationError

from inspector.core.destination import DestinationSpec, check_app, check_destination, configured, decide
from inspector.core.queue_address import QueueAddress, queue_address
from inspector.core.span import seconds_in
from inspector.model import Destination, InspectorError, Rule
from tests.connectors.shared import handle, sample, signed

REFUND = signed("stripe", sample("stripe", "charge.refunded"))
BATCH = signed("adyen", sample("adyen", "batch"))
URL = "http://localhost:3000/"


@pytest.mark.parametrize(
    ("rule", "goes", "why"),
    [
        (Rule(), True, "takes every delivery"),
        (Rule(connector=("stripe",)), True, "connector stripe"),
        (Rule(connector=("adyen", "s*")), True, "connector stripe fits s*"),
        (Rule(connector=("adyen",)), False, "takes connector adyen, and this is stripe"),
        (Rule(label=("shop",)), True, "label shop"),
        (Rule(label=("!shop",)), False, "takes label !shop, and this is shop"),
        (Rule(event=("charge.*",)), True, "event charge.refunded fits charge.*"),
        (Rule(event=("webhook_refund_*",)), True, "event WEBHOOK_REFUND_SUCCESS fits webhook_refund_*"),
        (
            Rule(event=("payout.*", "!charge.*")),
            False,
            "takes event payout.* or !charge.*, and this is charge.refunded",
        ),
        (Rule(event=("!charge.*",)), False, "takes event !charge.*, and this is charge.refunded"),
        (Rule(event=("!payout.*",)), True, "event charge.refunded fits *"),
        (Rule(path=("/stripe/*",)), False, "takes path /stripe/*, and this is /stripe"),
        (Rule(("stripe",), (), ("charge.*",), ()), True, "connector stripe, event charge.refunded fits charge.*"),
        (Rule(("stripe",), (), ("payout.*",), ()), False, "takes event payout.*, and this is charge.refunded"),
    ],
)
def test_a_delivery_goes_where_a_pattern_of_each_kind_fits(rule: Rule, goes: bool, why: str) -> None:
    """And the reason says which pattern did it, or which did not."""
    found = decide(Destination(URL, rule=rule), REFUND, "shop", handle("stripe", REFUND))
    assert (found.goes, found.why) == (goes, why)


def test_of_a_batch_one_event_is_enough() -> None:
    """The delivery is one request, and goes as one."""
    inspection = handle("adyen", BATCH)
    last = inspection.events[-1].native_type
    assert last != inspection.events[0].native_type
    assert decide(Destination(URL, rule=Rule(event=(last,))), BATCH, "", inspection).goes


def test_what_nobody_could_read_goes_where_no_event_is_asked_for() -> None:
    """A rule for an event is not fitted by none."""
    unknown = handle("stripe", signed("stripe", REFUND.with_headers({}))).__class__()
    assert decide(Destination(URL), REFUND, "", unknown).goes
    found = decide(Destination(URL, rule=Rule(event=("*",))), REFUND, "", unknown)
    assert (found.goes, found.why) == (False, "takes event *, and this is none")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({}, "Field required"),
        ({"url": "ftp://x"}, "this is not an address to forward to. Example: http"),
        ({"url": URL, "timeout": "soon"}, "write 500ms, 10s, 5min or 2h"),
        ({"url": URL, "timeout": 0}, "greater than 0"),
        ({"url": URL, "event": []}, "at least 1"),
        ({"url": URL, "headers": {"Content-Length": "1"}}, "made anew for each connection"),
        ({"url": URL, "headers": {"X-A": "a\r\nX-B: b"}}, "pattern"),
        ({"url": URL, "headers": {"X A": "a"}}, "pattern"),
    ],
)
def test_what_is_written_wrongly_is_refused(written: dict[str, object], words: str) -> None:
    """With what to write instead."""
    with pytest.raises(ValidationError) as caught:
        DestinationSpec.model_validate(written)
    assert words in str(caught.value)


def test_a_destination_is_what_was_written() -> None:
    """One pattern or a list of them; a file of certificates lies beside the settings; the secret is kept apart."""
    written = {"url": ":3000/hooks", "event": "charge.*", "timeout": "2min", "ca_file": "ca.pem", "secret": "file"}
    found = configured({"shop": DestinationSpec.model_validate(written)}, {}, "/project")
    (destination,) = found.all
    assert destination.url == "http://localhost:3000/hooks"
    assert destination.rule == Rule(event=("charge.*",))
    assert (destination.timeout, destination.ca_file, destination.signs) == (120.0, "/project/ca.pem", True)
    assert found.secrets["shop"].get_secret_value() == "file"


@pytest.mark.parametrize(
    ("text", "length"), [("500ms", 0.5), ("10s", 10), ("1.5min", 90), ("2h", 7200), ("3d", 259_200), (4, 4), ("5", 5)]
)
def test_lengths_of_time_are_written_as_people_do(text: str | int, length: float) -> None:
    """A number alone is in seconds."""
    assert seconds_in(text) == length


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("redis://h/payments", QueueAddress("h", 6379, "", "", "0", "payments", tls=False)),
        ("REDIS://h/payments", QueueAddress("h", 6379, "", "", "0", "payments", tls=False)),
        ("rediss://u:p%2Fw%40@h:1/2/a/b", QueueAddress("h", 1, "u", "p/w@", "2", "a/b", tls=True)),
        ("redis://:p@[::1]/pay%20ments", QueueAddress("::1", 6379, "", "p", "0", "pay ments", tls=False)),
        ("amqp://h/payments", QueueAddress("h", 5672, "", "", "/", "payments", tls=False)),
        ("amqps://u:p@h/shop/payments", QueueAddress("h", 5671, "u", "p", "shop", "payments", tls=True)),
        ("amqp://h:1/%2Fshop/payments", QueueAddress("h", 1, "", "", "/shop", "payments", tls=False)),
    ],
)
def test_the_address_of_a_queue_names_a_stream_or_an_exchange(url: str, meant: QueueAddress) -> None:
    """And the database or the virtual host, where it is not the usual one."""
    assert queue_address(check_destination(url).url) == meant
    assert "p/w@" not in repr(meant)


@pytest.mark.parametrize(
    "url",
    "redis://h redis://h/ redis://h/0 redis:///x redis://h:0/x redis://h:x/y redis://h/x?db=1 amqp://h/ amqp://h/shop/"
    " amqp://h/x#y".split(),
)
def test_an_address_that_names_neither_is_refused_with_an_example(url: str) -> None:
    """One of its own kind."""
    with pytest.raises(InspectorError, match="is not an address to forward to") as caught:
        check_destination(url)
    assert url.partition(":")[0] in caught.value.hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@h/x", "redis://:***@h/x"),
        ("amqp://shop:se:cret@h/x@y", "amqp://shop:***@h/x@y"),
        ("http://u:secret@h?a=@", "http://u:***@h?a=@"),
        ("http://u@h/a:b@c", "http://u@h/a:b@c"),
        ("http://h/", "http://h/"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    """Not where the address is, and not in the name that a destination without one is known by."""
    found = check_destination(url)
    assert (found.address, found.key, found.url) == (shown, shown, url)
    assert "cret" not in repr(found)


@pytest.mark.parametrize("url", ["redis://:secret@h", "http://u:sec/ret@h", "u:secret@h:x", "amqp://u:a@secret@:1/x"])
def test_a_password_in_an_address_that_is_wrong_is_not_shown_either(url: str) -> None:
    """Whatever stands before the last @ may be one."""
    with pytest.raises(InspectorError) as caught:
        check_destination(url)
    assert "ret" not in f"{caught.value} {caught.value.hint}"


def test_what_a_processor_would_send_goes_to_no_queue() -> None:
    """It says what does."""
    with pytest.raises(InspectorError, match="is a message queue") as caught:
        check_app("redis://:secret@h/x")
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert check_app(":3000").url == "http://localhost:3000"


def test_headers_are_for_apps() -> None:
    """In the settings of a queue they would do nothing, which is told."""
    with pytest.raises(ValidationError, match="headers are set on what an app is sent"):
        DestinationSpec(url="redis://h/x", headers={"X": "1"})
