"""A badge that is baked into a picture is judged as if it were pushed."""

import json
import struct
import zlib

import pytest

from tests.mock_backpack.hand_issuer import ADA, PNG, SVG, good_badge
from tests.mock_backpack.judged import judged, lines

HEADER_ENDS = 33


def chunk(kind, data, spoilt=0):
    """A chunk of a PNG."""
    checksum = struct.pack(">I", (zlib.crc32(kind + data) + spoilt) & 0xFFFFFFFF)
    return struct.pack(">I", len(data)) + kind + data + checksum


def png(*chunks):
    """A picture with more chunks."""
    return PNG[:HEADER_ENDS] + b"".join(chunks) + PNG[HEADER_ENDS:]


def itxt(text):
    """As the specification has it."""
    return png(chunk(b"iTXt", b"openbadges\0\0\0\0\0" + text.encode()))


def packed(text):
    """A compressed one."""
    return png(chunk(b"iTXt", b"openbadges\0\1\0en\0\0" + zlib.compress(text.encode())))


def old(text):
    """As the first bakers did it."""
    return png(chunk(b"tEXt", b"openbadges\0" + text.encode()))


def svg(inner):
    """A drawing with an element in it."""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">%s</svg>'
        % (inner.encode())
    )


def with_verify(text):
    """In an attribute."""
    return svg(f"<openbadges:assertion verify='{text}'/>")


def with_content(text):
    """In the element, as JSON, whatever the attribute says."""
    return svg(f'<openbadges:assertion verify="x"><![CDATA[{text}]]></openbadges:assertion>')


BAKED = {
    "iTXt url": (itxt, "url"),
    "iTXt json": (itxt, "json"),
    "iTXt jws": (itxt, "jws"),
    "packed json": (packed, "json"),
    "tEXt url": (old, "url"),
    "svg url": (with_verify, "url"),
    "svg jws": (with_verify, "jws"),
    "svg json": (with_content, "json"),
}


def texts(site):
    """A good badge in three forms."""
    badge = good_badge(site)
    jws = badge.sign()
    badge = good_badge(site)
    return {"url": badge.publish(), "json": json.dumps(badge.assertion), "jws": jws}


@pytest.mark.parametrize("name", BAKED)
def test_a_baked_badge_is_judged(threaded_site, tmp_path, name):
    """In a file, and at a URL."""
    bake, form = BAKED[name]
    picture = bake(texts(threaded_site)[form])
    (tmp_path / "badge").write_bytes(picture)
    label = "image/png" if picture[:1] == b"\x89" else "image/svg+xml"
    url = threaded_site.host("/baked", picture, Content_Type=label)
    for where in (str(tmp_path / "badge"), url):
        code, out = judged(where, "--earner", ADA)
        assert code == 0, out
        kind = "a signed assertion (JWS)" if form == "jws" else "an assertion"
        assert lines(out)[0] == f"taken for Open Badges 1.x: a picture with {kind}"
        assert lines(out)[1].startswith("picture")
        assert "issue would answer: 201" in out


def test_what_is_wrong_with_a_baked_badge_is_told(threaded_site, tmp_path):
    """It is compared with what is served."""
    badge = good_badge(threaded_site)
    badge.publish()
    (tmp_path / "badge.png").write_bytes(itxt(json.dumps({**badge.assertion, "uid": "other"})))
    code, out = judged(str(tmp_path / "badge.png"))
    assert code == 1
    assert f"expected the same assertion as at {threaded_site.url}/assertion" in out


ONE = "expected one chunk iTXt or tEXt with the keyword openbadges"

BAD = {
    "none": (PNG, f"{ONE}, saw none"),
    "two": (png(*[chunk(b"tEXt", b"openbadges\0x")] * 2), f"{ONE}, saw 2 of them"),
    "empty": (itxt(" "), f"{ONE}, saw an empty one"),
    "other keyword": (png(chunk(b"tEXt", b"badge\0x")), f"{ONE}, saw none"),
    "cut": (itxt("x")[:50], "expected a whole PNG, saw one that is truncated or corrupt"),
    "checksum": (
        png(chunk(b"iTXt", b"openbadges\0\0\0\0\0x", spoilt=1)),
        "expected a whole PNG, saw a chunk iTXt whose checksum is of other bytes",
    ),
    "latin-1": (
        png(chunk(b"iTXt", b"openbadges\0\0\0\0\0\xe9")),
        "expected a text in UTF-8, saw bytes that are not UTF-8 (byte 1)",
    ),
    "unpacked": (
        png(chunk(b"iTXt", b"openbadges\0\1\0\0\0x")),
        "expected a compressed text, saw bytes that cannot be unpacked",
    ),
    "short": (png(chunk(b"iTXt", b"openbadges\0\0")), "expected a chunk iTXt as PNG has it"),
    "no json": (itxt("hello"), 'expected JSON, saw "hello" at line 1 column 1'),
    "svg": (SVG, "expected one element openbadges:assertion, saw none"),
    "svg twice": (svg("<openbadges:assertion/>" * 2), "saw 2 of them"),
    "svg empty": (svg("<openbadges:assertion/>"), "saw an empty one"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_picture_without_a_badge_is_told(threaded_site, name):
    """What was expected, and what was found."""
    picture, says = BAD[name]
    label = "image/png" if picture[:1] == b"\x89" else "image/svg+xml"
    code, out = judged(threaded_site.host("/picture", picture, Content_Type=label))
    assert code == 1
    assert says in out
    assert "issue would answer: nothing can be pushed: this image contains no badge" in out
    code, out = judged("-", stdin=picture)
    assert (code, says in out) == (1, True)


def test_a_picture_that_is_pushed_is_told_as_one(threaded_site):
    """A Backpack does not unbake what an issuer pushes."""
    badge = good_badge(threaded_site)
    badge.assertion["verify"]["url"] = threaded_site.host("/baked", itxt("x"))
    _, out = judged(badge.publish())
    assert "assertion at verify.url" in out
    assert "expected JSON, saw" in out
