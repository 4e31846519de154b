"""Good badges of every kind are accepted."""

import base64
from urllib.parse import quote

import pytest
from aiohttp import web

from tests.mock_backpack.earner import connect, push
from tests.mock_backpack.hand_issuer import (
    ADA,
    PNG,
    SVG,
    flat_badge,
    good_badge,
    hashed,
    issuer_site,
    plain,
    put,
)

pytestmark = pytest.mark.anyio


async def accepted(http, tokens, badge):
    """Push a badge that must be taken; the badge as the answer shows it."""
    answer = await push(http, tokens, badge)
    assert answer.status == 201, answer.text
    return answer.json["badge"]


async def test_a_badge_of_1_1_is_accepted(http, tokens, site):
    """A 1.1 document is a 1.0 document with a context, a type and an id."""
    badge = good_badge(site)
    context = "https://w3id.org/openbadges/v1"
    url = f"{site.url}/assertion"
    badge.assertion |= {"@context": context, "type": "Assertion", "id": url}
    badge.badge_class |= {"@context": context, "type": "BadgeClass", "id": f"{site.url}/class"}
    badge.issuer |= {"@context": context, "type": "Issuer", "id": f"{site.url}/issuer"}
    assert (await accepted(http, tokens, badge.publish()))["id"] == url


async def test_a_signed_badge_is_accepted(http, tokens, site):
    """A JWS with RS256 is as good as a URL, and comes back under the key's URL."""
    badge = await accepted(http, tokens, good_badge(site).sign())
    assert badge["verify"] == {"type": "signed", "url": f"{site.url}/key.pem"}


RECIPIENTS = {
    "plain": plain(ADA),
    "plain in capitals": plain(ADA.upper()),
    "md5": hashed(ADA, "md5", "salt"),
    "sha1": hashed(ADA, "sha1", "salt"),
    "sha256": hashed(ADA, "sha256", "salt"),
    "sha512": hashed(ADA, "sha512", "salt"),
    "no salt": hashed(ADA, "sha256", None),
    "empty salt": hashed(ADA, "sha256", ""),
    "odd salt": hashed(ADA, "sha256", "$ Å\u0000\U0001d505"),
}
RECIPIENTS["capital digits"] = {
    **RECIPIENTS["sha256"],
    "identity": "sha256$" + RECIPIENTS["sha256"]["identity"].partition("$")[2].upper(),
}


@pytest.mark.parametrize("recipient", RECIPIENTS.values(), ids=RECIPIENTS)
async def test_a_recipient_is_recognised(http, tokens, site, recipient):
    """Plain or hashed, with whatever algorithm and salt: it is Ada."""
    badge = good_badge(site)
    badge.assertion["recipient"] = recipient
    shown = await accepted(http, tokens, badge.publish())
    assert shown["_originalRecipient"] == recipient
    assert shown["recipient"] == recipient["identity"]


@pytest.mark.parametrize("hashed_as", ["Ada@Example.ORG", "ada@example.org"])
async def test_an_earners_letter_case_does_not_count(http, mock, site, hashed_as):
    """An earner is compared as they wrote themselves, and in lower case."""
    tokens = await connect(http, mock, f"{site.url}/callback", "Ada@Example.ORG")
    badge = good_badge(site, hashed_as)
    await accepted(http, tokens, badge.publish())


