"""The inspection of an issuer's site: all errors, and no false positives."""

from itertools import combinations

import pytest
from aiohttp import web

from mock_backpack.core.clock import Clock
from mock_backpack.issuer.connect.inspection import inspect
from mock_backpack.openbadges.award import Judge
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.fetch import Fetcher
from tests.mock_backpack.hand_issuer import (
    GONE,
    PNG,
    SVG,
    flat_badge,
    good_badge,
    plain,
    put,
    signed,
    unsigned,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def fetcher():
    """A fetcher that may go anywhere."""
    made = Fetcher()
    generator = made.running()
    await anext(generator)
    yield made
    with pytest.raises(StopAsyncIteration):
        await anext(generator)


async def complaints(fetcher, pushed):
    """Document and member of everything that is wrong with a badge."""
    inspection = await inspect(fetcher, pushed, Clock())
    return [(complaint.document, complaint.member) for complaint in inspection.complaints]


async def hosted(site):
    """A badge as it should be."""
    return good_badge(site).publish()


async def with_charset(site):
    """Its type has a parameter."""
    badge = good_badge(site)
    badge.publish()
    return site.host("/assertion", badge.assertion, Content_Type="application/json; charset=utf-8")


async def linked_data(site):
    """A 1.1 assertion under the type of linked data."""
    badge = good_badge(site)
    badge.assertion |= {
        "@context": "https://w3id.org/openbadges/v1",
        "type": "Assertion",
        "id": f"{site.url}/assertion",
    }
    badge.publish()
    return site.host("/assertion", badge.assertion, Content_Type="application/ld+json")


async def redirected(site):
    """It moved to another path."""
    url = good_badge(site).publish()

    async def moved(_request):
        return web.Response(status=302, headers={"Location": url})

    return site.answer("/old", moved)


async def copied(site):
    """Its verify.url is another URL of the same assertion."""
    badge = good_badge(site)
    badge.assertion["verify"]["url"] = f"{site.url}/copy"
    badge.publish()
    site.host("/copy", badge.assertion)
    return f"{site.url}/assertion"


async def with_images(site):
    """Images in the assertion and in data: URLs."""
    badge = good_badge(site)
    badge.assertion["image"] = site.host("/baked.png", PNG, Content_Type="image/png")
    badge.badge_class["image"] = "data:image/svg+xml," + SVG.decode().replace(" ", "%20")
    return badge.publish()


async def readable(site):
    """Its recipient is not hashed."""
    badge = good_badge(site)
    badge.assertion["recipient"] = plain("ada@example.org")
    return badge.publish()


async def in_a_signature(site):
    """It is signed, and served nowhere."""
    return good_badge(site).sign()


async def flat(site):
    """It is of 0.5."""
    return site.host("/flat", flat_badge(site))


GOOD = [
    hosted,
    with_charset,
    linked_data,
    redirected,
    copied,
    with_images,
    readable,
    in_a_signature,
    flat,
]


@pytest.mark.parametrize("made", GOOD, ids=lambda function: function.__name__)
async def test_nothing_is_wrong_with_a_good_badge(fetcher, site, made):
    """For any form of badge."""
    assert await complaints(fetcher, await made(site)) == []


SPOILT = {
    "uid": ("assertion", "uid", GONE),
    "identity": ("assertion", "recipient.identity", "sha256$abc"),
    "type": ("assertion", "recipient.type", "id"),
    "kind": ("assertion", "verify.type", "signed"),
    "expiry": ("assertion", "expires", "2001-01-01"),
    "description": ("badge_class", "description", GONE),
    "criteria": ("badge_class", "criteria", "/here"),
    "name": ("issuer", "name", 7),
    "url": ("issuer", "url", "https://elsewhere.example"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_wrong_member_is_named_alone(fetcher, site, spoilt):
    """Document and member, and nothing else."""
    badge = good_badge(site)
    document, member, value = SPOILT[spoilt]
    put(getattr(badge, document), member, value)
    named = (document.replace("_", " "), member)
    assert await complaints(fetcher, badge.publish()) == [named]


async def test_wrong_members_of_all_documents_are_named(fetcher, site):
    """The first wrong document does not hide the others."""
    badge = good_badge(site)
    put(badge.assertion, "issuedOn", "yesterday")
    put(badge.badge_class, "image", f"{site.url}/nothing.png")
    put(badge.issuer, "name", GONE)
    assert await complaints(fetcher, badge.publish()) == [
        ("assertion", "issuedOn"),
        ("issuer", "name"),
        ("badge class image", ""),
    ]


WRONG_TOGETHER = [
    *combinations([name for name in SPOILT if name != "url"], 2),
    tuple(SPOILT),
]


@pytest.mark.parametrize("spoilt", WRONG_TOGETHER, ids="-".join)
@pytest.mark.parametrize("kind", ["hosted", "signed"])
async def test_strict_judging_takes_the_first_complaints(fetcher, site, spoilt, kind):
    """Strict judging and the inspection are one walk; a wrong document hides those after it."""
    badge = good_badge(site)
    if kind == "signed":
        badge.sign()
    for name in spoilt:
        document, member, value = SPOILT[name]
        other_kind = "hosted" if kind == "signed" else "signed"
        put(getattr(badge, document), member, other_kind if name == "kind" else value)
    url = badge.publish()
    pushed = url if kind == "hosted" else signed({"alg": "RS256"}, badge.assertion)
    clock = Clock()
    with pytest.raises(InvalidBadge) as refused:
        await Judge(fetcher, clock).award(pushed)
    first = refused.value.complaints
    assert (await inspect(fetcher, pushed, clock)).complaints[: len(first)] == first


async def test_bytes_that_change_are_named_by_member(fetcher, site):
    """The salt of each visit is another."""
    badge = good_badge(site)
    badge.publish()
    visits = []

    async def other(_request):
        visits.append(1)
        put(badge.assertion, "recipient.salt", f"salt {len(visits)}")
        return web.json_response(badge.assertion)

    site.answer("/assertion", other)
    assert await complaints(fetcher, f"{site.url}/assertion") == [("assertion", "recipient.salt")]


async def test_other_spaces_are_other_bytes(fetcher, site):
    """Equal JSON in other bytes is reported as such."""
    badge = good_badge(site)
    badge.publish()
    visits = []

    async def other(_request):
        visits.append(1)
        text = web.json_response(badge.assertion).text
        return web.Response(text=text + " " * len(visits), content_type="application/json")

    site.answer("/assertion", other)
    inspection = await inspect(fetcher, f"{site.url}/assertion", Clock())
    assert [complaint.saw for complaint in inspection.complaints] == [
        "other bytes, which say the same"
    ]


async def test_head_must_be_answered_like_get(fetcher, site):
    """A site that knows no HEAD is named."""
    badge = good_badge(site)
    badge.publish()

    async def gets(request):
        if request.method == "HEAD":
            return web.Response(status=405)
        return web.json_response(badge.assertion)

    site.answer("/assertion", gets)
    inspection = await inspect(fetcher, f"{site.url}/assertion", Clock())
    (complaint,) = inspection.complaints
    assert (complaint.expected, complaint.saw) == ("200 for HEAD as for GET", "405")


async def test_another_copy_is_named(fetcher, site):
    """The document at verify.url must be equal."""
    badge = good_badge(site)
    badge.assertion["verify"]["url"] = site.host("/copy", {**badge.assertion, "uid": "2"})
    assert await complaints(fetcher, badge.publish()) == [("assertion", "verify.url")]


async def test_a_flat_badge_of_another_origin_is_named(fetcher, site):
    """A 0.5 badge says its origin itself."""
    badge = flat_badge(site)
    put(badge, "badge.issuer.origin", "https://elsewhere.example")
    put(badge, "badge.image", "https://127.0.0.1:1/x.png")
    assert await complaints(fetcher, site.host("/flat", badge)) == [
        ("assertion", "badge.issuer.origin"),
        ("badge image", ""),
    ]


async def test_a_bad_signature_is_named_with_its_key(fetcher, site):
    """An invalid signature, and one whose key is missing."""
    badge = good_badge(site)
    badge.sign()
    none = f"{unsigned({'alg': 'none'}, badge.assertion)}."
    assert await complaints(fetcher, none) == [("signature", "alg")]
    badge.assertion["verify"]["url"] = f"{site.url}/no-key.pem"
    assert await complaints(fetcher, signed({"alg": "RS256"}, badge.assertion)) == [("key", "")]


@pytest.mark.parametrize("pushed", ["ftp://a.example/1", "hello", "a.b.c", ""])
async def test_what_is_no_badge_is_named(fetcher, pushed):
    """Neither URL nor signature."""
    assert len(await complaints(fetcher, pushed)) == 1
