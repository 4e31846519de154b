"""The live page in a real browser, and the events that it reads."""

import http.client
import json
import re
import time
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.app import MOCK, create_app
from mock_backpack.control import live
from mock_backpack.core.assets import asset
from mock_backpack.core.settings import Settings
from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.server import served
from tests.conftest import needs_browser
from tests.waiting import eventually

pytestmark = pytest.mark.slow

HOSTILE = "<img/src=x/onerror=document.title='bad'>"
TOKEN = "let-me-in"


@pytest.fixture(scope="module")
def portal():
    """An event loop in a thread, for the synchronous browser."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture
def app():
    """The mock's application, for who must reach into it."""
    return create_app()


@pytest.fixture
def mock(portal, app):
    """A mock in the thread; its URL."""
    with portal.wrap_async_context_manager(served(app)) as url:
        yield url


@pytest.fixture
def locked(portal):
    """A mock whose controls want a token; its URL."""
    with portal.wrap_async_context_manager(served(create_app(Settings(admin_token=TOKEN)))) as url:
        yield url


@pytest.fixture
def page(browser):
    """A page in which no script may fail and no policy be broken; the mock may refuse it things."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    complaints = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text))
    yield opened
    context.close()
    assert [
        complaint for complaint in complaints if "responded with a status of 40" not in complaint
    ] == []


def ask(url, method="GET", path="/badges", headers=None, body=None):
    """One request with its path as it is; status, headers and body of the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=15)
    try:
        connection.request(method, urlsplit(url).path + path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def control(url, path, method="GET", **body):
    """The answer of an operation."""
    data = json.dumps(body).encode() if body else None
    with urlopen(Request(f"{url}/_mock/{path}", data, method=method)) as answer:  # noqa: S310
        return json.load(answer)


def open_live(page, url):
    """The live page, once it listens."""
    page.goto(f"{url}/_mock/")
    page.get_by_text("live", exact=True).wait_for()


def exchanges(page):
    """The rows of the journal."""
    return page.get_by_role("list", name="Exchanges").locator("summary")


class Stream:
    """The events of a mock, read as they come."""

    def __init__(self, url, query=""):
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=15)
        self._connection.request("GET", f"{urlsplit(url).path}/_mock/events{query}")
        self.answer = self._connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_raised):
        self.answer.close()
        self._connection.close()

    def block(self):
        """The lines of the next event or comment; none at the end."""
        return list(iter(lambda: self.answer.readline().decode().rstrip("\n"), ""))

    def next(self, kind):
        """Id and data of the next event of a kind."""
        while block := self.block():
            fields = dict(line.split(": ", 1) for line in block)
            if fields.get("event") == kind:
                return fields.get("id"), json.loads(fields["data"])
        raise AssertionError(f"the stream ended without {kind}")


def test_an_exchange_is_told_when_it_is_answered(mock):
    """Each exchange after ``since`` is one event, with its number as id."""
    ask(mock)
    with Stream(mock, "?since=1") as stream:
        assert stream.answer.headers["Content-Type"] == "text/event-stream"
        ask(mock, path="/settings")
        identifier, exchange = stream.next("exchange")
    assert (identifier, exchange["number"], exchange["request"]["target"]) == ("2", 2, "/settings")


def test_an_exchange_that_took_longer_is_not_lost(mock):
    """A request in flight is sent when it is done, after later ones."""
    hang = {"fault": "timing.latency", "with": {"seconds": 1}, "when": {"count": 1}}
    control(mock, "rules", "POST", **hang)
    with Stream(mock) as stream:
        slow = http.client.HTTPConnection(urlsplit(mock).netloc, timeout=15)
        slow.request("GET", "/badges")
        while control(mock, "rules")["rules"][0]["fired"] == 0:
            pass
        ask(mock, path="/settings")
        numbers = [stream.next("exchange")[0] for _ in range(2)]
        slow.getresponse().read()
        slow.close()
    assert numbers == ["2", "1"]


