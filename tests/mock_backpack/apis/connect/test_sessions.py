"""Sessions and forms: who is logged in, and which forms of the pages count."""

import io
from http.cookies import SimpleCookie

import aiohttp
import pytest

from tests.mock_backpack.earner import ask_for_access, form_fields, log_in, send
from tests.mock_backpack.hand_issuer import ADA, GRACE

pytestmark = pytest.mark.anyio

CALLBACK = "https://issuer.example/callback"
COOKIE = "mock_backpack_session"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
FIELD = b'--x\r\nContent-Disposition: form-data; name="csrf"'


def session_of(answer):
    """The session cookie that an answer sets."""
    return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]


async def csrf_of(http, mock):
    """The CSRF token of the session."""
    return form_fields((await ask_for_access(http, mock, CALLBACK)).page, "/accept")["csrf"]


async def test_the_session_cookie_is_for_the_server_alone(http, mock):
    """No script reads the cookie, and no other site sends it along with a form."""
    cookie = session_of(await send(http, "GET", f"{mock}/login"))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


async def test_login_renews_the_session(http, mock):
    """A cookie that was planted before login is worth nothing after it."""
    before = session_of(await send(http, "GET", f"{mock}/login")).value
    after = session_of(await log_in(http, mock)).value
    assert before != after
    async with aiohttp.ClientSession(cookies={COOKIE: before}) as planted:
        assert (await send(planted, "GET", f"{mock}/settings")).status == 303


async def test_login_shows_who_is_logged_in(http, mock):
    """Every page of an earner says whose Backpack it is."""
    await log_in(http, mock, GRACE)
    assert GRACE in (await send(http, "GET", f"{mock}/badges")).page.get_text()


async def test_logout_ends_the_session(http, mock):
    """After logging out the session's cookie is worth nothing."""
    await log_in(http, mock)
    fields = form_fields((await send(http, "GET", f"{mock}/badges")).page, "/logout")
    assert (await send(http, "POST", f"{mock}/logout", data=fields)).status == 303
    assert (await send(http, "GET", f"{mock}/badges")).headers["Location"].startswith("/login")


@pytest.mark.parametrize("page", ["settings", "badges"])
async def test_a_private_page_asks_to_log_in_and_leads_back(http, mock, page):
    """A logged-out earner reaches the page by way of the login form."""
    first = await send(http, "GET", f"{mock}/{page}")
    login = (await send(http, "GET", mock + first.headers["Location"])).page
    fields = {**form_fields(login, "/login"), "email": ADA}
    answer = await send(http, "POST", f"{mock}/login", data=fields)
    assert answer.headers["Location"] == f"/{page}"


@pytest.mark.parametrize(
    "email", ["", " ", "ada", "@", "a@", "@b", "a b@c", "a@b@c", f"{'a' * 260}@example.org"]
)
async def test_only_an_email_logs_in(http, mock, email):
    """A text that is no e-mail address gets a 400 with what was expected."""
    answer = await log_in(http, mock, email)
    assert (answer.status, answer.text) == (400, "email: expected an e-mail address")


@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example/",
        "//evil.example/",
        "//evil.example/badges",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example/badges",
        "https:badges",
        "javascript:alert(1)",
        "/login",
        "/logout",
        "/accept",
        "badges",
        "",
        "\t//evil.example/",
        "/badges/../..//evil.example",
    ],
)
async def test_login_leads_to_no_other_site(http, mock, then):
    """For any ``then``, login ends on a page of the mock."""
    fields = form_fields((await send(http, "GET", f"{mock}/login")).page, "/login")
    form = {**fields, "email": ADA, "then": then}
    answer = await send(http, "POST", f"{mock}/login", data=form)
    assert (answer.status, answer.headers["Location"]) == (303, "/badges")


@pytest.mark.parametrize("then", ["//[", "http://[x/", "//a]/badges"])
async def test_an_unreadable_then_is_no_server_error(http, mock, then):
    """``then`` may be no URL at all; the earner is logged in anyway."""
    fields = form_fields((await send(http, "GET", f"{mock}/login")).page, "/login")
    form = {**fields, "email": ADA, "then": then}
    answer = await send(http, "POST", f"{mock}/login", data=form)
    assert (answer.status, answer.headers.get("Location")) == (303, "/badges")


