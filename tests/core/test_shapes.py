"""What a secret looks like is told without a character of it, and what cannot be right is named."""

import pytest

from inspector.core.shapes import API_KEYS, beginnings, implausible, shape
from tests.connectors.shared import CONNECTORS, SETTINGS

HEX = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"


@pytest.mark.parametrize(
    ("name", "setting", "text", "said"),
    [
        ("stripe", "signing_secret", "whsec_abc", None),
        ("stripe", "previous_secret", "whsec_abc", None),
        ("stripe", "previous_secret", "sk_live_abc", "looks like a secret API key"),
        ("stripe", "signing_secret", "pk_test_abc", "looks like a publishable API key"),
        ("stripe", "signing_secret", "rk_live_abc", "looks like a restricted API key"),
        ("stripe", "signing_secret", "abc", "does not begin with whsec_"),
        ("stripe", "signing_secret", "whsec_…", "is not the whole text"),
        ("stripe", "signing_secret", "", "is not the whole text"),
        ("stripe", "signing_secret", "whsec_abc\n", "has blanks around it"),
        ("stripe", "signing_secret", '"whsec_abc"', "has quotes around it"),
        ("stripe", "tolerance_seconds", "5 min", "is not a number of seconds"),
        ("adyen", "hmac_key", HEX, None),
        ("adyen", "hmac_key", HEX[:-1], "is not hexadecimal"),
        ("adyen", "hmac_key", "AQEyhmfxLI3MaBFLw0m", "is an Adyen API key, not hexadecimal"),
        ("airwallex", "webhook_secret", "whsec_abc", None),
        ("paystack", "secret_key", "sk_test_abc", None),
        ("paystack", "secret_key", "sk_live_abc", None),
        ("paystack", "secret_key", "pk_live_abc", "looks like a publishable API key"),
        ("paystack", "secret_key", "abc", "does not begin with sk_test_ or sk_live_"),
        ("paddle", "endpoint_secret_key", "pdl_ntfset_01h", None),
        ("paddle", "endpoint_secret_key", "pdl_live_apikey_01h", "looks like a Paddle API key"),
        ("revolut", "signing_secret", "wsk_abc", None),
        ("razorpay", "webhook_secret", "any text of mine", None),
        ("razorpay", "webhook_secret", "rzp_test_abc", "looks like a Razorpay key id"),
        ("square", "signature_key", "EAAAEabc", "looks like a Square access token"),
        ("square", "notification_url", "https://shop.example/hooks", None),
        ("square", "notification_url", "shop.example/hooks", "is not an address, https://…"),
        ("standardwebhooks", "signing_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", None),
        ("standardwebhooks", "signing_secret", "whsec_not base64", "is not base64"),
        ("standardwebhooks", "amount_unit", "cents", "is not minor or major"),
        ("trustly", "public_key", PEM, None),
        ("trustly", "public_key", "-", "is not a public key in PEM"),
        ("truelayer", "jwks", '{"keys": []}', None),
        ("truelayer", "jwks", "https://webhooks.truelayer.com/.well-known/jwks", "is not a key set in JSON"),
        ("peachpayments", "decryption_key", HEX, None),
        ("peachpayments", "decryption_key", HEX[:32], "is not 64 hexadecimal digits"),
        ("authorizedotnet", "currency", "usd", "is not a currency of three capital letters"),
        ("xendit", "callback_token", "xnd_development_abc", "looks like a Xendit API key"),
        ("fiuu", "capture_method", "manual", None),
    ],
)
def test_what_cannot_be_right_is_named(name: str, setting: str, text: str, said: str | None) -> None:
    """Processor by processor: its own beginning, encoding or form, and an API key in its place."""
    found = implausible(CONNECTORS[name], setting, text)
    assert (found and found[0]) == said
    assert len(text) < 2 or found is None or text not in found


@pytest.mark.parametrize("name", CONNECTORS)
def test_what_a_processor_writes_is_plausible(name: str) -> None:
    """A throwaway secret of each processor's own form passes."""
    for setting, text in SETTINGS[name].items():
        if setting in CONNECTORS[name].settings and not text.startswith("throwaway_"):
            starts = beginnings(CONNECTORS[name], setting)
            whole = text if text.startswith(starts or ("",)) else starts[0] + text
            assert implausible(CONNECTORS[name], setting, whole) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("whsec_abcdefg", "whsec_… and 7 characters"),
        (HEX, "64 hexadecimal digits"),
        ("user:password", "13 characters"),
        (PEM, "PEM"),
        ('{"keys": []}', "JSON"),
        ("https://shop.example/hooks", "an address"),
        ("http://[", "8 characters"),
        ("", "0 characters"),
    ],
)
def test_a_shape_shows_nothing_of_the_text(text: str, said: str) -> None:
    """Its kind and length, and the beginning that everybody knows."""
    assert shape(text, ("whsec_",)) == said


def test_beginnings_of_api_keys_do_not_hide_one_another() -> None:
    """Each of the table is found as what it says."""
    for beginning, what in API_KEYS.items():
        assert not [other for other in API_KEYS if beginning != other and beginning.startswith(other)], what
