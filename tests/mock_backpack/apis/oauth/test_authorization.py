"""Who is asked, who is sent back, and with what (RFC 6749 section 4.1, RFC 7636)."""

import pytest

from tests.mock_backpack.apis.consumer import CREATE, READ, Consumer, parameters_of
from tests.mock_backpack.earner import send

pytestmark = pytest.mark.anyio


@pytest.fixture
async def consumer(http, mock, site) -> Consumer:
    """A registered client with a redirect URI that has a query of its own."""
    consumer = Consumer(http, mock, site.url)
    await consumer.register(redirect_uris=[f"{site.url}/back?own=a%20b"], scope=f"{CREATE} {READ}")
    return consumer


async def test_consent_brings_a_code_and_the_state(consumer):
    """Also through a login, and whatever characters the state has."""
    state = "a b+c%20d&e=f#g/h?i ü"
    back = await consumer.consent(consumer.request(CREATE, state=state))
    assert (back["state"], back["own"], back["scope"]) == (state, "a b", CREATE)
    assert (await consumer.exchange(back["code"])).status == 200


async def test_the_consent_page_names_the_client_and_its_denial(consumer):
    """A denial has the state, and no code."""
    page = await consumer.log_in(consumer.request(CREATE))
    assert "A school" in page.text
    assert consumer.site in page.text
    assert "error=access_denied" in page.text
    assert "code=" not in page.text.replace("own=a%20b", "").partition('id="deny"')[2]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"state": None}, "invalid_request"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "offline_access"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
    ],
    ids=str,
)
async def test_a_wrong_request_is_told_to_the_client(consumer, changes, error):
    """At its redirect URI, and there is no code."""
    back = parameters_of(await consumer.ask("GET", consumer.request(CREATE, **changes)))
    assert back["error"] == error
    assert "code" not in back


@pytest.mark.parametrize(
    "uri",
    ["{site}/back", "{site}/back?own=a%20b&more=1", "{site}/other", "https://a.example/", None],
)
async def test_nobody_is_sent_where_no_client_is_registered(consumer, uri):
    """The earner sees an error."""
    wrong = uri and uri.format(site=consumer.site)
    reply = await consumer.ask("GET", consumer.request(CREATE, redirect_uri=wrong))
    assert (reply.status, reply.headers.get("Location")) == (400, None)
    unknown = await consumer.ask("GET", consumer.request(CREATE, client_id="nobody"))
    assert (unknown.status, unknown.headers.get("Location")) == (400, None)


async def test_a_repeated_parameter_is_refused(consumer):
    """Each may stand once."""
    back = await consumer.ask("GET", f"{consumer.request(CREATE)}&state=again")
    assert parameters_of(back)["error"] == "invalid_request"


async def test_consent_needs_a_form_of_the_session(consumer, http, mock):
    """Another site cannot give it (RFC 6749 section 10.12)."""
    url = consumer.request(CREATE)
    await consumer.log_in(url)
    fields = dict(pair.split("=", 1) for pair in url.partition("?")[2].split("&"))
    refused = await send(http, "POST", f"{mock}/oauth/accept", data={**fields, "csrf": "guessed"})
    assert refused.status == 403


async def test_consent_can_be_given_without_a_page(consumer, http, mock):
    """As for the other API."""
    choice = {"answer": "grant", "earner": "ada@example.org"}
    await send(http, "PUT", f"{mock}/_mock/consent", json=choice)
    assert "code" in parameters_of(await consumer.ask("GET", consumer.request(CREATE)))
    await send(http, "PUT", f"{mock}/_mock/consent", json={**choice, "answer": "deny"})
    back = parameters_of(await consumer.ask("GET", consumer.request(CREATE)))
    assert (back["error"], back["state"]) == ("access_denied", "a state & more")