def test_rules_and_clock_are_told_when_they_change(mock):
    """Both come at the start, and again after a change."""
    with Stream(mock) as stream:
        assert stream.next("rules")[1] == {"rules": []}
        assert stream.next("clock")[1]["frozen"] is False
        control(mock, "rules", "POST", fault="http.unavailable")
        assert stream.next("rules")[1]["rules"][0]["fault"] == "http.unavailable"
        control(mock, "clock", "POST", freeze=True)
        assert stream.next("clock")[1]["frozen"] is True


def test_tokens_are_hidden_after_a_reset_too(mock):
    """The events hide tokens, also those that the sandbox has made after a reset."""
    with Stream(mock) as stream:
        for _ in range(2):
            control(mock, "reset", "POST")
            made = control(
                mock, "grants", "POST", earner="ada@example.org", origin="https://issuer.example"
            )
            ask(mock, path=f"/x?{made['access_token']}")
            assert made["access_token"] not in json.dumps(stream.next("exchange")[1])


def test_a_silent_stream_says_that_it_lives(mock, monkeypatch):
    """A comment comes when nothing else did."""
    monkeypatch.setattr(live, "COMMENT_SECONDS", 0.1)
    with Stream(mock) as stream:
        stream.next("clock")
        assert stream.block() == [": nothing new"]


def test_the_stream_ends_when_the_mock_stops(portal, mock, app):
    """A stream does not keep the mock from stopping."""
    with Stream(mock) as stream:
        stream.next("clock")
        portal.call(app[MOCK].shared.stopping.set)
        assert stream.block() == []


def test_the_stream_ends_with_its_sandbox(mock):
    """A client of a dropped sandbox receives no more events."""
    control(mock, "sandboxes", "POST", name="one")
    with Stream(f"{mock}/s/one") as stream:
        stream.next("clock")
        control(mock, "sandboxes/one", "DELETE")
        assert stream.block() == []


