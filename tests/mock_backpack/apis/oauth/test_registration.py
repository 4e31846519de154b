"""Which clients are registered, and how others are refused (RFC 7591)."""

import pytest

from tests.mock_backpack.apis.consumer import ALL, Consumer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def consumer(http, mock, site) -> Consumer:
    """A client that knows nothing yet."""
    return Consumer(http, mock, site.url)


async def test_everything_that_was_sent_comes_back(consumer):
    """With id, secret, times and what the client did not say."""
    reply = await consumer.register(redirect_uris=[f"{consumer.site}/a", f"{consumer.site}/b?c=d"])
    assert reply.status == 201
    assert reply.headers["Cache-Control"] == "no-store"
    sent = consumer.metadata(redirect_uris=[f"{consumer.site}/a", f"{consumer.site}/b?c=d"])
    assert {name: reply.body[name] for name in sent} == sent
    assert reply.body["scope"] == " ".join(ALL)
    assert reply.body["token_endpoint_auth_method"] == "client_secret_basic"
    assert reply.body["client_secret_expires_at"] == 0
    assert len(bytes.fromhex(reply.body["client_secret"])) == 32


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_name": None}, "invalid_client_metadata"),
        ({"software_version": " "}, "invalid_client_metadata"),
        ({"policy_uri": 7}, "invalid_client_metadata"),
        ({"contacts": "ada@example.org"}, "invalid_client_metadata"),
        ({"contacts": [7]}, "invalid_client_metadata"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": "http://127.0.0.1/back"}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://127.0.0.1/back#here"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://elsewhere.example/back"]}, "invalid_redirect_uri"),
        ({"logo_uri": "https://elsewhere.example/logo.png"}, "invalid_client_metadata"),
        ({"logo_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_post"}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"scope": "everything"}, "invalid_client_metadata"),
    ],
    ids=str,
)
async def test_a_wrong_registration_is_refused(consumer, changes, error):
    """With an error of the vocabulary, and a description that names the member."""
    reply = await consumer.register(**changes)
    assert (reply.status, reply.body["error"]) == (400, error)
    assert next(iter(changes)) in reply.body["error_description"]
    assert consumer.client == {}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
async def test_what_is_no_object_is_refused(consumer, body):
    """Never with a server error."""
    api = await consumer.discover()
    headers = {"Content-Type": "application/json"}
    reply = await consumer.ask("POST", api["registrationUrl"], data=body, headers=headers)
    assert (reply.status, reply.body["error"]) == (400, "invalid_client_metadata")


async def test_a_registration_is_posted(consumer):
    """As JSON."""
    api = await consumer.discover()
    assert (await consumer.ask("GET", api["registrationUrl"])).status == 405
    form = await consumer.ask("POST", api["registrationUrl"], data={"client_name": "x"})
    assert form.status == 400
