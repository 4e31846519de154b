"""The verdict on an issuer: silence never passes, habits are no faults, no token is shown."""

import contextlib
import http.client
import json
import socket
from base64 import b64encode
from urllib.parse import urlencode, urlsplit

import pytest

from mock_backpack.client import MockClient, MockRefused
from mock_backpack.issuer.situation import EARNER
from mock_backpack.issuer.situations import situations_of
from tests.mock_backpack.cli.test_command import serving, url_in

ORIGIN = "http://issuer.example"


@pytest.fixture(scope="module")
def root():
    """A client of a mock in a process of its own."""
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as client:
        yield client


@pytest.fixture
def box(root):
    """A fresh sandbox in which nothing is wrong."""
    with root.sandbox(situation="healthy") as client:
        yield client


def ask(url, method="GET", body=None, **headers):
    """A request of an issuer; the status, or ``None`` when there is no answer."""
    parts = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=20)) as connection:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers)
        return connection.getresponse().status


def outcomes(verdict):
    """The outcome of each requirement."""
    return {ruling["id"]: ruling["outcome"] for ruling in verdict["requirements"]}


def saw(verdict, requirement):
    """What the findings of a requirement say was seen."""
    (ruling,) = [ruling for ruling in verdict["requirements"] if ruling["id"] == requirement]
    return [finding["saw"] for finding in ruling["findings"]]


@pytest.mark.slow
def test_nothing_is_green_by_silence(root):
    """Without requests nothing is judged, in any situation."""
    for situation in situations_of("connect"):
        with root.sandbox(situation=situation) as box:
            verdict = box.verdict()
        assert set(outcomes(verdict).values()) == {"untested"}
        assert {ruling["reason"] for ruling in verdict["requirements"]} == {
            "the issuer sent no requests"
        }


@pytest.mark.slow
def test_a_verdict_hides_tokens(box):
    """Neither findings nor exchanges show a token."""
    grant = box.grant(EARNER, ORIGIN)
    ask(f"{grant.api_root}/identity?{urlencode({'access_token': grant.access_token})}")
    verdict = box.verdict("all")
    assert verdict["failed"] == ["BC-CLIENT-01"]
    assert grant.access_token not in json.dumps(verdict)


def base64(text):
    """A text in base64, as it should be."""
    return b64encode(text.encode()).decode()


WRONG = {
    "raw": (lambda grant: f"Bearer {grant.access_token}", "the token itself, not in base64"),
    "no-scheme": (lambda grant: grant.access_token, "the token without Bearer"),
    "basic": (lambda grant: f"Basic {base64(grant.access_token)}", 'the scheme "Basic"'),
    "twice": (
        lambda grant: f"Bearer {base64(base64(grant.access_token))}",
        "base64 of the base64 of the token",
    ),
    "line-end": (
        lambda grant: f"Bearer {base64(grant.access_token + chr(10))}",
        "base64 of the token with a space or newline after it",
    ),
    "refresh-token": (
        lambda grant: f"Bearer {base64(grant.refresh_token)}",
        "the refresh token instead of the access token",
    ),
    "unknown": (
        lambda _grant: f"Bearer {base64('undefined')}",
        "a token that this Backpack did not issue",
    ),
    "no-base64": (lambda _grant: "Bearer %%%", "not base64"),
}


@pytest.mark.parametrize("spelling", WRONG)
def test_a_wrong_header_is_named(box, spelling):
    """The error is described in words, and violates only BC-CLIENT-01."""
    grant = box.grant(EARNER, ORIGIN)
    header, words = WRONG[spelling]
    assert ask(f"{grant.api_root}/identity", Authorization=header(grant)) == 401
    verdict = box.verdict()
    assert verdict["failed"] == ["BC-CLIENT-01"]
    assert saw(verdict, "BC-CLIENT-01") == [words]


def test_no_header_is_named(box):
    """Missing credentials are reported."""
    grant = box.grant(EARNER, ORIGIN)
    assert ask(f"{grant.api_root}/identity") == 401
    assert saw(box.verdict(), "BC-CLIENT-01") == ["no Authorization header"]


