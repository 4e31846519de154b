"""The controls of the mock: each operation, who may use them, and what they refuse."""

import asyncio

import pytest

from mock_backpack.app import create_app
from mock_backpack.control.operations import OPERATIONS
from mock_backpack.core.settings import Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import access_url, bearer, log_in, send
from tests.mock_backpack.hand_issuer import ADA

pytestmark = pytest.mark.anyio

CALLBACK = "http://a.example/callback"
GRANT = {"earner": ADA, "origin": "http://a.example"}
BODIES = {
    ("POST", "/clock"): {"advance": 1},
    ("POST", "/earners"): {"email": ADA},
    ("POST", "/login"): {"email": ADA},
    ("POST", "/grants"): GRANT,
    ("PUT", "/consent"): {"answer": "grant"},
    ("POST", "/rules"): "http.status",
    ("PUT", "/rules"): [],
    ("PUT", "/situation"): {"situation": "expired-token"},
}
QUERIES = {"/badges": "?earner=a@b.org"}
STREAMS = ("/events",)


async def do(http, mock, method, path, body=None, **options):
    if body is not None:
        options["json"] = body
    return await send(http, method, f"{mock}/_mock{path}", **options)


async def settings_of(http, mock, headers):
    return await send(http, "GET", f"{mock}/settings", headers=headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [operation for operation in OPERATIONS if operation[1] not in STREAMS],
)
async def test_every_operation_answers_well(http, mock, method, path):
    """Each entry of the table can be asked once, and says so with a 200 or 201."""
    await do(http, mock, "POST", "/sandboxes", {"name": "a"})
    await do(http, mock, "POST", "/grants", GRANT)
    await do(http, mock, "POST", "/rules", "timing.latency seconds=0")
    place = path.format(name="a", number="1", rule="r1", id="r1")
    query = QUERIES.get(path, "?timeout=0" if "/journal/" in path else "")
    body = BODIES.get((method, path))
    if path == "/restore":
        body = (await do(http, mock, "GET", "/snapshot")).json
    answer = await do(http, mock, method, place + query, body)
    assert answer.status in (200, 201), answer.text


async def test_consent_answers_so_often_and_then_asks_again(http, mock):
    """Two grants without a page, then the page."""
    await log_in(http, mock)
    await do(http, mock, "PUT", "/consent", {"answer": "grant", "times": 2})
    seen = [await send(http, "GET", access_url(mock, CALLBACK)) for _ in range(3)]
    assert [answer.status for answer in seen] == [303, 303, 200]
    assert "access_token=" in seen[0].headers["Location"]


async def test_consent_may_deny(http, mock):
    """The callback receives the denial, even for a logged-out earner."""
    await do(http, mock, "PUT", "/consent", {"answer": "deny", "earner": ADA})
    answer = await send(http, "GET", access_url(mock, CALLBACK))
    assert answer.headers["Location"] == f"{CALLBACK}?error=access_denied"


async def test_consent_may_go_back_to_the_page(http, mock):
    """The setting is returned, and "page" resets it."""
    await log_in(http, mock)
    consent = (await do(http, mock, "PUT", "/consent", {"answer": "grant"})).json
    assert consent == {"answer": "grant", "earner": None, "times": None}
    await do(http, mock, "PUT", "/consent", {"answer": "page"})
    assert (await send(http, "GET", access_url(mock, CALLBACK))).status == 200


async def test_a_login_without_a_page_is_a_login(http, mock):
    """The returned cookie opens the settings."""
    assert (await settings_of(http, mock, {})).status == 303
    cookie = (await do(http, mock, "POST", "/login", {"email": ADA})).json["cookie"]
    http.cookie_jar.clear()
    answer = await settings_of(http, mock, {"Cookie": f"{cookie['name']}={cookie['value']}"})
    assert (answer.status, ADA in answer.text) == (200, True)


async def test_a_grant_expires_and_is_revoked_on_demand(http, mock):
    """Expired it can still be refreshed; revoked it is gone."""
    granted = (await do(http, mock, "POST", "/grants", GRANT)).json
    place, headers = f"/grants/{granted['number']}", bearer(granted["access_token"])

    async def trial():
        return (await send(http, "GET", f"{granted['api_root']}/identity", headers=headers)).status

    seen = [await trial()]
    await do(http, mock, "POST", f"{place}/expire")
    seen.append(await trial())
    assert seen == [200, 401]
    gone = await do(http, mock, "DELETE", place)
    assert gone.json == {**GRANT, "revoked": 1}
    again = await do(http, mock, "DELETE", place)
    assert (again.status, again.message) == (404, f'unknown grant "{granted["number"]}"')


async def test_the_admin_token_is_demanded(http):
    """Nothing or another token is a 401 with a challenge; the token is good."""
    async with served(create_app(Settings(admin_token="x"))) as mock:
        for header in ({}, {"Authorization": "Bearer y"}):
            answer = await do(http, mock, "GET", "/health", headers=header)
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        good = {"Authorization": "Bearer x"}
        assert (await do(http, mock, "GET", "/health", headers=good)).status == 200


async def test_a_byte_that_is_no_text_is_no_admin_token():
    """A 401, not a failure of the mock."""
    async with served(create_app(Settings(admin_token="x"))) as mock:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(mock.rpartition(":")[2]))
        writer.write(
            b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "http://127.0.0.1"])