def test_a_stream_whose_client_has_gone_leaves_nothing(mock, app, monkeypatch):
    """No waiter stays in the journal once the client has closed."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.2)
    waiting = app[MOCK].sandboxes.root.journal._listeners
    with Stream(mock) as stream:
        stream.next("clock")
        time.sleep(0.7)
        assert len(waiting) == 1
    eventually(lambda: not waiting)


@pytest.mark.parametrize("query", ["?since=x", "?until=1"])
def test_a_wrong_question_for_events_is_refused(mock, query):
    """Only ``since`` is known, and it is a number."""
    assert ask(mock, path=f"/_mock/events{query}")[0] == 400


@pytest.mark.parametrize("name", ["", "live.css", "live.js"])
@pytest.mark.parametrize("sandbox", ["", "/s/one"])
def test_the_page_without_data_needs_no_token(locked, sandbox, name):
    """Page, style and script are served to everybody, not cached, not framed, with a policy."""
    sent = {"Authorization": f"Bearer {TOKEN}"}
    ask(locked, "POST", "/_mock/sandboxes", sent, json.dumps({"name": "one"}))
    status, headers, _ = ask(locked, path=f"{sandbox}/_mock/{name}")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", ["events", "journal", "rules", "sandboxes", "live.js/", "live.html", "/live.js"]
)
def test_everything_else_needs_the_token(locked, path):
    """The data is for those who know the token."""
    assert ask(locked, path=f"/_mock/{path}")[0] == 401


def test_the_page_knows_every_endpoint():
    """The form offers the endpoints at which rules can act."""
    listed = re.search(r"const ENDPOINTS = (\[.*\]);", asset("live.js"))
    assert json.loads(listed[1]) == list(MISBEHAVIOURS.endpoints)


@needs_browser
def test_a_request_appears_without_reload(page, mock):
    """Method, path, status and broken requirements appear in the journal at once."""
    open_live(page, mock)
    ask(mock, "POST", "/api/token", {"Content-Type": "application/json"}, '{"grant_type": "x"}')
    row = exchanges(page).first
    row.wait_for()
    text = row.inner_text()
    assert all(part in text for part in ("POST /api/token", "400", "BC-CLIENT-06"))


@needs_browser
def test_a_row_opens_by_keyboard_to_request_and_answer(page, mock):
    """Enter on a row shows both messages with their headers."""
    open_live(page, mock)
    ask(mock, path="/api/identity", headers={"X-Seen": "yes"})
    exchanges(page).first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("X-Seen: yes").wait_for()
    page.get_by_text("status 401").wait_for()


@needs_browser
def test_hostile_text_is_shown_as_text(page, mock):
    """Markup in a path, a header or a body is text in the page."""
    open_live(page, mock)
    sent = {"X-Hostile": HOSTILE, "Content-Type": "text/plain"}
    ask(mock, "POST", f"/{HOSTILE}", sent, f"body {HOSTILE}")
    exchanges(page).first.click()
    page.get_by_text(f"X-Hostile: {HOSTILE}").wait_for()
    assert f"POST /{HOSTILE}" in exchanges(page).first.inner_text()
    assert f"body {HOSTILE}" in page.locator("pre").first.inner_text()
    assert page.locator("img").count() == 0
    assert page.title() != "bad"


@needs_browser
def test_a_rule_of_the_form_acts_and_counts_until_it_is_disarmed(page, mock):
    """The form arms a rule; its counter grows in the page; the button disarms it."""
    open_live(page, mock)
    page.get_by_label("Fault or defect").select_option("http.unavailable")
    page.get_by_label("retry_after").fill("7")
    page.get_by_label("Endpoint").select_option("badges")
    page.get_by_label("Skip").fill("1")
    page.get_by_label("Count").fill("2")
    page.get_by_label("Probability").fill("1")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("armed, never fired").wait_for()
    answers = [ask(mock) for _ in range(3)]
    assert [status for status, *_ in answers] == [303, 503, 503]
    assert answers[1][1]["Retry-After"] == "7"
    page.get_by_text("fired 2 of 3 matching requests").wait_for()
    assert "http.unavailable" in exchanges(page).first.inner_text()
    page.get_by_role("button", name="Remove r1 http.unavailable").click()
    page.get_by_text("None: the mock behaves correctly").wait_for()
    assert control(mock, "rules")["rules"] == []


@needs_browser
def test_a_rule_that_cannot_be_armed_is_told(page, mock):
    """The form shows the refusal of the mock."""
    open_live(page, mock)
    page.get_by_label("Fault or defect").select_option("http.unavailable")
    page.get_by_label("retry_after").fill("-1")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("with.retry_after: expected seconds from 0 to 86400").wait_for()


@needs_browser
def test_the_buttons_move_the_clock(page, mock):
    """An hour on, frozen, and on again."""
    open_live(page, mock)
    before = control(mock, "clock")["now"]
    page.get_by_role("button", name="+1 h").click()
    page.get_by_role("button", name="Freeze").click()
    page.locator("#frozen").wait_for()
    clock = control(mock, "clock")
    assert clock["frozen"]
    assert 3600 <= clock["now"] - before < 3660
    page.get_by_role("button", name="Resume").click()
    page.locator("#frozen").wait_for(state="hidden")
    assert not control(mock, "clock")["frozen"]


@needs_browser
def test_another_sandbox_can_be_chosen(page, mock):
    """Each sandbox has the page of its own journal."""
    control(mock, "sandboxes", "POST", name="one")
    open_live(page, mock)
    page.get_by_label("Sandbox").select_option("one")
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(f"{mock}/s/one/_mock/")
    page.get_by_text("live", exact=True).wait_for()
    ask(mock, path="/settings")
    ask(mock, path="/s/one/badges")
    exchanges(page).first.wait_for()
    assert exchanges(page).count() == 1
    assert "GET /s/one/badges" in exchanges(page).first.inner_text()


@needs_browser
def test_the_page_asks_for_the_token(page, locked):
    """Nothing is shown before the right token; it outlives a reload, in this tab alone."""
    page.goto(f"{locked}/_mock/")
    page.get_by_label("Admin token").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    page.get_by_text("The mock did not accept this token.").wait_for()
    assert not page.get_by_role("heading", name="Journal").is_visible()
    page.get_by_label("Admin token").fill(TOKEN)
    page.get_by_role("button", name="Unlock").click()
    page.get_by_text("live", exact=True).wait_for()
    ask(locked)
    exchanges(page).first.wait_for()
    page.reload()
    exchanges(page).first.wait_for()
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
