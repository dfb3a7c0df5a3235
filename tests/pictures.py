"""Draws the README's pictures by driving the app on samples, by a clock that stands still."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.app.scene import Scene

DOCS: Final = Path(__file__).parents[1] / "docs"
STREAM: Final = (
    "stripe/payment_intent.succeeded",
    "adyen/AUTHORISATION.refused",
    "razorpay/payment.captured",
    "square/refund.updated.completed",
    "paypal/CUSTOMER.DISPUTE.CREATED",
    "braintree/transaction_settled",
    "stripe/payment_intent.payment_failed@",
    "truelayer/payment_settled",
    "trustly/credit!",
    "standardwebhooks/payment.succeeded",
    "peachpayments/transaction.approved_confirmed",
    "stripe/payment_intent.succeeded",
)


async def draw(name: str, *keys: str, width: int = 132, height: int = 38) -> None:
    """One picture: the stream, and some keys."""
    with TemporaryDirectory() as folder:
        scene = Scene(Path(folder), forward_to="http://localhost:3000/webhooks", width=width, height=height)
        await scene.open()
        known = [each for each in STREAM if scene.has(each)]
        await scene.fill(known)
        async with scene.app.run_test(size=scene.size) as pilot:
            await pilot.pause(0.5)
            for key in keys:
                await pilot.press(key)
                await pilot.pause(0.1)
            (DOCS / f"{name}.svg").write_text(scene.app.export_screenshot(title="inspector"), encoding="utf-8")
            await scene.workspace.close()


def main() -> int:
    """Draw them all."""
    DOCS.mkdir(exist_ok=True)
    asyncio.run(draw("inbox", "k", "k", "k", "k"))
    asyncio.run(draw("signature", "k", "k", "k", "k", "k", "2"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
