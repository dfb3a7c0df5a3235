"""The pytest plugin, in projects of its users: sessions as tests, and deliveries for tests of an app."""

import subprocess
import sys

import pytest

from inspector.core.redact import Redactor
from inspector.fixtures import save, write
from tests.fixtures.kept import SERVICE, delivery

pytest_plugins = ["pytester"]

PAID, FAILED = "stripe/payment_intent.succeeded", "stripe/charge.failed"
REFUNDED = "adyen/REFUND.success"
ALONE = ("-p", "inspector.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Somebody's project, with a session of four deliveries: one of them is forged. No other plugin is there."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    forged = delivery(PAID, secret="whsec_of_nobody")
    deliveries = [delivery(PAID), delivery(FAILED), delivery(REFUNDED), forged]
    save(pytester.path / "sessions", write(SERVICE, "checkout", "", deliveries, Redactor()))
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    """pytest in the project, where every warning is an error."""
    return project.runpytest(*ALONE, "-W", "error", *words)


def test_sessions_are_tests_when_they_are_asked_for(project: pytest.Pytester) -> None:
    """By the flag or by the ini file; a test a delivery, named as its file."""
    assert run(project).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    found = run(project, "--inspector", "-v")
    found.assert_outcomes(passed=4)
    found.stdout.fnmatch_lines(["*session.toml::001-stripe-payment_intent.succeeded PASSED*"])
    project.makeini("[pytest]\ninspector = true")
    run(project).assert_outcomes(passed=4)


def test_a_difference_is_told_field_by_field(project: pytest.Pytester) -> None:
    """Old, new, where it came from and the line that decided it; it can be accepted."""
    path = project.path / "sessions/checkout/001-stripe-payment_intent.succeeded.expected.json"
    path.write_text(path.read_text().replace("4999", "2500"))
    found = run(project, "--inspector")
    found.assert_outcomes(passed=3, failed=1)
    found.stdout.fnmatch_lines(
        [
            "001-stripe-payment_intent.succeeded is not as expected:",
            "",
            "  events.0.event_response.payment.amount.minor_units *expected 2500  found 4999",
            "    ← data.object.amount 4999 · *connectors/stripe/connector.toml:*",
            "*Where this is what it should mean: pytest --inspector --inspector-update",
        ]
    )
    run(project, "--inspector", "--inspector-update").assert_outcomes(passed=4)
    run(project, "--inspector").assert_outcomes(passed=4)


def test_other_documents_can_be_named(project: pytest.Pytester) -> None:
    """The project's own folder of connectors, from the flag or the ini file; a mistake in it is a sentence."""
    (project.path / "mine/stripe").mkdir(parents=True)
    (project.path / "mine/stripe/connector.toml").write_text("name = 1")
    found = run(project, "--inspector", "--inspector-connectors", "mine")
    found.assert_outcomes(failed=4)
    found.stdout.fnmatch_lines(["A connector document has mistakes"])


def test_deliveries_are_given_to_a_test(project: pytest.Pytester) -> None:
    """Chosen by connector, type and native type; signed now, for the secret that the test names: with the processor's
    own library, and what was forged is refused by it."""
    project.makepyfile(
        """
        import pytest
        import stripe

        @pytest.mark.webhooks("checkout", connector="stripe", secret="whsec_mine")
        def test_of_stripe(webhook):
            heads = dict(webhook.headers)
            verify = stripe.Webhook.construct_event
            if webhook.verified:
                event = verify(webhook.body, heads["Stripe-Signature"], "whsec_mine")
                assert event["type"] == webhook.native_type == webhook.json()["type"]
            else:
                with pytest.raises(stripe.SignatureVerificationError):
                    verify(webhook.body, heads["Stripe-Signature"], "whsec_mine")

        @pytest.mark.webhooks("checkout", type="refund")
        def test_by_type(webhook):
            assert (webhook.method, webhook.path) == ("POST", "/adyen")
            assert webhook.event_type == "WEBHOOK_REFUND_SUCCESS"
            assert webhook.expected["verdicts"] == ["VALID"]
            assert len(webhook.secret) == 64

        @pytest.mark.webhooks("checkout", native="charge.*")
        def test_by_native_type(webhook):
            assert repr(webhook) == "<Webhook 002-stripe-charge.failed>"
        """
    )
    found = run(project, "-v")
    found.assert_outcomes(passed=5)
    found.stdout.fnmatch_lines(["*test_of_stripe[[]001-stripe-payment_intent.succeeded[]] PASSED*"])


APP = """
import hashlib, hmac

SECRET = "whsec_mine"

def answer(method, kind, signature, body):
    parts = dict(each.split("=", 1) for each in signature.split(","))
    own = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return 200 if method == "POST" and "json" in kind and hmac.compare_digest(own, parts["v1"]) else 400
"""

FLASK = """
from flask import Flask, request

def client():
    app = Flask(__name__)

    @app.post("/stripe")
    def hook():
        return "", answer(request.method, request.content_type, request.headers["Stripe-Signature"], request.data)

    return app.test_client()
"""

STARLETTE = """
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

async def hook(request):
    heads = request.headers
    body = await request.body()
    return Response(status_code=answer(request.method, heads["content-type"], heads["stripe-signature"], body))

def client():
    return TestClient(Starlette(routes=[Route("/stripe", hook, methods=["POST"])]))
"""

DJANGO = """
import django
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path

def hook(request):
    heads = request.headers
    return HttpResponse(status=answer(request.method, request.content_type, heads["Stripe-Signature"], request.body))

urlpatterns = [path("stripe", hook)]

def client():
    if not settings.configured:
        settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], USE_TZ=True)
        django.setup()
    return Client()
"""

TEST = """
import pytest

@pytest.mark.webhooks("checkout", connector="stripe", secret="whsec_mine")
def test_of_the_app(webhook):
    assert webhook.send_to(client()).status_code == (200 if webhook.verified else 400)
"""


@pytest.mark.parametrize("app", [FLASK, STARLETTE, DJANGO], ids=["flask", "starlette", "django"])
def test_a_delivery_is_sent_to_an_app(project: pytest.Pytester, app: str) -> None:
    """To the test client of a framework: the app verifies what it gets, and refuses what is forged."""
    project.makepyfile(APP + app + TEST)
    found = subprocess.run(
        [sys.executable, "-m", "pytest", *ALONE],
        cwd=project.path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert "3 passed" in found.stdout, found.stdout + found.stderr


def test_a_delivery_is_sent_over_http(project: pytest.Pytester) -> None:
    """With requests and httpx, and with aiohttp, whose answer is awaited; no other object is a client."""
    project.makepyfile(
        APP
        + """
import asyncio
import httpx, pytest, requests
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

async def hook(request):
    heads = request.headers
    status = answer(request.method, request.content_type, heads["Stripe-Signature"], await request.read())
    return web.Response(status=status)

@pytest.mark.webhooks("checkout", connector="stripe", secret="whsec_mine")
def test_of_the_app(webhook):
    async def sent():
        app = web.Application()
        app.router.add_post("/stripe", hook)
        async with TestClient(TestServer(app)) as client:
            url = str(client.make_url("/stripe"))
            found = [(await webhook.send_to(client)).status]
            async with httpx.AsyncClient() as other:
                found.append((await webhook.send_to(other, url)).status_code)
            with requests.Session() as session:
                found.append((await asyncio.to_thread(webhook.send_to, session, url)).status_code)
            return found

    assert asyncio.run(sent()) == [200 if webhook.verified else 400] * 3
    with pytest.raises(TypeError, match="is no client of aiohttp, django, httpx, requests, starlette, werkzeug"):
        webhook.send_to(object())
"""
    )
    project.runpytest(*ALONE).assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("", "takes `webhook`: say which with @pytest.mark.webhooks"),
        ('@pytest.mark.webhooks("chekout")', "There is no session 'chekout'"),
        ('@pytest.mark.webhooks("checkout", connector="paypal")', "it has adyen REFUND, stripe charge.failed"),
    ],
)
def test_mistakes_are_told_in_a_sentence(project: pytest.Pytester, mark: str, said: str) -> None:
    """Without a traceback of the plugin's own."""
    project.makepyfile(f"import pytest\n{mark}\ndef test_x(webhook): pass")
    found = run(project)
    found.assert_outcomes(errors=1)
    assert said in found.stdout.str()
    assert "pytest_plugin.py" not in found.stdout.str()


def test_nothing_is_loaded_before_it_is_wanted() -> None:
    """Whoever has Inspector installed and does not use the plugin pays for one small module."""
    code = "import sys, inspector.pytest_plugin; print(*(n for n in sys.modules if n.startswith('inspector')))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.stdout.split() == ["inspector", "inspector.pytest_plugin"]
