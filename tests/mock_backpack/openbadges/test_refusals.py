"""Bad badges are refused, and the complaint names the document and the member."""

import pytest

from tests.mock_backpack.earner import collection, problems, push
from tests.mock_backpack.hand_issuer import ADA, GONE, GRACE, flat_badge, good_badge, hashed, put

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PARTS = {"assertion": "assertion", "badge_class": "badge class", "issuer": "issuer"}

TEXTS = (5, None, [], {}, True)
URLS = (*TEXTS, "", "issuer.example", "/path", "ftp://a/", "javascript:alert(1)", "https://")
IMAGES = (*URLS, "data:", "data:image/png;base64")
TIMES = (None, True, 1.5, [], "", "yesterday", "2014-13-01", 140378457, 14037845770, "2014-6-26")

WRONG = {
    ("assertion", "uid"): (*TEXTS, ""),
    ("assertion", "recipient"): (*TEXTS[:3], ADA),
    ("assertion", "recipient.identity"): (*TEXTS, "sha256$", "sha256$abc", "crc32$abcdef12"),
    ("assertion", "recipient.type"): (*TEXTS, "url", "Email"),
    ("assertion", "recipient.hashed"): (1, None, "true", []),
    ("assertion", "recipient.salt"): (5, [], {}, True),
    ("assertion", "badge"): (5, None, *URLS[5:]),
    ("assertion", "verify"): (*TEXTS[:3], "hosted"),
    ("assertion", "verify.type"): (*TEXTS, "signed", "Hosted"),
    ("assertion", "verify.url"): URLS,
    ("assertion", "issuedOn"): TIMES,
    ("assertion", "expires"): (*TIMES, 1403784577, "2014-06-26"),
    ("assertion", "image"): IMAGES,
    ("assertion", "evidence"): URLS,
    ("badge_class", "name"): TEXTS,
    ("badge_class", "description"): TEXTS,
    ("badge_class", "image"): IMAGES,
    ("badge_class", "criteria"): URLS,
    ("badge_class", "issuer"): URLS,
    ("badge_class", "alignment"): (5, None, {}, "a", [5], [None]),
    ("badge_class", "tags"): (5, None, {}, "a", [5], [None]),
    ("issuer", "name"): TEXTS,
    ("issuer", "url"): URLS,
    ("issuer", "description"): TEXTS,
    ("issuer", "image"): IMAGES,
    ("issuer", "email"): (*TEXTS, "", "issuer", "a b@c"),
    ("issuer", "revocationList"): URLS,
}
REQUIRED = [
    *((part, name) for part, name in WRONG if name.startswith(("recipient.i", "recipient.t"))),
    ("assertion", "recipient.hashed"),
    *(("assertion", name) for name in ("uid", "recipient", "badge", "verify", "issuedOn")),
    *(("assertion", name) for name in ("verify.type", "verify.url")),
    *(("badge_class", name) for name in ("name", "description", "image", "criteria", "issuer")),
    *(("issuer", name) for name in ("name", "url")),
]
TABLE = [(*place, GONE) for place in REQUIRED]
TABLE += [(*place, value) for place, values in WRONG.items() for value in values]


@pytest.mark.parametrize(("part", "member", "value"), TABLE)
async def test_a_wrong_member_is_named(http, tokens, site, part, member, value):
    """A member that is missing or wrong is refused, and it alone is complained about."""
    badge = good_badge(site)
    put(getattr(badge, part), member, value)
    assert await problems(http, tokens, badge.publish()) == [(PARTS[part], member)]


@pytest.mark.parametrize(
    ("alignment", "member"),
    [
        ({"name": "a"}, "url"),
        ({"url": "https://a"}, "name"),
        ({"name": 5, "url": "https://a"}, "name"),
        ({"name": "a", "url": "a"}, "url"),
        ({"name": "a", "url": "https://a", "description": 5}, "description"),
    ],
)
async def test_a_wrong_alignment_is_named_by_its_index(http, tokens, site, alignment, member):
    """In a list, the complaint says which one."""
    badge = good_badge(site)
    badge.badge_class["alignment"] = [{"name": "a", "url": "https://a"}, alignment]
    found = await problems(http, tokens, badge.publish())
    assert found == [("badge class", f"alignment[1].{member}")]


async def test_everything_wrong_in_one_document_is_told_at_once(http, tokens, site):
    """An issuer need not push again and again to learn its mistakes."""
    badge = good_badge(site)
    badge.badge_class = {"name": 5, "image": badge.badge_class["image"]}
    found = await problems(http, tokens, badge.publish())
    members = [member for _, member in found]
    assert members == ["name", "description", "criteria", "issuer"]