HABITS = {
    "unpadded": (lambda text: text.rstrip("="), "base64 without its padding"),
    "on-two-lines": (lambda text: f"{text[:20]} {text[20:]}", "base64 with white space in it"),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_is_no_fault(root, habit):
    """What the historical Backpack accepted passes, and is reported as a habit."""
    change, words = HABITS[habit]
    with root.sandbox(situation="healthy", token_length=40) as box:
        grant = box.grant(EARNER, ORIGIN)
        assert base64(grant.access_token).endswith("=")
        header = f"Bearer {change(base64(grant.access_token))}"
        assert ask(f"{grant.api_root}/identity", Authorization=header) == 200
        verdict = box.verdict()
    assert verdict["failed"] == []
    assert outcomes(verdict)["BC-CLIENT-01"] == "passed"
    assert [habit["does"] for habit in verdict["habits"]] == [words]


def test_without_a_situation_the_mock_stays_strict(root):
    """The same header is refused where no issuer is judged."""
    with root.sandbox(token_length=40) as box:
        grant = box.grant(EARNER, ORIGIN)
        header = f"Bearer {base64(grant.access_token).rstrip('=')}"
        assert ask(f"{grant.api_root}/identity", Authorization=header) == 401
        assert outcomes(box.verdict())["BC-CLIENT-01"] == "passed"
        assert len(box.verdict()["habits"]) == 1


def test_a_form_body_is_a_habit(box):
    """It neither fails nor passes the requirement of JSON."""
    grant = box.grant(EARNER, ORIGIN)
    body = urlencode({"grant_type": "refresh_token", "refresh_token": grant.refresh_token})
    label = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(f"{grant.api_root}/token", "POST", body, **label) == 200
    verdict = box.verdict()
    assert verdict["failed"] == []
    assert outcomes(verdict)["BC-CLIENT-03"] == "untested"
    assert [habit["does"] for habit in verdict["habits"]] == ["a form body instead of JSON"]


def test_a_wrong_path_below_the_api_root_is_named(box):
    """A request for issue at a path that there is not broke BC-CLIENT-02."""
    grant = box.grant(EARNER, ORIGIN)
    ask(f"{box.url}/v1/issue", "POST", "{}", Authorization=grant.authorization)
    verdict = box.verdict()
    assert "BC-CLIENT-02" in verdict["failed"]
    assert saw(verdict, "BC-CLIENT-02") == [f"POST {box.url}/v1/issue"]


def test_a_token_at_the_root_of_the_mock_is_named(box, root):
    """An issuer that leaves out the path of the api_root is found by its token."""
    grant = box.grant(EARNER, ORIGIN)
    ask(f"{root.url}/api/identity", Authorization=grant.authorization)
    verdict = box.verdict()
    assert verdict["failed"] == ["BC-CLIENT-02"]
    assert [exchange["request"]["target"] for exchange in verdict["exchanges"]] == [
        "/api/identity?"
    ]


def test_a_request_that_nobody_can_read_is_told(box):
    """Base64 that is broken into lines makes a header that is none."""
    parts = urlsplit(box.url)
    with contextlib.closing(socket.create_connection((parts.hostname, parts.port))) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer abc\ndef\r\n\r\n")
        assert b"400 Bad Request" in line.recv(1000)
    (reason, *_) = {ruling["reason"] for ruling in box.verdict()["requirements"]}
    assert "the mock received a request that is not HTTP: Missing expected CR" in reason


@pytest.mark.slow
def test_a_verdict_knows_what_it_cannot_know():
    """If the journal was too short, nothing passes."""
    with (
        serving("--port", "0", "--journal", "2") as (_, line),
        MockClient(url_in(line)) as client,
        client.sandbox(situation="healthy") as box,
    ):
        grant = box.grant(EARNER, ORIGIN)
        for _ in range(4):
            ask(f"{grant.api_root}/identity", Authorization=grant.authorization)
        verdict = box.verdict()
    (ruling,) = [ruling for ruling in verdict["requirements"] if ruling["id"] == "BC-CLIENT-01"]
    assert ruling["outcome"] == "untested"
    assert ruling["reason"] == "the journal was too short to keep all requests"


def test_a_verdict_refuses_what_it_does_not_know(box):
    """The one parameter has two values."""
    with pytest.raises(MockRefused, match='exchanges: expected one of all, cited, saw "some"'):
        box._ask("GET", "/verdict?exchanges=some")
