"""The access page: its question to the earner, and the parameters of the callback."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from mock_backpack.app import create_app
from mock_backpack.core.settings import Settings, Shape
from mock_backpack.server import served
from tests.mock_backpack.earner import (
    Tokens,
    accept,
    access_url,
    ask_for_access,
    form_fields,
    identity,
    log_in,
    push,
    send,
)
from tests.mock_backpack.hand_issuer import GRACE, good_badge

pytestmark = pytest.mark.anyio

CALLBACK = "https://issuer.example/callback"
TOLD = ("access_token", "refresh_token", "expires", "api_root")


def query_of(answer):
    """The query of the Location of an answer, all values of each name."""
    return parse_qs(urlsplit(answer.headers["Location"]).query, keep_blank_values=True)


async def test_the_access_page_names_the_issuer(http, mock):
    """An earner sees which origin will get access, and no token."""
    await log_in(http, mock)
    answer = await ask_for_access(http, mock, CALLBACK)
    assert answer.status == 200
    assert "https://issuer.example" in answer.page.get_text()
    assert not any(name in answer.text for name in TOLD)


async def test_opening_the_access_page_grants_nothing(http, mock):
    """Nothing is granted before the earner acts."""
    await log_in(http, mock)
    await ask_for_access(http, mock, CALLBACK)
    settings = (await send(http, "GET", f"{mock}/settings")).page
    assert "issuer.example" not in settings.get_text()


async def test_who_is_logged_out_logs_in_first_and_comes_back(http, mock):
    """The access page leads to the login page, and login leads back to the same question."""
    first = await send(http, "GET", access_url(mock, f"{CALLBACK}?a=1&b=%26"))
    login = await send(http, "GET", mock + first.headers["Location"])
    fields = form_fields(login.page, "/login")
    back = await send(http, "POST", f"{mock}/login", data={**fields, "email": GRACE})
    page = (await send(http, "GET", mock + back.headers["Location"])).page
    assert first.status == back.status == 303
    assert form_fields(page, "/accept")["callback"] == f"{CALLBACK}?a=1&b=%26"


async def test_a_grant_tells_the_callback_four_parameters(http, mock):
    """303 to the callback with access_token, refresh_token, expires and api_root, and no error."""
    await log_in(http, mock)
    answer = await accept(http, mock, CALLBACK)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    query = query_of(answer)
    assert set(query) == set(TOLD)
    assert query["expires"] == ["3600"]
    assert query["api_root"] == [f"{mock}/api"]


async def test_a_granted_token_works_as_decoded_from_the_query(http, mock):
    """Tokens are percent-encoded so that they decode to values that work."""
    await log_in(http, mock)
    for _ in range(10):  # in ten tokens there is a "+" or a "/" for certain
        query = {
            name: values[0] for name, values in query_of(await accept(http, mock, CALLBACK)).items()
        }
        assert (await identity(http, Tokens(**query))).status == 200


async def test_the_granted_redirect_is_kept_and_told_nowhere(http, mock):
    """The redirect that carries tokens is no-store and no-referrer."""
    await log_in(http, mock)
    headers = (await accept(http, mock, CALLBACK)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("query", ["state=x", "a=1&a=2", "b=%26%3D", "c", "d=", "=e", "f=%C3%A9+x"])
async def test_the_callbacks_own_query_survives(http, mock, query):
    """The callback's own parameters come back as they were, in front of the four."""
    await log_in(http, mock)
    location = (await accept(http, mock, f"{CALLBACK}?{query}")).headers["Location"]
    assert location.startswith(f"{CALLBACK}?{query}&access_token=")


@pytest.mark.parametrize("name", [*TOLD, "error", "access%5Ftoken", "%61ccess_token"])
async def test_a_planted_parameter_does_not_win(http, mock, name):
    """A parameter planted in the callback under one of the Backpack's names is dropped."""
    await log_in(http, mock)
    query = query_of(await accept(http, mock, f"{CALLBACK}?{name}=planted&state=x"))
    assert set(query) == {*TOLD, "state"}
    assert not any("planted" in values for values in query.values())


async def test_denial_is_a_link_to_the_callback(http, mock):
    """Deny leads to the callback with access_denied, its own query and no token."""
    await log_in(http, mock)
    page = (await ask_for_access(http, mock, f"{CALLBACK}?state=x&access_token=planted")).page
    deny = page.find("a", string="Deny")
    assert deny["href"] == f"{CALLBACK}?state=x&error=access_denied"


async def test_a_callback_of_2000_characters_works(http, mock):
    """A long callback with a busy query comes through login, page and redirect."""
    callback = f"{CALLBACK}?{'&name=value' * 180}"[:2000]
    first = await send(http, "GET", access_url(mock, callback))
    login = await send(http, "GET", mock + first.headers["Location"])
    fields = {**form_fields(login.page, "/login"), "email": GRACE}
    await send(http, "POST", f"{mock}/login", data=fields)
    answer = await accept(http, mock, callback)
    assert dict(parse_qsl(urlsplit(answer.headers["Location"]).query)).keys() >= set(TOLD)