@pytest.mark.parametrize(
    "value",
    [
        "1_403_784_577",
        " 1403784577 ",
        "+1403784577",
        "\uff11\uff14\uff10\uff13\uff17\uff18\uff14\uff15\uff17\uff17",
    ],
)
async def test_unix_seconds_are_ten_digits_and_nothing_else(http, tokens, site, value):
    """Not everything that Python parses as a number is a time."""
    badge = good_badge(site)
    badge.assertion["issuedOn"] = value
    assert await problems(http, tokens, badge.publish()) == [("assertion", "issuedOn")]


@pytest.mark.parametrize(
    "recipient",
    [
        hashed(GRACE, "sha256", "s"),
        {**hashed(ADA, "sha256", "s"), "salt": "other"},
        {**hashed(ADA, "sha256", None), "salt": "s"},
        {"identity": GRACE, "type": "email", "hashed": False},
        {**hashed(ADA, "sha256", None), "hashed": False},
        {"identity": "sha1$" + "0" * 40, "type": "email", "hashed": True},
    ],
)
async def test_a_recipient_who_is_somebody_else_is_refused(http, tokens, site, recipient):
    """E3 for plain, hashed and salted recipients, and a hash that is said to be none."""
    badge = good_badge(site)
    badge.assertion["recipient"] = recipient
    answer = await push(http, tokens, badge.publish())
    assert (answer.status, answer.message) == (403, "badge assertion is for a different user")


FLAT = [
    ("recipient", (GONE, 5, None, "", "ada", "sha256$abc", {}, [])),
    ("salt", (5, None, [])),
    ("evidence", (5, "evidence", "//elsewhere.example/x")),
    ("expires", (None, "soon", "2012-03-05")),
    ("issued_on", (None, "soon", 1.5)),
    ("badge.version", (5, None)),
    ("badge.name", (GONE, 5, None)),
    ("badge.description", (GONE, 5, None)),
    ("badge.image", (GONE, 5, "image.png", "//elsewhere.example/x", "javascript:1")),
    ("badge.criteria", (GONE, 5, "criteria", "")),
    ("badge.issuer", (GONE, 5, "https://issuer.example", [])),
    ("badge.issuer.origin", (GONE, 5, "issuer.example", "https://a/path", "https://a/?x")),
    ("badge.issuer.name", (GONE, 5, None)),
    ("badge.issuer.org", (5, None)),
    ("badge.issuer.contact", (5, "issuer")),
]


@pytest.mark.parametrize(
    ("member", "value"), [(member, value) for member, values in FLAT for value in values]
)
async def test_a_wrong_member_of_0_5_is_named(http, tokens, site, member, value):
    """A 0.5 badge is checked as closely, and the complaint names the member."""
    badge = flat_badge(site)
    put(badge, member, value)
    assert await problems(http, tokens, site.host("/flat", badge)) == [("assertion", member)]


NO_DOCUMENT = [
    b"",
    b"<html>",
    b"{",
    b"[]",
    b'"text"',
    b"5",
    b"null",
    b"\xff\xfe{}",
    '{"uid": "é"}'.encode("latin-1"),
    b'{"uid": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
]


@pytest.mark.parametrize("content", NO_DOCUMENT)
@pytest.mark.parametrize("part", ["assertion", "class", "issuer"])
async def test_a_document_that_is_no_json_object_is_refused(http, tokens, site, part, content):
    """The complaint is about the document as a whole."""
    url = good_badge(site).publish()
    site.host(f"/{part}", content)
    name = {"class": "badge class"}.get(part, part)
    assert await problems(http, tokens, url) == [(name, "")]


@pytest.mark.parametrize("status", [204, 302, 304, 400, 401, 403, 404, 410, 500, 503])
@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/assertion", "assertion"),
        ("/class", "badge class"),
        ("/issuer", "issuer"),
        ("/image.png", "badge class image"),
    ],
)
async def test_a_document_that_is_not_there_is_refused(http, tokens, site, path, document, status):
    """Any status but 200 counts as absence, whatever the body says."""
    badge = good_badge(site)
    url = badge.publish()
    content = {"/assertion": badge.assertion, "/class": badge.badge_class, "/issuer": badge.issuer}
    site.host(path, content.get(path, {}) if status not in (204, 304) else b"", status)
    assert await problems(http, tokens, url) == [(document, "")]


async def test_a_410_says_that_the_badge_was_revoked(http, mock, tokens, site):
    """A hosted badge is revoked by a 410."""
    url = good_badge(site).publish()
    site.host("/assertion", {"revoked": True}, 410)
    answer = await push(http, tokens, url)
    assert "410: it was revoked or withdrawn" in answer.message
    assert await collection(http, mock) == []


@pytest.mark.parametrize(
    "pushed",
    [
        "badge",
        "/assertion",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:,x",
        "a.b",
        "a.b.c.d",
    ],
)
async def test_what_is_neither_url_nor_signature_is_refused(http, tokens, pushed):
    """The complaint says what a badge is."""
    answer = await push(http, tokens, pushed)
    assert answer.status == 400
    assert "an absolute http(s) URL or a compact JWS" in answer.message
