"""How an issuer serves its documents: content types, byte order marks, HEAD, fresh dates."""

import json
import time

import pytest
from aiohttp import web

from tests.mock_backpack.hand_issuer import ADA, PNG, SVG, good_badge
from tests.mock_backpack.judged import judged, lines
from tests.mock_backpack.served import raw_site, whole

BODY_AFTER_HEAD = "note a body after the answer to HEAD, where HTTP allows none"


@pytest.mark.parametrize(
    ("content", "label", "right"),
    [
        (PNG, "image/jpeg", "image/png"),
        (PNG, "text/plain", "image/png"),
        (PNG, "application/octet-stream", "image/png"),
        (PNG, "image/x-png", "image/png"),
        (PNG, "image/svg+xml", "image/png"),
        (SVG, "text/xml", "image/svg+xml"),
        (SVG, "image/png", "image/svg+xml"),
    ],
)
def test_an_image_must_be_labelled_as_what_it_is(threaded_site, content, label, right):
    """It is reported as wrong; a push would succeed, since only bytes count there."""
    url = good_badge(threaded_site).publish()
    threaded_site.host("/image.png", content, Content_Type=label)
    code, out = judged(url)
    assert code == 1
    assert f"wrong expected Content-Type {right}, saw {label}" in lines(out)
    assert "issue would answer: 201" in out


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (PNG, "image/png"),
        (PNG, "Image/PNG"),
        (SVG, "image/svg+xml"),
        (SVG, "image/svg+xml; charset=utf-8"),
    ],
)
def test_a_right_label_is_no_fault(threaded_site, content, label):
    """Letter case and parameters are free."""
    url = good_badge(threaded_site).publish()
    threaded_site.host("/image.png", content, Content_Type=label)
    assert judged(url)[0] == 0


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("data:image/svg+xml,%3Csvg/%3E", None),
        ("data:image/svg+xml;charset=utf-8,%3Csvg/%3E", None),
        ("data:image/svg+xml;base64,PHN2\nZy8%2B", None),
        ("data:image/png,%3Csvg/%3E", "Content-Type image/svg+xml in its data: URL, saw image/png"),
        ("data:image/png;base64,iVB!", 'base64 in its data: URL, saw "!" at character 4 of it'),
        (
            "data:image/png;base64,iVBOR",
            "base64 in its data: URL, saw 5 characters, which are cut or lack their =",
        ),
        ("data:image/jpeg,x", 'a PNG or an SVG, saw a text that begins with "x"'),
    ],
)
def test_images_in_data_urls_are_judged_likewise(threaded_site, image, says):
    """Their label and their bytes."""
    badge = good_badge(threaded_site)
    badge.badge_class["image"] = image
    code, out = judged(badge.publish())
    assert code == (1 if says else 0), out
    assert says is None or f"wrong expected {says}" in lines(out)


@pytest.mark.parametrize("path", ["/assertion", "/class", "/issuer"])
def test_a_byte_order_mark_is_wrong(threaded_site, path):
    """RFC 8259 section 8.1; this Backpack reads on, others do not."""
    badge = good_badge(threaded_site)
    url = badge.publish()
    document = {"/assertion": badge.assertion, "/class": badge.badge_class, "/issuer": badge.issuer}
    threaded_site.host(path, b"\xef\xbb\xbf" + json.dumps(document[path]).encode())
    code, out = judged(url)
    assert code == 1
    assert lines(out).count("wrong expected JSON, saw a byte order mark before it") == 1
    assert "issue would answer: 201" in out


def test_linked_documents_under_another_type_are_a_habit(threaded_site):
    """The old Backpack looked at the assertion's alone."""
    badge = good_badge(threaded_site)
    url = badge.publish()
    threaded_site.host("/class", badge.badge_class, Content_Type="text/plain")
    code, out = judged(url)
    assert code == 0
    assert "note Content-Type text/plain instead of application/json" in lines(out)


def flat(site, **more):
    """An assertion of 0.5, in bytes."""
    badge = {
        "name": "n",
        "description": "d",
        "image": "/i",
        "criteria": "/c",
        "issuer": {"origin": site, "name": "n"},
    }
    return json.dumps({"recipient": ADA, "badge": badge, **more}).encode()


def answers(url, target, **more):
    """The GET responses of a site with a 0.5 badge."""
    if target == "/i":
        return whole(SVG, Content_Type="image/svg+xml")
    return whole(flat(url(), **more))


@pytest.mark.parametrize("pause", [0, 0.02, 0.2])
@pytest.mark.parametrize("body", [b"{}", b"0\r\n\r\n"])
def test_a_body_after_the_answer_to_head_is_always_seen(pause, body):
    """However late it comes; it is a habit, since the assertion can be fetched."""

    def answer(method, target):
        if method != "HEAD":
            return answers(lambda: url, target)
        return (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", pause, body)

    with raw_site(answer) as url:
        code, out = judged(f"{url}/a")
    assert (code, lines(out).count(BODY_AFTER_HEAD)) == (0, 1), out


def test_no_body_after_head_is_no_habit():
    """Though the connection closes late."""

    def answer(method, target):
        if method == "HEAD":
            return (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 0.3, b"")
        return answers(lambda: url, target)

    with raw_site(answer) as url:
        code, out = judged(f"{url}/a")
    assert (code, "note" in out) == (0, False), out


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"HTTP/1.1 405 No\r\n\r\n", "expected 200 for HEAD as for GET, saw 405"),
        (b"", "expected an answer to HEAD as to GET, saw a connection that closed without"),
        (b"hello\r\n\r\n", "saw a response that does not begin as HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nX: y", "saw an incomplete response"),
    ],
)
def test_a_wrong_answer_to_head_is_told(head, says):
    """Told as wrong, whatever GET gives."""

    def answer(method, target):
        return head if method == "HEAD" else answers(lambda: url, target)

    with raw_site(answer) as url:
        code, out = judged(f"{url}/a")
    assert (code, says in out) == (1, True), out


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 302 Moved\r\nLocation: /b\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"]
)
def test_head_is_followed_as_get_is(head):
    """Redirects and answers of 1xx lead on."""

    def answer(method, target):
        if method == "HEAD":
            good = b"HTTP/1.0 200 OK\nX: y\n\n"
            return good if target == "/b" else head + (good if b"100" in head else b"")
        return answers(lambda: url, target)

    with raw_site(answer) as url:
        assert judged(f"{url}/a")[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["issuedOn", "issued_on"])
def test_a_date_that_is_made_at_each_fetch_is_always_seen(threaded_site, name):
    """Fetches within a second are equal, so a fresh one is fetched again a second later."""
    badge = good_badge(threaded_site)
    url = badge.publish()

    async def anew(_request):
        return web.json_response({**badge.assertion, name: int(time.time())})

    threaded_site.answer("/assertion", anew)
    code, out = judged(url)
    assert code == 1
    assert "expected the same at each fetch, saw" in out
