"""A question that nothing can answer is refused, so that no test is green because of a typo."""

import asyncio
import re
from importlib.resources import files

import anyio.to_thread
import pytest

from mock_backpack.apis.connect.api import CONNECT
from mock_backpack.app import MOCK, create_app
from mock_backpack.client import MockClient, MockRefused
from mock_backpack.core.journal import Watch
from mock_backpack.core.settings import Bounds, Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import send

pytestmark = pytest.mark.anyio

WRONG = {
    "endpoint=isue": "endpoint: expected one of preflight, issue, token, identity, index, script, "
    "dialog-script, style, access, accept, offer, note, dialog, answer, login, logout, settings, "
    "revoke, badges, manifest, register, "
    "authorize, oauth-token, oauth-revoke, assertions, profile, "
    'discovery, credentials, credential-profile, saw "isue"; '
    "did you mean issue?",
    "endpoint=": 'saw ""',
    "method=PSOT": 'saw "PSOT"; did you mean POST?',
    "path=/api/issue?x": 'saw "/api/issue?x"',
    "path=": 'path: expected the end of a path, without query and blanks, saw ""',
    "status=20x": 'status: expected a status such as 201, or 4xx, saw "20x"',
    "status=999": 'saw "999"',
    "status=6xx": 'saw "6xx"',
    "earner=ada": 'earner: expected an e-mail address, saw "ada"',
    "earner=ada+x@example.org": 'saw "ada x@example.org"; write + as %2B',
    "origin=issuer.example": 'origin: expected an absolute http(s) URL, saw "issuer.example"',
    "rule=r7": 'rule: expected the id of a rule that was armed, saw "r7"',
    "rule=http.unavailble": 'called "http.unavailble": did you mean http.unavailable?',
    "broke=BC-CLIENT-77": 'saw "BC-CLIENT-77"; did you mean BC-CLIENT-07',
    "broke=BC-CLIENT-08": "GET /_mock/verdict judges BC-CLIENT-08",
    "since=5": 'since: expected at most 0, the newest number, saw "5"',
    "since=x": 'since: expected a whole number, saw "x"',
    "secrets=true": 'secrets: expected one of hidden, shown, saw "true"',
    "limit=-1": 'limit: expected a whole number, saw "-1"',
    "endpont=issue": "endpont: expected one of endpoint, method, ",
    "endpoint=issue&endpoint=token": "endpoint: expected it once",
}


@pytest.mark.parametrize("at", ["journal", "journal/never", "journal/wait"])
async def test_a_filter_that_can_match_nothing_is_refused(http, mock, at):
    """The message says what was expected, what was seen, and what may have been meant."""
    timeout = "" if at == "journal" else "&timeout=0"
    for query, message in WRONG.items():
        answer = await send(http, "GET", f"{mock}/_mock/{at}?{query}{timeout}")
        assert answer.status == 400, query
        assert message in answer.message, query


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/journal/wait?count=0", 'count: expected a whole number from 1 to 10000, saw "0"'),
        ("/journal/wait?count=10001", "count: expected a whole number from 1 to 10000"),
        ("/journal/never?count=2", "count: expected one of endpoint, "),
        ("/journal?timeout=2", "timeout: expected one of endpoint, "),
        ("/badges?earner=ada+x@example.org", 'saw "ada x@example.org"; write + as %2B'),
        ("/badges?earner=ada", 'earner: expected an e-mail address, saw "ada"'),
        ("/badges?earner=a@b.cc&oringin=x", "oringin: expected one of earner"),
        ("/grants?earner=a@b.cc", "earner: expected no parameters"),
        ("/verdict?exchanges=al", 'exchanges: expected one of all, cited, saw "al"; did you mean'),
    ],
)
async def test_other_questions_are_strict_too(http, mock, path, message):
    """Unknown parameters are refused."""
    answer = await send(http, "GET", f"{mock}/_mock{path}")
    assert (answer.status, message in answer.message) == (400, True), answer.message


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ({"endpoint": "isue"}, "match.endpoint: expected one of script, access"),
        ({"origin": "issuer.example"}, 'match.origin: expected an absolute http(s) URL, saw "iss'),
        ({"earner": "ada x@example.org"}, 'match.earner: expected an e-mail address, saw "ada x'),
        ({"method": "PSOT"}, 'saw "PSOT"; did you mean POST?'),
        ({"earnr": "a@b.cc"}, "match.earnr: expected one of endpoint, origin, earner, method; did"),
    ],
)
async def test_a_rule_that_can_match_nothing_is_refused(http, mock, match, message):
    """As the filters of the journal are."""
    rule = {"fault": "http.unavailable", "match": match}
    answer = await send(http, "POST", f"{mock}/_mock/rules", json=rule)
    assert (answer.status, message in answer.message) == (400, True), answer.message