def data_url(kind, content):
    """A ``data:`` URL in base64."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


IMAGES = {
    "png": data_url("image/png", PNG),
    "svg": data_url("image/svg+xml", SVG),
    "svg, percent-encoded": f"data:image/svg+xml,{quote(SVG)}",
    "svg with charset": f"data:image/svg+xml;charset=utf-8,{quote(SVG)}",
    "svg with declaration": data_url("image/svg+xml", b'<?xml version="1.0"?>\n' + SVG),
    "svg without namespace": data_url("image/svg+xml", b"<svg/>"),
}


@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
async def test_an_image_may_be_a_data_url(http, tokens, site, image):
    """PNG and SVG, in whichever notation."""
    badge = good_badge(site)
    badge.badge_class["image"] = badge.assertion["image"] = image
    await accepted(http, tokens, badge.publish())


async def test_an_image_may_be_a_hosted_svg(http, tokens, site):
    """The bytes of an image determine its type, not its label."""
    badge = good_badge(site)
    badge.badge_class["image"] = site.host("/image", SVG, Content_Type="text/plain")
    await accepted(http, tokens, badge.publish())


GOOD = [
    ("assertion", "issuedOn", "2014-06-26"),
    ("assertion", "issuedOn", "2014-06-26T12:09:37Z"),
    ("assertion", "issuedOn", "2014-06-26T12:09:37.123456+02:00"),
    ("assertion", "issuedOn", "1403784577"),
    ("assertion", "expires", 4102444800),
    ("assertion", "expires", "2100-01-01T00:00:00"),
    ("assertion", "evidence", "https://issuer.example/evidence?x=y#z"),
    ("assertion", "uid", "\U0001d505" * 500),
    ("assertion", "badge_id", [{}]),
    ("badge_class", "tags", []),
    ("badge_class", "tags", ["a", ""]),
    ("badge_class", "alignment", []),
    ("badge_class", "alignment", [{"name": "a", "url": "https://a.example"}]),
    ("badge_class", "alignment", [{"name": "", "url": "https://a", "description": "b"}]),
    ("badge_class", "description", "long " * 12_000),
    ("issuer", "image", "data:image/gif;base64,R0lGODlhAQABAAAAACw="),
    ("issuer", "description", ""),
    ("issuer", "email", "badges@issuer.example"),
    ("issuer", "revocationList", "https://issuer.example/not-fetched-for-hosted-ones"),
]


@pytest.mark.parametrize(("part", "member", "value"), GOOD)
async def test_an_optional_member_may_be_there(http, tokens, site, part, member, value):
    """Everything that the specification allows is taken and comes back as it was."""
    badge = good_badge(site)
    put(getattr(badge, part), member, value)
    shown = await accepted(http, tokens, badge.publish())
    place = {"assertion": shown, "badge_class": shown["badge"], "issuer": shown["badge"]["issuer"]}
    assert place[part][member] == value


async def test_verify_url_may_be_another_url_with_the_same_assertion(http, tokens, site):
    """A copy at verify.url is as good, if it says the same in whatever order."""
    badge = good_badge(site)
    badge.assertion["verify"]["url"] = f"{site.url}/copy"
    url = badge.publish()
    site.host("/copy", {name: badge.assertion[name] for name in reversed(badge.assertion)})
    await accepted(http, tokens, url)


async def test_redirects_of_a_hosted_assertion_are_followed(http, tokens, site):
    """Three redirects, also to another host, lead to the assertion."""
    badge = good_badge(site)
    url = badge.publish()
    async with issuer_site() as other:

        async def to(path):
            raise web.HTTPFound(path)

        other.answer("/far", lambda _request: to(url))
        site.answer("/2", lambda _request: to(f"{other.url}/far"))
        pushed = site.answer("/1", lambda _request: to("2?relative"))
        await accepted(http, tokens, pushed)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/html", ""])
async def test_the_label_of_a_document_does_not_count(http, tokens, site, content_type):
    """A document is JSON when it reads as JSON."""
    badge = good_badge(site)
    url = badge.publish()
    site.host("/assertion", badge.assertion, Content_Type=content_type)
    await accepted(http, tokens, url)


FLAT = {
    "plain": {},
    "hashed": {"recipient": hashed(ADA, "sha256", None)["identity"]},
    "salted": {"recipient": hashed(ADA, "sha1", "s")["identity"], "salt": "s"},
    "unix": {"issued_on": 1330819200, "expires": 4102444800},
    "bare": {"issued_on": "2012-03-04", "evidence": "/evidence"},
}


@pytest.mark.parametrize("change", FLAT.values(), ids=FLAT)
async def test_a_badge_of_0_5_is_accepted(http, tokens, site, change):
    """One flat document; its URL is what makes it unique."""
    badge = {**flat_badge(site), **change}
    url = site.host("/flat", badge)
    shown = await accepted(http, tokens, url)
    assert shown["badge"]["issuer"]["origin"] == site.url
    assert shown["recipient"] == badge["recipient"]
    assert shown["uid"] == shown["verify"]["url"] == url
    assert (await push(http, tokens, url)).status == 304
    assert (await push(http, tokens, site.host("/other", badge))).status == 201


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("badge.image", "{}/image.png"),
        ("badge.criteria", "https://elsewhere.example/criteria"),
        ("badge.issuer.origin", "{}/"),
        ("badge.issuer.org", "Analytical Society"),
        ("badge.issuer.contact", "badges@issuer.example"),
    ],
)
async def test_a_badge_of_0_5_has_freedoms(http, tokens, site, member, value):
    """URLs or paths, and one trailing slash of an origin, are all legal."""
    badge = flat_badge(site)
    put(badge, member, value.format(site.url))
    await accepted(http, tokens, site.host("/flat", badge))


@pytest.mark.parametrize("url", [5, "issuer", "http://127.0.0.1:1/"])
async def test_an_unknown_member_url_of_a_0_5_issuer_means_nothing(http, tokens, site, url):
    """Unknown members are allowed: in 0.5 the origin is what ``origin`` says."""
    badge = flat_badge(site)
    badge["badge"]["issuer"]["url"] = url
    await accepted(http, tokens, site.host("/flat", badge))