@pytest.mark.parametrize("char", ["\0", "\x01", "\r\nX-Planted: 1", "\x7f", " ", "é", "\u2028"])
async def test_an_odd_character_in_then_ends_in_a_clean_location(http, mock, char):
    """Control characters cannot split a header, break the answer, or stay raw in Location."""
    fields = form_fields((await send(http, "GET", f"{mock}/login")).page, "/login")
    form = {**fields, "email": ADA, "then": f"/badges?x={char}y"}
    answer = await send(http, "POST", f"{mock}/login", data=form)
    assert answer.status == 303
    assert "X-Planted" not in answer.headers
    location = answer.headers["Location"]
    assert location.isascii()
    assert location.isprintable()
    assert " " not in location


@pytest.mark.parametrize("csrf", [None, "", "guessed", "é"])
@pytest.mark.parametrize("path", ["accept", "settings/revoke-origin", "logout", "login"])
async def test_a_form_needs_its_csrf_token(http, mock, path, csrf):
    """A form without the session's token is a 403, and nothing happens."""
    await log_in(http, mock)
    form = {"callback": CALLBACK, "scope": "issue", "email": GRACE, "origin": "https://x"}
    sent = form if csrf is None else {**form, "csrf": csrf}
    answer = await send(http, "POST", f"{mock}/{path}", data=sent)
    assert (answer.status, "Location" in answer.headers) == (403, False)
    settings = (await send(http, "GET", f"{mock}/settings")).page.get_text()
    assert ADA in settings
    assert "issuer.example" not in settings


async def test_the_csrf_token_is_bound_to_the_session(http, mock):
    """Another browser's token, good as it is there, does not open the form here."""
    await log_in(http, mock)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as thief:
        await log_in(thief, mock, GRACE)
        stolen = await csrf_of(thief, mock)
    assert stolen != await csrf_of(http, mock)
    form = {"callback": CALLBACK, "scope": "issue", "csrf": stolen}
    assert (await send(http, "POST", f"{mock}/accept", data=form)).status == 403


@pytest.mark.parametrize("path", ["accept", "settings/revoke-origin"])
async def test_a_form_needs_a_session(http, mock, path):
    """A logged-out earner can neither grant nor revoke."""
    form = {"callback": CALLBACK, "scope": "issue", "origin": "https://issuer.example"}
    answer = await send(http, "POST", f"{mock}/{path}", data=form)
    assert (answer.status, answer.text) == (403, "log in first")


@pytest.mark.parametrize("path", ["accept", "settings/revoke-origin", "logout"])
async def test_nothing_changes_by_opening_a_link(http, mock, path):
    """Changes need a POST; a GET gets a 405."""
    answer = await send(http, "GET", f"{mock}/{path}")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (URLENCODED, b"email=%ff&csrf=%fe"),
        (URLENCODED, b"\xff\xfe"),
        (f"{URLENCODED}; charset=klingon", b"email=a"),
        (f"{URLENCODED}; charset=utf-16", b"email=a"),
        ("application/json", b'{"email": "a@b"}'),
        ("multipart/form-data", b"no boundary"),
        (MULTIPART, b""),
        (MULTIPART, b"--x\r\n\r\nno name\r\n--x--\r\n"),
        (MULTIPART, FIELD),
        (MULTIPART, FIELD + b'; filename="f"\r\n\r\na\r\n--x--\r\n'),
        (MULTIPART, b"--x\r\nno header\r\n\r\na\r\n--x--\r\n"),
        (MULTIPART, FIELD + b"\r\nContent-Transfer-Encoding: rot13\r\n\r\na\r\n--x--\r\n"),
        ("", b"email=a"),
    ],
)
async def test_an_odd_form_is_refused(http, mock, content_type, body):
    """An invalid form gets a 4xx, never a server error."""
    await send(http, "GET", f"{mock}/login")
    headers = {"Content-Type": content_type}
    answer = await send(http, "POST", f"{mock}/login", data=body, headers=headers)
    assert 400 <= answer.status < 500


async def test_a_form_of_two_megabytes_is_refused(http, mock):
    """A form that is too long is a 413."""
    answer = await send(
        http,
        "POST",
        f"{mock}/login",
        data=io.BytesIO(b"email=" + b"a" * 2**21),
        headers={"Content-Type": URLENCODED},
    )
    assert answer.status == 413