async def test_what_can_match_is_found(http, mock):
    """Letter case of methods and the path of an origin do not matter; %2B is a plus."""
    grant = {"earner": "ada+x@example.org", "origin": "https://issuer.example"}
    granted = (await send(http, "POST", f"{mock}/_mock/grants", json=grant)).json
    await send(http, "GET", f"{mock}/api/identity?access_token={granted['access_token']}")
    for query in ("method=get", "endpoint=identity", "status=401", "status=4xx", "path=/identity"):
        found = await send(http, "GET", f"{mock}/_mock/journal?{query}")
        assert found.json["matching"] == 1, query
    for query in ("origin=https://issuer.example/x", "earner=ada%2Bx@example.org", "rule=header"):
        found = await send(http, "GET", f"{mock}/_mock/journal?{query}")
        assert found.status == 200, found.text


async def test_the_python_client_raises(http):
    """A mistyped filter is an error and not an answer."""
    del http
    async with served(create_app()) as url:

        def ask() -> None:
            with MockClient(url) as client:
                for question in (client.never, client.wait):
                    with pytest.raises(MockRefused, match="did you mean issue"):
                        question(timeout=0, endpoint="isue")
                with pytest.raises(MockRefused, match="did you mean issue"):
                    client.journal(endpoint="isue")
                with pytest.raises(MockRefused, match="expected an e-mail address"):
                    client.badges("ada")
                with pytest.raises(MockRefused, match="did you mean one"), client.sandbox("one"):
                    client._ask("GET", "/sandboxes/onee")

        await anyio.to_thread.run_sync(ask)


def test_every_requirement_that_a_refusal_names_can_be_asked_for():
    """The list of the filter ``broke`` is that of the refusals in the code."""
    named = set(CONNECT.lost.values())
    for module in (
        "connect/handlers",
        "connect/bearer",
        "connect/pages",
        "connect/ask",
        "parameters",
    ):
        source = files("mock_backpack.apis").joinpath(f"{module}.py").read_text(encoding="utf-8")
        named.update(re.findall(r"BC-CLIENT-\d\d", source))
    assert named == set(CONNECT.requirements)


async def test_those_who_wait_look_at_new_entries_only(http, monkeypatch):
    """A thousand earlier entries are not searched again for each request."""

    looks = []
    real = Watch.look
    monkeypatch.setattr(Watch, "look", lambda self, entry: looks.append(entry) or real(self, entry))
    app = create_app()
    async with served(app) as mock:
        for _ in range(30):
            await send(http, "GET", f"{mock}/issuer.js")

        waits = [
            asyncio.create_task(
                send(http, "GET", f"{mock}/_mock/journal/wait?path=/style.css&count=2&timeout=20")
            )
            for _ in range(5)
        ]
        while len(app[MOCK].sandboxes.root.journal._watches) < 5:  # noqa: ASYNC110 - the journal tells nobody
            await asyncio.sleep(0.01)
        for path in ("issuer.js", "style.css", "issuer.js", "style.css"):
            await send(http, "GET", f"{mock}/{path}")
        assert {(await wait).json["answer"] for wait in waits} == {"yes"}
    assert len(looks) <= 20


async def test_attempts_are_counted_among_those_that_are_kept(http):
    """Dropped entries do not count, whoever looked before."""

    async with served(create_app(Settings(bounds=Bounds(journal=3)))) as mock:
        seen = []
        for _ in range(5):
            await send(http, "GET", f"{mock}/issuer.js")
            exchanges = (await send(http, "GET", f"{mock}/_mock/journal")).json["exchanges"]
            seen.append([exchange["attempt"] for exchange in exchanges])
    assert seen == [[1], [1, 2], [1, 2, 3], [1, 2, 3], [1, 2, 3]]
