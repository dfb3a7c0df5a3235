"""Draws the README's pictures by driving the app on samples, by a clock that stands still."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from inspector.app.widgets.event_list import EventList
from inspector.model import ForwardAttempt
from tests.app.scene import NOW, Scene

DOCS: Final = Path(__file__).parents[1] / "docs"
STREAM: Final = (
    "adyen/AUTHORISATION.success",
    "razorpay/payment.captured",
    "square/refund.updated.completed",
    "stripe/payment_intent.payment_failed.card_declined@",
    "paypal/CUSTOMER.DISPUTE.CREATED",
    "adyen/batch",
    "braintree/transaction_settled",
    "razorpay/refund.processed!",
    "truelayer/payment_settled",
    "trustly/credit",
    "standardwebhooks/payment.succeeded",
    "stripe/charge.dispute.created",
    "peachpayments/transaction.approved_confirmed",
    "stripe/payment_intent.succeeded",
    "stripe/payment_intent.succeeded",
)
STORY: Final = (
    "stripe/payment_intent.amount_capturable_updated",
    "stripe/charge.refunded",
    "stripe/payment_intent.succeeded",
    "stripe/payment_intent.succeeded",
    "stripe/refund.updated.succeeded",
    "stripe/charge.dispute.created",
    "stripe/charge.dispute.closed.lost",
)
APP: Final = "http://localhost:3000/webhooks"
ANSWERS: Final = {1: (200, 0.012), 2: (200, 0.009), 3: (500, 0.048), 5: (200, 0.011), 7: (200, 0.014), 9: (202, 0.708)}


async def fill(scene: Scene, stream: Sequence[str]) -> None:
    """The stream, and what the app answered to some of it."""
    await scene.fill([each for each in stream if scene.has(each)])
    for number, (status, elapsed) in ANSWERS.items():
        attempt = ForwardAttempt(
            delivery=number, destination=APP, started_at=NOW, elapsed=elapsed, status_code=status, body=b"ok"
        )
        await scene.workspace._store.put_attempt(attempt)


async def draw(name: str, *keys: str, stream: Sequence[str] = STREAM, width: int = 132, height: int = 38) -> None:
    """One picture: the stream, and some keys."""
    with TemporaryDirectory() as folder:
        scene = Scene(Path(folder), forward_to=APP, width=width, height=height)
        await scene.open()
        await fill(scene, stream)
        async with scene.app.run_test(size=scene.size) as pilot:
            while not scene.app.screen.query(EventList):
                await pilot.pause(0.05)
            for key in keys:
                await pilot.press(key)
                await pilot.pause(0.1)
            await pilot.pause(0.3)
            (DOCS / f"{name}.svg").write_text(scene.app.export_screenshot(title="inspector"), encoding="utf-8")
        await scene.workspace.close()


def main() -> int:
    """Draw them all."""
    DOCS.mkdir(exist_ok=True)
    asyncio.run(draw("inbox"))
    asyncio.run(draw("signature", *"kkkkkkk2"))
    asyncio.run(draw("timeline", "6", stream=STORY, height=24))
    return 0


if __name__ == "__main__":
    sys.exit(main())