async def test_pages_of_other_sites_may_not_work_the_controls(http, mock, origin):
    """A foreign Origin is a 403, the mock's own is not."""
    answer = await do(http, mock, "GET", "/health", headers={"Origin": origin})
    assert (answer.status, "not for pages of" in answer.message) == (403, True)
    assert (await do(http, mock, "GET", "/health", headers={"Origin": mock})).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "start"),
    [
        ("POST", "/earners", {}, "email: expected an e-mail address"),
        ("POST", "/earners", {"email": "ada"}, 'email: expected an e-mail address, saw "ada"'),
        ("POST", "/login", {"email": 5}, "email: expected an e-mail address, saw 5"),
        ("POST", "/login", {"mail": ADA}, "mail: expected one of email"),
        ("POST", "/grants", {"earner": ADA}, "origin: expected a text"),
        ("POST", "/grants", {**GRANT, "origin": "a"}, "origin: "),
        ("POST", "/grants", {**GRANT, "origin": "http://["}, "origin: "),
        ("POST", "/grants", {**GRANT, "earner": None}, "earner: expected an e-mail"),
        ("POST", "/grants", {**GRANT, "scope": 1}, "scope: expected a text"),
        ("PUT", "/consent", {"answer": "maybe"}, "answer: expected one of grant, deny, page"),
        ("PUT", "/consent", {"answer": "deny", "times": 0}, "times: expected a whole number"),
        ("PUT", "/consent", {"answer": "deny", "earner": "x"}, "earner: expected an e-mail"),
        ("POST", "/clock", {"freeze": 1}, "freeze: expected true"),
        ("POST", "/clock", {"set": "soon"}, "set: expected unix seconds or an ISO 8601 time"),
        ("POST", "/clock", {"set": -1}, "set: expected unix seconds from 0"),
        ("POST", "/clock", [], "body: expected a JSON object"),
    ],
)
async def test_a_bad_body_is_refused_by_member(http, mock, method, path, body, start):
    """A 400 whose message begins with the member."""
    answer = await do(http, mock, method, path, body)
    assert (answer.status, answer.message[: len(start)]) == (400, start)


async def test_a_frozen_clock_stands_where_it_is_put(http, mock):
    """Freeze and set in one go; resumed it goes on from there."""
    setting = {"freeze": True, "set": "2030-01-01T00:00:00Z"}
    clock = (await do(http, mock, "POST", "/clock", setting)).json
    assert (clock["time"], clock["frozen"]) == ("2030-01-01T00:00:00+00:00", True)
    await asyncio.sleep(0.02)
    assert (await do(http, mock, "GET", "/clock")).json["now"] == clock["now"]
    resumed = (await do(http, mock, "POST", "/clock", {"resume": True})).json
    assert not resumed["frozen"]
    await asyncio.sleep(0.02)
    assert 0.01 < (await do(http, mock, "GET", "/clock")).json["now"] - clock["now"] < 60


async def test_advancing_tells_what_expired(http, mock):
    """The grant whose token ended in between, once."""
    await do(http, mock, "POST", "/grants", GRANT)
    expired = []
    for seconds in (3000, 3000, 3000):
        clock = (await do(http, mock, "POST", "/clock", {"advance": seconds})).json
        expired.append(clock["expired"])
    assert expired == [[], [{"number": 1, **GRANT}], []]


@pytest.mark.parametrize("frozen", [True, False])
async def test_a_move_that_is_refused_moves_nothing(http, mock, frozen):
    """Not even by the members before the wrong one."""
    if frozen:
        await do(http, mock, "POST", "/clock", {"freeze": True})
    before = (await do(http, mock, "GET", "/clock")).json
    answer = await do(http, mock, "POST", "/clock", {"advance": 9000, "set": "soon"})
    after = (await do(http, mock, "GET", "/clock")).json
    assert answer.status == 400
    assert 0 <= after["now"] - before["now"] < 60
    assert after["frozen"] == frozen


async def test_a_clock_at_the_end_of_time_is_still_told(http, mock):
    """After the last second of the year 9999 the clock stops."""
    await do(http, mock, "POST", "/clock", {"set": 253_402_300_798.99})
    await asyncio.sleep(0.05)
    clock = (await do(http, mock, "GET", "/clock")).json
    assert clock["time"] == "9999-12-31T23:59:59+00:00"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "192.0.2.7", "localhost.x"])
async def test_a_name_that_was_bent_to_this_machine_is_refused(http, mock, host):
    """A page whose own name leads here may not work the controls (DNS rebinding)."""
    answer = await send(http, "GET", f"{mock}/_mock/health", headers={"Host": host})
    assert answer.status == 403
    assert answer.message.startswith("Host: expected localhost")


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "127.0.0.1", "[::1]:8765"])
async def test_all_names_of_this_machine_are_good(http, mock, host):
    """For any of its names."""
    answer = await send(http, "GET", f"{mock}/_mock/health", headers={"Host": host})
    assert answer.status == 200


async def test_the_token_alone_is_no_bearer_token(http):
    """The scheme belongs to it."""
    async with served(create_app(Settings(admin_token="x"))) as mock:
        url = f"{mock}/_mock/health"
        assert (await send(http, "GET", url, headers={"Authorization": "x"})).status == 401
