"""The judges of issuers' pages at their edges, by requests as ``issuer.js`` sends them."""

import json

import pytest

from mock_backpack.issuer.issuer_api.judges import JUDGES
from tests.mock_backpack.earner import send
from tests.mock_backpack.hand_issuer import GRACE, good_badge

pytestmark = pytest.mark.anyio

URL = "http://issuer.example/assertions/1"
DENIED = {"assertion": URL, "url": URL, "reason": "DENIED"}


class Page:
    """A page that was loaded once."""

    def __init__(self, box, name="one"):
        self.box, self.name, self.step = box, name, 0

    async def call(self, *assertions, acted="yes", **fields):
        """Call OpenBadges.issue."""
        fields = {"origin": self.box.site.url, "view": "frame", "open": "0", **fields}
        await self._send("offer", acted, {"assertions": json.dumps(assertions), **fields})

    async def note(self, what, **fields):
        """Tell what happened; values that are no texts become JSON."""
        texts = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in fields.items()
        }
        await self._send("note", "no", {"what": what, **texts})

    async def _send(self, endpoint, acted, fields):
        self.step += 1
        data = {"page": self.name, "step": str(self.step), "acted": acted, **fields}
        url = f"{self.box.url}/issuer/{endpoint}"
        answer = await send(self.box.http, "POST", url, data=data)
        assert answer.status in (204, 303), answer.text
        if endpoint == "offer":  # as the browser does; the earner answers
            at = answer.headers["Location"]
            await send(self.box.http, "GET", f"{self.box.url.partition('/s/')[0]}{at}")


@pytest.fixture
async def page(box):
    """A page, where both badges of a call are accepted."""
    await box.control("PUT", "/situation", json={"situation": "issuer-api/accepted"})
    return Page(box)


async def test_a_good_call_passes(box, page):
    """A hosted badge and a signed one."""
    jws = good_badge(box.site).sign()
    await page.call(box.badge(), jws)
    for row in ("BC-PAGE-01", "BC-PAGE-02", "BC-PAGE-03", "BC-PAGE-04", "BC-PAGE-09"):
        assert await box.outcome(row) == "passed", row
    assert await box.failed() == []


@pytest.mark.parametrize(
    ("assertion", "saw"),
    [
        ("/assertions/1", '"/assertions/1": not an absolute http or https URL'),
        ("[object Object]", '"[object Object]": a value that is no text'),
        ("issuer.example/1", "did you mean https://issuer.example/1?"),
        ("ftp://issuer.example/1", "ftp: is neither http: nor https:"),
        ("data:application/json,{}", "not an absolute http or https URL"),
    ],
)
async def test_what_is_no_assertion_is_01_alone(box, page, assertion, saw):
    """Nothing was fetched."""
    await page.call(assertion)
    assert saw in await box.outcome("BC-PAGE-01")
    assert await box.failed() == ["BC-PAGE-01"]


async def test_a_call_that_throws_is_heard(box, page):
    """The script refuses what is no array, and says so."""
    await page.note("misused", saw=URL)
    assert await box.outcome("BC-PAGE-01") == f'failed: "{URL}" instead of an array'


async def test_a_badge_of_another_is_03_alone(box, page):
    """The verdict shows what its hash should be."""
    await page.call(box.badge(email=GRACE))
    assert await box.failed() == ["BC-PAGE-03"]
    assert (await box.outcome("BC-PAGE-03")).startswith('failed: "sha256$')


async def test_a_wrong_document_is_02_alone(box, page):
    """Member by member."""
    badge = good_badge(box.site)
    badge.assertion["recipient"] = "nobody"
    del badge.assertion["uid"]
    await page.call(badge.publish())
    assert await box.failed() == ["BC-PAGE-02"]


async def test_steps_count_and_not_arrivals(box, page):
    """A beacon may come after the call that followed it."""
    page.step = 2
    await page.call(URL, acted="no")
    page.step = 1
    await page.note("answered", errors=[DENIED], successes=[])
    assert "BC-PAGE-07" in await box.failed()


@pytest.mark.parametrize(("acted", "failed"), [("yes", False), ("no", True)])
async def test_the_earner_may_ask_again(box, page, acted, failed):
    """The page itself may not."""
    await page.call(URL)
    await page.note("answered", errors=[DENIED], successes=[])
    await page.call(URL, acted=acted)
    assert ("BC-PAGE-07" in await box.failed()) is failed


async def test_another_page_is_no_repetition(box, page):
    """The earner has come back, or uses another tab."""
    await page.call(URL)
    await page.note("answered", errors=[DENIED], successes=[])
    await Page(box, "two").call(URL, acted="no")
    assert await box.outcome("BC-PAGE-07") == "passed"


async def test_another_badge_is_no_repetition(box, page):
    """The page has two buttons, or goes on with the next badge."""
    await page.call(URL)
    await page.note("answered", errors=[DENIED], successes=[])
    await page.call(f"{URL}/other", acted="no")
    assert await box.outcome("BC-PAGE-07") == "passed"


