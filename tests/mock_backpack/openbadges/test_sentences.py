"""Values are shown as JSON, documents in plain words; no message of a library appears."""

import gzip
import json
import ssl
import zlib

import pytest

from tests.mock_backpack.hand_issuer import SVG, good_badge, public_key, put
from tests.mock_backpack.judged import judged, lines
from tests.mock_backpack.served import raw_site, whole

VALUES = [
    ("assertion", "recipient.hashed", "true", 'expected true or false, saw "true"'),
    ("assertion", "evidence", None, "expected an absolute http(s) URL, saw null"),
    ("assertion", "expires", "", 'saw ""'),
    ("assertion", "uid", True, "expected a non-empty string, saw true"),
    ("assertion", "verify.type", "Hosted", 'expected "hosted" or "signed", saw "Hosted"'),
    ("assertion", "recipient.type", "id", 'expected "email", saw "id"'),
    ("issuer", "url", "http://a ", 'expected an absolute http(s) URL, saw "http://a "'),
    ("issuer", "name", {"a": False}, 'expected a text, saw {"a": false}'),
    ("badge_class", "tags", ["a", None], 'saw ["a", null]'),
    ("badge_class", "name", 1.5, "expected a text, saw 1.5"),
]


@pytest.mark.parametrize(("document", "member", "value", "says"), VALUES)
def test_a_wrong_value_is_told_as_json(threaded_site, document, member, value, says):
    """So that a text, a boolean, null and nothing look different."""
    badge = good_badge(threaded_site)
    put(getattr(badge, document), member, value)
    _, out = judged(badge.publish())
    assert says in out


def test_a_right_value_is_told_as_json(threaded_site):
    """The lines that are ok, too."""
    badge = good_badge(threaded_site)
    badge.assertion["recipient"] = {"type": "email", "hashed": False, "identity": "a@b.c"}
    _, out = judged(badge.publish())
    assert {"ok recipient.hashed false", 'ok recipient.type "email"'} <= set(lines(out))


DOCUMENTS = [
    (b"", "expected JSON, saw an empty document"),
    (b" \n", "expected JSON, saw an empty document"),
    (b'{"uid": "J\xe9"}', "expected JSON, saw bytes that are not UTF-8 (byte 11)"),
    (b"<!doctype html><p>", 'expected JSON, saw "<!doctype html><p>" at line 1 column 1'),
    (b'{"uid": "1",x}', 'expected JSON, saw "x}" at line 1 column 13'),
    (b'{"uid": "1"', "expected JSON, saw its end at line 1 column 12"),
    (b'{"uid": NaN}', "expected JSON, saw NaN, which JSON does not have"),
    (b"[" * 100 + b"]" * 100, "expected JSON of at most 64 levels, saw more"),
    (b"[1]", "expected a JSON object, saw an array"),
]


@pytest.mark.parametrize(
    ("content", "says"), DOCUMENTS, ids=[document[1] for document in DOCUMENTS]
)
def test_what_is_no_json_is_told(threaded_site, content, says):
    """The invalid text, and its place."""
    code, out = judged(threaded_site.host("/assertion", content))
    assert code == 1
    assert f"wrong {says}" in lines(out)


IMAGES = [
    (b"", "an empty document"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG"),
    (b"GIF89a", "a GIF"),
    (gzip.compress(SVG, mtime=0), "something gzipped"),
    (b"<html>Log in", 'a text that begins with "<html>Log in"'),
    (b"\x00\x01\xfe", "bytes that begin with 00 01 fe"),
]


@pytest.mark.parametrize(("content", "says"), IMAGES, ids=[image[1] for image in IMAGES])
def test_what_is_no_image_is_told(threaded_site, content, says):
    """What it is instead."""
    url = good_badge(threaded_site).publish()
    threaded_site.host("/image.png", content, Content_Type="image/png")
    _, out = judged(url)
    assert f"wrong expected a PNG or an SVG, saw {says}" in lines(out)


KEYS = [
    (
        b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----",
        "saw a certificate instead of its public key",
    ),
    (b"", "saw an empty document"),
    (b'{"kty": "RSA"}', "saw a JSON object: is it a JWK?"),
    (b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----", "saw a private key:"),
    (b"<html>", "saw not a PEM"),
    (public_key().replace(b"A", b"B"), "saw a PEM with the label PUBLIC KEY that cannot be read"),
]


@pytest.mark.parametrize(("content", "says"), KEYS, ids=[key[1] for key in KEYS])
def test_what_is_no_key_is_told(threaded_site, content, says):
    """What it is instead."""
    jws = good_badge(threaded_site).sign()
    threaded_site.host("/key.pem", content)
    _, out = judged(jws)
    assert f"wrong expected an RSA public key in PEM, {says}" in " ".join(out.split())


def test_a_signature_by_another_key_is_told(threaded_site):
    """Not in the name of an exception."""
    jws = good_badge(threaded_site).sign()
    start, _, end = jws.rpartition(".")
    _, out = judged(f"{start}.{'A' if end[0] != 'A' else 'B'}{end[1:]}")
    wanted = "expected a signature made with the key at verify.url, saw one by another key"
    assert f"wrong {wanted}" in lines(out)


ANSWERS = [
    (b"", "a connection that closed without a response"),
    (b"hello\r\n\r\n", "a response that does not begin as HTTP/1.1"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "an incomplete response"),
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "a response that is not HTTP/1.1",
    ),
    (
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
        "a response with too long headers",
    ),
    (whole(b"{}", Content_Encoding="br"), "Content-Encoding br, which was not requested"),
    (
        whole(b"{}", Content_Encoding="gzip"),
        "bytes that are not complete gzip, despite Content-Encoding",
    ),
]


@pytest.mark.parametrize(("answer", "says"), ANSWERS, ids=[answer[1] for answer in ANSWERS])
def test_what_is_no_answer_is_told(answer, says):
    """In the words of the field."""
    with raw_site(lambda _method, _target: answer) as url:
        _, out = judged(f"{url}/a")
    assert f"wrong expected an answer from {url}/a, saw {says}" in lines(out)


def test_tls_where_there_is_none_is_told():
    """The cause that people have."""
    with raw_site(lambda _method, _target: whole(b"{}")) as url:
        _, out = judged(f"https{url.removeprefix('http')}/a")
    assert "saw a failed TLS handshake (not TLS (did you mean http://?))" in out
    assert ssl.OPENSSL_VERSION not in out


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("deflate, gzip", lambda content: gzip.compress(zlib.compress(content))),
    ],
)
def test_codings_that_were_asked_for_are_undone(threaded_site, coding, packed):
    """For any of the requested codings."""
    badge = good_badge(threaded_site)
    url = badge.publish()
    threaded_site.host(
        "/assertion", packed(json.dumps(badge.assertion).encode()), Content_Encoding=coding
    )
    assert judged(url)[0] == 0