@pytest.mark.parametrize(
    ("callback", "host"),
    [
        (
            "https://issuer.example/zurück?name=Zoë",
            "https://issuer.example/zur%C3%BCck?name=Zo%C3%AB&",
        ),
        ("https://issuer.example/%7Eada/?x=%zz", "https://issuer.example/%7Eada/?x=%zz"),
    ],
)
async def test_a_location_is_ascii(http, mock, callback, host):
    """A callback with other characters is redirected to in percent-encoding (RFC 3986)."""
    await log_in(http, mock)
    location = (await accept(http, mock, callback)).headers["Location"]
    assert location.isascii()
    assert location.startswith(host)


async def test_expires_is_what_the_mock_was_started_with(http):
    """The callback receives the configured lifetime."""
    async with served(create_app(Settings(Shape(expires=7)))) as mock:
        await log_in(http, mock)
        assert query_of(await accept(http, mock, CALLBACK))["expires"] == ["7"]


async def test_api_root_is_on_the_host_that_the_earner_used(http, mock):
    """For an earner who used localhost the api_root is on localhost."""
    mock = mock.replace("127.0.0.1", "localhost")
    await log_in(http, mock)
    assert query_of(await accept(http, mock, CALLBACK))["api_root"] == [f"{mock}/api"]


REFUSED = [
    ("", "callback expected"),
    ("scope=issue", "callback expected"),
    ("callback=&scope=issue", "callback expected"),
    (f"callback={CALLBACK}", "scope expected"),
    (f"callback={CALLBACK}&scope=", "scope expected"),
    (f"callback={CALLBACK}&scope=,", "scope expected"),
    (f"callback={CALLBACK}&scope=all", "invalid scope: all"),
    (f"callback={CALLBACK}&scope=issue,all,x", "invalid scope: all, x"),
    (f"callback={CALLBACK}&scope=ISSUE", "invalid scope: ISSUE"),
    ("callback=/callback&scope=issue", "invalid callback: /callback"),
    ("callback=//issuer.example/&scope=issue", "invalid callback: //issuer.example/"),
    ("callback=https:///x&scope=issue", "invalid callback: https:///x"),
    ("callback=https://&scope=issue", "invalid callback: https://"),
    ("callback=https://a:99999/&scope=issue", "invalid callback: https://a:99999/"),
    ("callback=https://[/&scope=issue", "invalid callback: https://["),
    ("callback=https://a@b/&scope=issue", "invalid callback: https://a@b/"),
    ("callback=https://a%0d%0aX:y/&scope=issue", "invalid callback: https://a"),
    ("callback=ftp://a/&scope=issue", "invalid callback: ftp://a/"),
    ("callback=file:///etc/passwd&scope=issue", "invalid callback: file:///etc/passwd"),
    ("callback=javascript:alert(1)&scope=issue", "invalid callback: javascript:alert(1)"),
    ("callback=data:text/html,x&scope=issue", "invalid callback: data:text/html,x"),
    (f"callback={CALLBACK}&callback={CALLBACK}&scope=issue", "callback expected once"),
    (f"callback={CALLBACK}&scope=issue&scope=issue", "scope expected once"),
    (f"callback={CALLBACK}{'x' * 5000}&scope=issue", f"invalid callback: {CALLBACK}xxx"),
]


async def test_a_bad_question_is_refused_in_the_historical_words(http, mock):
    """A missing, unknown or unusable parameter is a 400 in plain text without a redirect."""
    await log_in(http, mock)
    for query, words in REFUSED:
        answer = await send(http, "GET", f"{mock}/access?{query}")
        assert answer.status == 400, query
        assert answer.text.startswith(words), query
        assert "Location" not in answer.headers, query
        assert answer.headers["Content-Type"].startswith("text/plain"), query


@pytest.mark.parametrize("host", ["iss<uer", "iss|uer", "iss^uer", "iss%uer", "iss%00uer"])
async def test_a_host_that_no_browser_takes_is_refused(http, mock, host):
    """A callback with a forbidden host code point (URL standard) has no host to go to."""
    await log_in(http, mock)
    answer = await ask_for_access(http, mock, f"https://{host}/callback")
    assert answer.status == 400


async def test_a_bad_question_is_refused_before_login(http, mock):
    """An invalid request for access is refused before login."""
    answer = await send(http, "GET", f"{mock}/access?callback=javascript:alert(1)&scope=issue")
    assert (answer.status, "Location" in answer.headers) == (400, False)


async def test_a_forged_form_is_checked_again(http, mock):
    """The form's callback and scope are judged as strictly as the page's."""
    await log_in(http, mock)
    for query, words in REFUSED:
        page = (await ask_for_access(http, mock, CALLBACK)).page
        csrf = form_fields(page, "/accept")["csrf"]
        fields = [*parse_qsl(query, keep_blank_values=True), ("csrf", csrf)]
        answer = await send(http, "POST", f"{mock}/accept", data=fields)
        assert (answer.status, "Location" in answer.headers) == (400, False), query
        assert answer.text.startswith(words), query


async def test_several_scopes_that_are_known_are_granted(http, mock, site):
    """A comma list with blanks in it is read for its names."""
    await log_in(http, mock)
    page = (await send(http, "GET", access_url(mock, f"{site.url}/cb", "issue,,issue"))).page
    answer = await send(http, "POST", f"{mock}/accept", data=form_fields(page, "/accept"))
    granted = Tokens(**{name: values[0] for name, values in query_of(answer).items()})
    assert (await push(http, granted, good_badge(site).publish())).status == 201