@pytest.mark.parametrize(("times", "failed"), [(3, False), (4, True)])
async def test_a_few_more_calls_are_no_fault(box, page, times, failed):
    """The site may have been slow."""
    gone = {**DENIED, "reason": "INACCESSIBLE"}
    await page.call(URL)
    for _ in range(times):
        await page.note("answered", errors=[gone], successes=[])
        await page.call(URL, acted="no")
    assert ("BC-PAGE-08" in await box.failed()) is failed


async def test_a_badge_that_was_added_at_last_is_done(box, page):
    """The second call was right, the third was not."""
    gone = {**DENIED, "reason": "INACCESSIBLE"}
    await page.call(URL)
    await page.note("answered", errors=[gone], successes=[])
    await page.call(URL, acted="no")
    await page.note("answered", errors=[], successes=[URL])
    assert await box.outcome("BC-PAGE-06") == "passed"
    await page.call(URL, acted="no")
    assert await box.outcome("BC-PAGE-06") == f"failed: 1 by the page itself, with {URL}"
    assert await box.outcome("BC-PAGE-08") == "passed"


@pytest.mark.parametrize("note", ["pressed", "stuck"])
async def test_a_page_that_waits_for_ever_fails(box, page, note):
    """Unless it calls after all."""
    await page.call(URL)
    await page.note("closed", assertions=[URL])
    assert "nobody pressed the button again" in await box.reason("BC-PAGE-10")
    await page.note(note)
    assert (await box.outcome("BC-PAGE-10")).startswith("failed: the button")
    await page.call(URL)
    assert await box.outcome("BC-PAGE-10") == "passed"


async def test_a_callback_that_throws_is_shown_with_what_it_got(box, page):
    """Its error is the page's."""
    await page.call(URL)
    await page.note("answered", errors=[DENIED], successes=[])
    await page.note("threw", saw="TypeError: x is undefined")
    assert await box.outcome("BC-PAGE-05") == "failed: it threw TypeError: x is undefined"
    verdict = await box.control("GET", "/verdict")
    (ruling,) = [ruling for ruling in verdict["requirements"] if ruling["id"] == "BC-PAGE-05"]
    expected = "a callback that takes errors with DENIED and no successes"
    assert ruling["findings"][0]["expected"] == expected


@pytest.mark.parametrize("row", JUDGES)
async def test_a_page_that_loads_the_script_alone_is_untested(box, page, row):
    """It sent a request, but nothing that can be judged."""
    await send(box.http, "GET", f"{page.box.url}/issuer.js")
    assert await box.reason(row) == "no call of OpenBadges.issue or issue_no_modal was received"


async def test_what_a_call_did_not_show_is_said(box, page):
    """Each row with its own reason."""
    await page.call(URL)
    for row in ("BC-PAGE-05", "BC-PAGE-06", "BC-PAGE-07", "BC-PAGE-08", "BC-PAGE-10"):
        assert "connect-src" in await box.reason(row)
    await page.note("answered", errors=[], successes=[])
    assert "no callback" in await box.reason("BC-PAGE-05")
    assert "is in the Backpack" in await box.reason("BC-PAGE-06")
    assert "closed no dialog" in await box.reason("BC-PAGE-07")
    assert "cannot be added" in await box.reason("BC-PAGE-08")
    assert "issuer-api/closed" in await box.reason("BC-PAGE-10")
    await page.note("left")
    assert "as it may" in await box.reason("BC-PAGE-05")


async def test_who_uses_the_full_window_alone_is_told_what_to_say(box, page):
    """There is no callback, so nothing of it can be judged."""
    for _ in range(2):
        await page.call(box.badge(), view="page")
    assert "--inapplicable" in await box.reason("BC-PAGE-05")
    assert "in the full window only" in await box.reason("BC-PAGE-07")
    assert await box.outcome("BC-PAGE-10") == "passed"


async def test_a_script_of_the_issuers_own_is_not_accused(box):
    """It sends no notes, and does not say who acted."""
    await box.control("PUT", "/situation", json={"situation": "issuer-api/accepted"})
    for _ in range(2):
        data = {"assertions": json.dumps([box.badge()]), "origin": box.site.url, "view": "page"}
        answer = await send(box.http, "POST", f"{box.url}/issuer/offer", data=data)
        assert answer.status == 303
    assert await box.failed() == []
    assert (await box.control("GET", "/verdict"))["habits"] == []


@pytest.mark.parametrize("text", ["[", "{}", "1", "[1, null]"])
async def test_a_forged_note_breaks_nothing(box, page, text):
    """What is not as the script sends it counts for nothing."""
    await page.note("answered", errors=text, successes=text, page="x")
    await page.note("closed", assertions=text)
    await page.note("nonsense", step="x")
    assert await box.failed() == []
