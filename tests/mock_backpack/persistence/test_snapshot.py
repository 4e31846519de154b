"""A snapshot brings everything back: whatever happened, every answer is the same afterwards."""

import base64
import contextlib
import http.client
import json
import types
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from attrs import define, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_backpack.app import MOCK, create_app
from mock_backpack.core import clock
from mock_backpack.persistence.state import Keeper
from mock_backpack.server import served
from tests.mock_backpack.hand_issuer import ADA, GRACE, Site, good_badge, issuer_site

pytestmark = pytest.mark.slow

EMAILS = (ADA, GRACE)
RULES = (
    "http.unavailable endpoint=identity skip=1 count=2",
    "http.status endpoint=token probability=0.5",
    "http.rate_limit limit=2 per=60 endpoint=identity",
    "access.expire_after_n n=1",
    "http.maintenance_window seconds=50 endpoint=token",
    '{"defect": "token.old-access-lives"}',
    '{"defect": "revoke.kills-access-only"}',
    '{"defect": "issue.stores-refused"}',
)
SITUATIONS = ("healthy", "api-root-elsewhere")


@define
class Browser:
    """A client that remembers all tokens that it was ever given, and its cookies."""

    connection: http.client.HTTPConnection
    prefix: str
    access: list[str] = field(factory=list)
    refresh: list[str] = field(factory=list)
    cookies: dict[str, str] = field(factory=dict)
    """Session ids by the e-mail that logged in."""

    def ask(
        self, method: str, path: str, body: Any = None, form: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """One request: status, headers that matter, and the body without the sandbox's name."""
        if body is not None:
            content: str | None = json.dumps(body)
            headers["Content-Type"] = "application/json"
        elif form is not None:
            content = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            content = None
        self.connection.request(method, self.prefix + path, content, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if self.prefix:
            text = text.replace(self.prefix, "").replace(self.name, "NAME")
        kept = {
            name: answer.headers[name]
            .replace(quote(self.prefix, safe=""), "")
            .replace(self.prefix, "")
            for name in ("Location", "Retry-After", "WWW-Authenticate")
            if name in answer.headers
        }
        return answer.status, kept, text

    @property
    def name(self) -> str:
        """The name of the sandbox."""
        return self.prefix.rpartition("/")[2]

    def learn(self, tokens: dict[str, Any]) -> None:
        """Remember the tokens of an answer."""
        self.access.append(tokens["access_token"])
        self.refresh.append(tokens["refresh_token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {base64.b64encode(token.encode()).decode()}"}


def grant(who: Browser, site: Site, email: str) -> Any:
    answer = who.ask("POST", "/_mock/grants", {"earner": email, "origin": site.url})
    who.learn(json.loads(answer[2]))
    return answer


def renew(who: Browser, _site: Site, index: int) -> Any:
    """Refresh with any refresh token that there ever was."""
    if not who.refresh:
        return None
    token = who.refresh[index % len(who.refresh)]
    body = {"grant_type": "refresh_token", "refresh_token": token}
    answer = who.ask("POST", "/api/token", body)
    if answer[0] == 200:
        who.learn(json.loads(answer[2]))
    return answer


def use(who: Browser, _site: Site, index: int) -> Any:
    if not who.access:
        return None
    token = who.access[index % len(who.access)]
    return who.ask("GET", "/api/identity", **bearer(token))


def push(who: Browser, site: Site, index: int) -> Any:
    if not who.access:
        return None
    token = who.access[index % len(who.access)]
    return who.ask("POST", "/api/issue", {"badge": f"{site.url}/assertion"}, **bearer(token))


def control(method: str, path: str) -> Callable[[Browser, Site, Any], Any]:
    return lambda who, _site, body: who.ask(method, f"/_mock{path}", body)


def log_in(who: Browser, _site: Site, email: str) -> Any:
    answer = who.ask("POST", "/_mock/login", {"email": email})
    who.cookies[email] = json.loads(answer[2])["cookie"]["value"]
    return answer


def connect(who: Browser, site: Site, email: str) -> Any:
    """Ask for access in a browser, logged in or not."""
    query = urlencode({"callback": f"{site.url}/callback", "scope": "issue"})
    cookie = f"mock_backpack_session{who.prefix.replace('/', '_')}={who.cookies.get(email, '')}"
    answer = who.ask("GET", f"/access?{query}", Cookie=cookie)
    given = {name: values[0] for name, values in parse_qs(answer[1].get("Location", "")).items()}
    if "refresh_token" in given and "access_token" in given:
        who.learn(given)
    return answer if email in who.cookies else answer[0]


def numbered(method: str, path: str) -> Callable[[Browser, Site, int], Any]:
    def act(who: Browser, _site: Site, index: int) -> Any:
        grants = json.loads(who.ask("GET", "/_mock/grants")[2])["grants"]
        if not grants:
            return None
        number = grants[index % len(grants)]["number"]
        return who.ask(method, f"/_mock/grants/{number}{path}")

    return act


INDEX = st.integers(0, 20)
EMAIL = st.sampled_from(EMAILS)
OPERATIONS = st.one_of(
    st.tuples(st.just(grant), EMAIL),
    st.tuples(st.sampled_from((renew, use, push)), INDEX),
    st.tuples(st.sampled_from((log_in, connect)), EMAIL),
    st.tuples(st.sampled_from((numbered("POST", "/expire"), numbered("DELETE", ""))), INDEX),
    st.tuples(st.just(control("POST", "/rules")), st.sampled_from(RULES)),
    st.tuples(st.just(control("DELETE", "/rules")), st.none()),
    st.tuples(st.just(control("POST", "/earners")), EMAIL.map(lambda email: {"email": email})),
    st.tuples(
        st.just(control("POST", "/clock")),
        st.sampled_from(
            ({"advance": 40}, {"advance": 4000}, {"freeze": True}, {"resume": True}, {"set": 10**9})
        ),
    ),
    st.tuples(
        st.just(control("PUT", "/consent")),
        st.sampled_from(
            (
                {"answer": "grant", "earner": ADA, "times": 2},
                {"answer": "deny", "earner": ADA},
                {"answer": "grant"},
                {"answer": "page"},
            )
        ),
    ),
    st.tuples(
        st.just(control("PUT", "/situation")),
        st.sampled_from(SITUATIONS).map(lambda name: {"situation": name}),
    ),
    st.tuples(st.just(control("POST", "/reset")), st.none()),
)


def answers(who: Browser, site: Site) -> Iterator[Any]:
    """Everything that can be asked of a sandbox, and once more after it has changed by that."""
    for _ in range(2):
        for path in ("/earners", "/grants", "/rules", "/clock", "/consent", "/health"):
            yield path, who.ask("GET", f"/_mock{path}")
        for email in EMAILS:
            yield email, who.ask("GET", f"/_mock/badges?{urlencode({'earner': email})}")
            yield email, connect(who, site, email)
            cookie = f"mock_backpack_session{who.prefix.replace('/', '_')}={who.cookies.get(email)}"
            if email in who.cookies:
                yield email, who.ask("GET", "/settings", Cookie=cookie)
        for act in (use, push, renew):
            yield from (
                (act.__name__, index, act(who, site, index)) for index in range(len(who.access))
            )
        yield "grant", grant(who, site, ADA)
        yield "rule", who.ask("POST", "/_mock/rules", "http.unavailable count=0")
    sandbox = json.loads(who.ask("GET", f"/_mock/sandboxes/{who.name}")[2])
    yield {name: value for name, value in sandbox.items() if name != "journal"}
    yield "reset", who.ask("POST", "/_mock/reset")
    yield "rules after it", who.ask("GET", "/_mock/rules")
    yield "grant after it", grant(who, site, ADA)


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as running:
        yield running


@pytest.fixture(scope="module")
def site(portal: BlockingPortal) -> Iterator[Site]:
    with portal.wrap_async_context_manager(issuer_site()) as started:
        good_badge(started).publish()
        yield started


@pytest.fixture
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze real time, so that equal requests get equal answers."""
    monkeypatch.setattr(clock, "time", types.SimpleNamespace(time=lambda: 1.7e9))


@contextlib.contextmanager
def running(portal: BlockingPortal, app: Any) -> Iterator[http.client.HTTPConnection]:
    with portal.wrap_async_context_manager(served(app)) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        with contextlib.closing(connection):
            yield connection


ABOUT_HALF = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
START = {"seed": "s", "expires": 3600, "rules": ["http.status endpoint=identity skip=4 count=1"]}


def lived(connection: http.client.HTTPConnection, site: Site, steps: list[Any]) -> Browser:
    """A sandbox with a past."""
    root = Browser(connection, "")
    made = json.loads(root.ask("POST", "/_mock/sandboxes", START)[2])
    who = Browser(connection, f"/s/{made['name']}")
    for act, argument in steps:
        act(who, site, argument)
    return who


@pytest.mark.usefixtures("_still")
@given(steps=st.lists(OPERATIONS, min_size=1, max_size=25))
@ABOUT_HALF
def test_every_answer_is_the_same_in_another_sandbox(portal, site, steps):
    """A restored sandbox answers like the original, in two rounds of requests."""
    with running(portal, create_app()) as connection:
        who = lived(connection, site, steps)
        snapshot = json.loads(who.ask("GET", "/_mock/snapshot")[2])
        made = json.loads(Browser(connection, "").ask("POST", "/_mock/sandboxes", {})[2])
        other = Browser(
            connection, f"/s/{made['name']}", [*who.access], [*who.refresh], {**who.cookies}
        )
        restored = other.ask("POST", "/_mock/restore", snapshot)
        assert restored[0] == 200, restored
        for expected, seen in zip(answers(who, site), answers(other, site), strict=True):
            assert seen == expected


@pytest.mark.usefixtures("_still")
@given(steps=st.lists(OPERATIONS, min_size=1, max_size=25))
@ABOUT_HALF
def test_every_answer_is_the_same_after_a_restart(portal, site, steps, tmp_path_factory):
    """A mock that was ended and started again answers as one that went on."""
    path = tmp_path_factory.mktemp("state") / "state.json"
    app = create_app()
    keeper = Keeper(path, app[MOCK].sandboxes)
    keeper.begin()
    app.cleanup_ctx.append(keeper.running)
    with running(portal, app) as connection:
        who = lived(connection, site, steps)
        snapshot = json.loads(who.ask("GET", "/_mock/snapshot")[2])
    again = create_app()
    keeper = Keeper(path, again[MOCK].sandboxes)
    keeper.begin()
    again.cleanup_ctx.append(keeper.running)
    with running(portal, again) as connection:
        after = Browser(connection, who.prefix, [*who.access], [*who.refresh], {**who.cookies})
        assert json.loads(after.ask("GET", "/_mock/snapshot")[2]) == snapshot
        made = json.loads(Browser(connection, "").ask("POST", "/_mock/sandboxes", {})[2])
        other = Browser(
            connection, f"/s/{made['name']}", [*who.access], [*who.refresh], {**who.cookies}
        )
        assert other.ask("POST", "/_mock/restore", snapshot)[0] == 200
        for expected, seen in zip(answers(other, site), answers(after, site), strict=True):
            assert seen == expected


@pytest.mark.usefixtures("_still")
@given(steps=st.lists(OPERATIONS, min_size=1, max_size=25))
@ABOUT_HALF
def test_every_change_is_counted(portal, site, steps):
    """Every change of a snapshot increments the counter by which a state is saved."""
    app = create_app()
    with running(portal, app) as connection:
        who = lived(connection, site, [])
        sandbox = app[MOCK].sandboxes.find(who.name)
        assert sandbox is not None
        for act, argument in steps:
            before = who.ask("GET", "/_mock/snapshot")[2], sandbox.changes.count
            act(who, site, argument)
            after = who.ask("GET", "/_mock/snapshot")[2], sandbox.changes.count
            assert after[1] > before[1] or after[0] == before[0]
