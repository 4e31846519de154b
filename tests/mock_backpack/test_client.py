"""The Python client: every control of a mock in a process of its own, and what goes wrong."""

import contextlib
import http.client
import json
import socket
import socketserver
import threading
from urllib.parse import urlsplit

import pytest

from mock_backpack.client import MockClient, MockGone, MockRefused
from mock_backpack.version import VERSION
from tests.mock_backpack.cli.test_command import serving, url_in
from tests.mock_backpack.hand_issuer import ADA, GRACE

ISSUER = "https://badges.example.org"


@pytest.fixture(scope="module")
def address():
    """The URL of a mock in a process of its own."""
    with serving("--port", "0") as (_, line):
        yield url_in(line)


@pytest.fixture
def root(address):
    """A client of the whole mock."""
    with MockClient(address) as client:
        yield client


@pytest.fixture
def mock(root):
    """A client of a fresh sandbox."""
    with root.sandbox() as client:
        yield client


def ask(url, method="GET", body=None, **headers):
    """A request of an issuer: status and headers of the answer."""
    parts = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=20)) as connection:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers


def identity(grant):
    """The status of a harmless request under a grant."""
    return ask(f"{grant.api_root}/identity", Authorization=grant.authorization)[0]


@pytest.mark.slow
def test_health_says_which_mock_this_is(root):
    """The client reaches the mock, and returns its state."""
    assert root.health()["version"] == VERSION


@pytest.mark.slow
def test_a_slash_at_the_end_does_not_matter(address):
    """People copy addresses from their browsers."""
    with MockClient(f"{address}/") as client:
        assert client.health()["status"] == "ok"


