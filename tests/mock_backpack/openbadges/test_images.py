"""Images and copies: what a badge points at must be there, and be what it should be."""

import json

import pytest

from tests.mock_backpack.earner import problems, push
from tests.mock_backpack.hand_issuer import PNG, SVG, flat_badge, good_badge

pytestmark = pytest.mark.anyio

ENTITIES = '<?xml version="1.0"{}?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg><text>&a;</text></svg>'
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"

NO_IMAGES = {
    "empty": b"",
    "text": b"an image",
    "gif": GIF,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "html": b"<html><svg/></html>",
    "signature alone": PNG[:8],
    "torn png": PNG[:10],
    "torn svg": SVG[:-3],
    "text before svg": b"x" + SVG,
    "svg with entities": ENTITIES.format("").encode(),
    "svg, unknown encoding": b'<?xml version="1.0" encoding="klingon"?>' + SVG,
}


@pytest.mark.parametrize("content", NO_IMAGES.values(), ids=NO_IMAGES)
async def test_what_is_no_badge_image_is_refused(http, tokens, site, content):
    """The image of a badge class is a PNG or an SVG, and its label does not make it one."""
    url = good_badge(site).publish()
    site.host("/image.png", content, Content_Type="image/png")
    assert await problems(http, tokens, url) == [("badge class image", "")]


async def test_an_svg_with_entities_is_refused_in_any_encoding(http, tokens, site):
    """Another encoding does not smuggle entities past."""
    url = good_badge(site).publish()
    site.host("/image.png", ENTITIES.format(' encoding="utf-16"').encode("utf-16"))
    assert await problems(http, tokens, url) == [("badge class image", "")]


async def test_a_deep_svg_is_no_server_error(http, mock, tokens, site):
    """The mock survives any nesting in an image."""
    url = good_badge(site).publish()
    site.host("/image.png", b"<svg>" * 90_000 + b"</svg>" * 90_000)
    assert (await push(http, tokens, url)).status in (201, 400)
    assert (await http.get(f"{mock}/_mock/health")).status == 200


async def test_the_assertions_own_image_is_looked_at(http, tokens, site):
    """An assertion's image must be an image as well."""
    badge = good_badge(site)
    badge.assertion["image"] = site.host("/own", GIF)
    assert await problems(http, tokens, badge.publish()) == [("assertion image", "")]


async def test_the_image_of_a_0_5_badge_is_looked_at(http, tokens, site):
    """A path is relative to the issuer's origin."""
    badge = flat_badge(site)
    badge["badge"]["image"] = "/missing.png"
    assert await problems(http, tokens, site.host("/flat", badge)) == [("badge image", "")]
    assert site.visits[-1] == "/missing.png"


@pytest.mark.parametrize(
    "image",
    [
        "data:image/png;base64,!!!!",
        "data:image/png;base64,iVBO",
        "data:image/png,iVBO",
        "data:image/svg+xml,%3Chtml/%3E",
        "data:text/plain,x",
        "data:image/png;base64,",
    ],
)
async def test_a_data_url_must_hold_an_image(http, tokens, site, image):
    """A ``data:`` URL is decoded and looked at."""
    badge = good_badge(site)
    badge.badge_class["image"] = image
    assert await problems(http, tokens, badge.publish()) == [("badge class image", "")]


@pytest.mark.parametrize("change", [{"uid": "other"}, {"issuedOn": "1403784577"}, {"x-more": None}])
async def test_another_copy_at_verify_url_is_refused(http, tokens, site, change):
    """verify.url must say the same assertion as the URL that was pushed."""
    badge = good_badge(site)
    badge.assertion["verify"]["url"] = f"{site.url}/copy"
    url = badge.publish()
    site.host("/copy", {**badge.assertion, **change})
    assert await problems(http, tokens, url) == [("assertion", "verify.url")]


@pytest.mark.parametrize(("content", "status"), [(b"", 200), (b"[]", 200), (b"{}", 404)])
async def test_a_missing_copy_at_verify_url_is_refused(http, tokens, site, content, status):
    """verify.url must be there and be JSON."""
    badge = good_badge(site)
    badge.assertion["verify"]["url"] = f"{site.url}/copy"
    url = badge.publish()
    site.host("/copy", content, status)
    assert await problems(http, tokens, url) == [("assertion at verify.url", "")]


NO_JSON = ["NaN", "Infinity", "-Infinity", "1e999"]


@pytest.mark.parametrize("number", NO_JSON)
async def test_a_number_that_json_does_not_know_never_comes_back(http, tokens, site, number):
    """A document cannot make the answer invalid JSON."""
    badge = good_badge(site)
    badge.badge_class["x"] = "NUMBER"
    url = badge.publish()
    site.host("/class", json.dumps(badge.badge_class).replace('"NUMBER"', number).encode())
    answer = await push(http, tokens, url)
    assert json.dumps(answer.json, allow_nan=False)


async def test_a_document_is_fetched_once(http, tokens, site):
    """The mock visits assertion, class, issuer and image, and nothing else."""
    await push(http, tokens, good_badge(site).publish())
    assert sorted(site.visits) == ["/assertion", "/class", "/image.png", "/issuer"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "member", "steps"),
    [("/assertion", "uid", 1), ("/class", "x", 4), ("/issuer", "x", 4)],
)
async def test_nesting_of_any_depth_is_no_server_error(http, tokens, site, path, member, steps):
    """A member may nest as deep as the parser follows: it is accepted or refused."""
    seen = set()
    for depth in range(850, 1000, steps):
        badge = good_badge(site)
        badge.assertion["uid"] = f"badge-{depth}"
        url = badge.publish()
        part = {"/assertion": badge.assertion, "/class": badge.badge_class}.get(path, badge.issuer)
        text = json.dumps({**part, member: "DEEP"}).replace('"DEEP"', "[" * depth + "]" * depth)
        site.host(path, text.encode())
        seen.add((await push(http, tokens, url)).status)
    assert seen <= {201, 400}