@pytest.mark.parametrize("url", ["", "127.0.0.1:8765", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told(url):
    """What was expected and what was seen."""
    with pytest.raises(ValueError, match="expected such as http://127"):
        MockClient(url)


def test_requests_share_a_connection(address):
    """Ten requests open one connection, as a mock in another process counts them."""
    with MockClient(address) as client:
        client.health()
        first = client._connection.sock
        for _ in range(9):
            client.health()
        assert client._connection.sock is first


def test_a_sandbox_lives_as_long_as_its_with(root):
    """It is dropped at the end, and no other."""
    with root.sandbox("team-a", expires=30, seed="x") as sandbox, root.sandbox() as other:
        assert sandbox.url == f"{root.url}/s/team-a"
        assert sandbox.grant(ADA, ISSUER).expires == 30
        assert root.health()["sandboxes"] == 3
        assert other.url != sandbox.url
    assert root.health()["sandboxes"] == 1


def test_a_sandbox_begins_with_its_rules(root):
    """They are armed at once, and again after a reset."""
    with root.sandbox(rules=["http.unavailable count=1"]) as sandbox:
        grant = sandbox.grant(ADA, ISSUER)
        assert [identity(grant), identity(grant)] == [503, 200]
        sandbox.reset()
        assert identity(sandbox.grant(ADA, ISSUER)) == 503


def test_a_sandbox_that_was_dropped_already_ends_well(root):
    """The end of ``with`` hides no error of the test behind another."""
    with root.sandbox("short") as sandbox:
        assert ask(f"{sandbox.url}/_mock/sandboxes/short", "DELETE")[0] == 200


def test_a_grant_works_until_it_expires_or_is_revoked(mock):
    """A grant without a browser is as good as another."""
    grant, other = mock.grant(ADA, ISSUER), mock.grant(GRACE, ISSUER)
    assert (identity(grant), identity(other)) == (200, 200)
    mock.expire(grant)
    mock.revoke(other)
    assert (identity(grant), identity(other)) == (401, 401)


def test_a_grant_shows_no_tokens(mock):
    """The output of a failing test may be in a public log."""
    grant = mock.grant(ADA, ISSUER)
    assert grant.access_token not in repr(grant)
    assert grant.refresh_token not in repr(grant)


def test_a_session_opens_the_pages(mock):
    """The cookie of `log_in` is that of an earner who has logged in."""
    cookie = mock.log_in(ADA)["cookie"]
    sent = f"{cookie['name']}={cookie['value']}"
    assert ask(f"{mock.url}/settings", Cookie=sent)[0] == 200
    assert ask(f"{mock.url}/settings")[0] != 200


def test_consent_answers_for_the_earner(mock):
    """Once it denies, then it shows the page, or asks to log in."""
    mock.consent("deny", earner=ADA, times=1)
    access = f"{mock.url}/access?scope=issue&callback={ISSUER}/back"
    first, second = ask(access)[1]["Location"], ask(access)[1]["Location"]
    assert "error=access_denied" in first
    assert "/login" in second


def test_an_earner_has_no_badges_at_first(mock):
    """Whether the mock knows the earner or not."""
    mock.earner(ADA)
    assert (mock.badges(ADA), mock.badges(GRACE)) == ([], [])


def test_the_clock_goes_where_it_is_told(mock):
    """Forward, to a time, and not at all."""
    before = mock.now()
    assert mock.advance(3600) >= before + 3600
    assert mock.freeze() == mock.now()
    assert mock.set_clock(1_900_000_000) == mock.now() == 1_900_000_000
    assert mock.set_clock("2030-01-01T00:00:00Z") == 1_893_456_000
    assert mock.resume() == pytest.approx(1_893_456_000, abs=60)


def test_a_fault_is_armed_by_its_name(mock):
    """For which requests, how often, and what can be chosen about it."""
    grant = mock.grant(ADA, ISSUER)
    rule = mock.arm("http.status", endpoint="identity", earner=ADA, skip=1, count=1, status=418)
    assert [identity(grant) for _ in range(3)] == [200, 418, 200]
    assert [(rule["id"], rule["fired"]) for rule in mock.rules()] == [(rule, 1)]


def test_a_defect_is_armed_by_its_name(mock):
    """The client learns from the mock whether a name is a fault or a defect."""
    mock.arm("token.no-rotation")
    assert mock.rules()[0]["defect"] == "token.no-rotation"


@pytest.mark.parametrize(
    "rule",
    [
        "latency",
        "LATENCY",
        "timing.latency seconds=0 endpoint=issue",
        {"fault": "timing.latency", "when": {"for": "10s"}},
    ],
)
def test_a_rule_is_armed_in_whatever_form(mock, rule):
    """An alias, words, or a whole rule."""
    mock.arm(rule)
    assert mock.rules()[0]["fault"] == "timing.latency"


@pytest.mark.parametrize("rule", ["timing.latency seconds=0", {"fault": "timing.latency"}])
def test_a_whole_rule_comes_alone(mock, rule):
    """No argument is silently ignored."""
    with pytest.raises(ValueError, match="expected a name with when, saw"):
        mock.arm(rule, count=1)
    assert mock.rules() == []


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("http.unavailabel", {"count": 1}, "did you mean http.unavailable"),
        ("http.unavailable", {"endpoint": "isue"}, "match.endpoint: expected one of script"),
        ("http.unavailable", {"retry": 5}, "with.retry: expected one of retry_after, form"),
        ("http.unavailable", {"probability": 2}, "when.probability: expected a number"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(mock, name, parameters, expected):
    """The error says which request, which status, and what was expected."""
    with pytest.raises(MockRefused, match=expected) as refused:
        mock.arm(name, **parameters)
    assert refused.value.status == 400
    assert str(refused.value).startswith(f"POST {mock.url}/_mock/rules: 400: ")


def test_rules_are_disarmed_one_by_one_or_all(mock):
    """The disarmed rules are returned."""
    first, second, third = (mock.arm("timing.latency", seconds=0) for _ in range(3))
    assert [rule["id"] for rule in mock.disarm(second)] == [second]
    assert [rule["id"] for rule in mock.disarm()] == [first, third]
    assert mock.rules() == []
    with pytest.raises(MockRefused, match=f'unknown rule "{first}"'):
        mock.disarm(first)


def test_faults_and_defects_are_listed(root):
    """Faults and defects, with their kind."""
    assert {entry["kind"] for entry in root.catalogue()} == {"fault", "defect"}


def test_the_journal_is_told_whole_and_filtered(mock):
    """More than the hundred entries of one answer; the mock filters."""
    grant = mock.grant(ADA, ISSUER)
    for _ in range(102):
        identity(grant)
    assert len(mock.journal()) == 102
    assert len(mock.journal(endpoint="identity", status="2xx", since=100, limit=1)) == 1
    assert mock.journal(status=401) == []
    with pytest.raises(MockRefused, match="endpiont: expected one of"):
        mock.journal(endpiont="issue")


def test_waiting_ends_when_it_came(mock):
    """A request of another thread ends the wait long before its time."""
    grant = mock.grant(ADA, ISSUER)
    later = threading.Timer(0.2, identity, [grant])
    later.start()
    waited = mock.wait(timeout=20, endpoint="identity")
    later.join()
    assert (waited["answer"], len(waited["exchanges"])) == ("yes", 1)
    assert mock.wait(count=2, timeout=0.1)["answer"] == "no"


def test_never_is_answered_both_ways(mock):
    """Nothing came, and then something had come."""
    assert mock.never(timeout=0.1)["answer"] == "yes"
    identity(mock.grant(ADA, ISSUER))
    assert mock.never(timeout=20)["answer"] == "no"


@pytest.mark.slow
def test_the_controls_demand_their_token():
    """With the token they work, in sandboxes too; without it the refusal says what to do."""
    with serving("--port", "0", "--admin-token", "secret") as (_, line):
        url = url_in(line)
        with MockClient(url, "secret") as root, root.sandbox() as mock:
            mock.earner(ADA)
        with MockClient(url) as stranger, pytest.raises(MockRefused, match="401: Auth") as refused:
            stranger.health()
        assert refused.value.status == 401


def test_a_mock_that_is_not_there_is_told():
    """The expected address, and the error of the system."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with MockClient(url) as client, pytest.raises(MockGone) as gone:
        client.health()
    assert str(gone.value).startswith(f"GET {url}/_mock/health: expected an answer of the mock")
    assert "refused" in str(gone.value)


@pytest.mark.slow
def test_a_mock_that_ends_is_told_and_may_come_again():
    """The connection that it closed is not used again."""
    with serving("--port", "0") as (process, line):
        url = url_in(line)
        client = MockClient(url)
        client.health()
        process.terminate()
        process.wait(20)
    with pytest.raises(MockGone):
        client.health()
    with client, serving("--port", str(urlsplit(url).port)) as (_, line):
        url_in(line)
        assert client.health()["status"] == "ok"


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(root):
    """Keep-alive ends some day; the next request, even a POST, does not suffer from it."""
    root.health()
    closed = root._connection.sock
    closed.shutdown(socket.SHUT_RD)
    root.earner(ADA)
    assert root._connection.sock not in (None, closed)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\n<h1>It works!</h1>",
        b"HTTP/1.0 200 OK\r\n\r\n[]",
        b"HTTP/1.0 502 Bad Gateway\r\n\r\n{}",
        b"HTTP/1.0 302 Found\r\nLocation: /\r\n\r\n{}",
        b"220 mail.example.org ESMTP\r\n",
        b"",
    ],
)
def test_what_is_no_mock_is_told(answer):
    """Another server at the address is no mock, and no riddle."""

    class Other(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(10_000)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with MockClient(url) as client, pytest.raises(MockGone, match="/_mock/health: expected"):
            client.health()
        thread.join()


def test_a_sandbox_can_be_in_a_situation(root):
    """It starts in one, enters another, and returns its verdict."""
    assert {"healthy", "expired-token"} <= {situation["id"] for situation in root.situations()}
    with root.sandbox(situation="healthy") as sandbox:
        grant = sandbox.grant(ADA, ISSUER)
        identity(grant)
        assert sandbox.verdict()["heard"] == 1
        assert len(sandbox.verdict("all")["exchanges"]) == 1
        assert sandbox.enter("expired-token")["situation"] == "expired-token"
        assert sandbox.verdict()["heard"] == 0


def test_a_situation_that_there_is_not_is_refused(root):
    """With a name that comes close."""
    with pytest.raises(MockRefused, match="did you mean busy"):
        root.sandbox(situation="bussy")


def test_an_oauth_client_gets_a_token_without_a_browser(mock):
    """For all that it has registered, or for less; a revoked one is dead."""
    metadata = {
        name: f"{ISSUER}/{name}" for name in ("client_uri", "logo_uri", "tos_uri", "policy_uri")
    }
    scopes = [
        f"https://purl.imsglobal.org/spec/ob/v3p0/scope/profile.{n}" for n in ("readonly", "update")
    ]
    metadata |= {"client_name": "A", "software_id": "a", "software_version": "1"}
    metadata |= {"redirect_uris": [f"{ISSUER}/back"], "scope": " ".join(scopes)}
    url = f"{mock.url}/ims/ob/v3p0"
    parts = urlsplit(f"{url}/oauth/register")
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=20)) as connection:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", parts.path, json.dumps(metadata), headers)
        client = json.load(connection.getresponse())["client_id"]
    token = mock.access_token(ADA, client)
    assert ask(f"{url}/profile", Authorization=f"Bearer {token}")[0] == 200
    less = mock.access_token(ADA, client, scopes[1])
    assert ask(f"{url}/profile", Authorization=f"Bearer {less}")[0] == 403
    for wrong in ("made-up", ""):
        with pytest.raises(MockRefused, match="scope: expected a text of scopes"):
            mock.access_token(ADA, client, wrong)
    with pytest.raises(MockRefused, match="client: expected the client_id"):
        mock.access_token(ADA, "made-up")
