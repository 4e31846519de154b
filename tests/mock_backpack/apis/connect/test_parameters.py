"""Odd bodies: whatever is sent, the answer is a 4xx in JSON that says what was expected."""

import io
import json

import pytest
from attrs import evolve

from tests.mock_backpack.earner import identity, refresh, send
from tests.mock_backpack.hand_issuer import good_badge

pytestmark = pytest.mark.anyio

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


async def post(http, tokens, body, content_type=JSON, endpoint="issue", **headers):
    """Send a body as it is."""
    return await send(
        http,
        "POST",
        f"{tokens.api_root}/{endpoint}",
        data=body,
        headers={**tokens.bearer, "Content-Type": content_type, **headers},
    )


BODIES = {
    "no JSON": (b"{", "expected JSON"),
    "HTML": (b"<html>", "expected JSON"),
    "two values": (b"{} {}", "expected JSON"),
    "trailing comma": (b'{"badge": "x",}', "expected JSON"),
    "single quotes": (b"{'badge': 'x'}", "expected JSON"),
    "NaN": (b'{"badge": NaN}', "expected JSON, saw NaN"),
    "Infinity": (b'{"badge": -Infinity}', "expected JSON, saw -Infinity"),
    "byte order mark": (b'\xef\xbb\xbf{"badge": "x"}', "expected JSON"),
    "latin-1": ('{"badge": "é"}'.encode("latin-1"), "not UTF-8 (byte 12)"),
    "utf-16": ('{"badge": "x"}'.encode("utf-16"), "not UTF-8 (byte 1)"),
    "overlong": (b'{"badge": "\xc0\x80"}', "not UTF-8 (byte 12)"),
    "lone surrogate": (b'{"badge": "\\ud800"}', "an unpaired surrogate"),
    "lone surrogate in a name": (b'{"\\udfff": 1}', "an unpaired surrogate"),
    "control character": (b'{"badge": "\x00"}', "expected JSON"),
    "deep": (b'{"badge": ' + b"[" * 100_000, "at most 64 levels"),
    "deep objects": (b'{"badge":' * 100_000, "at most 64 levels"),
    "huge integer": (b'{"badge": ' + b"9" * 5000 + b"}", "expected"),
    "large integer": (b'{"badge": ' + b"9" * 4000 + b"}", "saw a number"),
    "huge float": (b'{"badge": 1e999}', "numbers of a usual size"),
    "array": (b"[]", "expected a JSON object, saw an array"),
    "text": (b'"badge"', "expected a JSON object, saw a text"),
    "number": (b"5", "expected a JSON object, saw a number"),
    "null": (b"null", "expected a JSON object, saw null"),
    "true": (b"true", "expected a JSON object, saw a boolean"),
    "badge is an object": (b'{"badge": {"uid": 1}}', "badge: expected"),
    "badge is an array": (b'{"badge": ["http://a/"]}', "saw an array"),
    "badge is a number": (b'{"badge": 5}', "saw a number"),
    "badge is a boolean": (b'{"badge": false}', "saw a boolean"),
    "badge is blank": (b'{"badge": " "}', "an absolute http(s) URL or a compact JWS"),
    "badge is long": (b'{"badge": "' + b"x" * 500_000 + b'"}', "an absolute http(s) URL"),
    "badge is a long URL": (b'{"badge": "http://127.0.0.1:1/' + b"x" * 99_999 + b'"}', "assertion"),
}


async def test_an_odd_body_is_told_what_was_expected(http, tokens):
    """A 400 in JSON whose message says what is wrong with the body."""
    for name, (body, words) in BODIES.items():
        answer = await post(http, tokens, body)
        assert answer.status == 400, name
        assert words in answer.message, name


async def test_an_odd_body_spends_no_token(http, tokens):
    """The token endpoint refuses the same bodies, and the tokens live on."""
    for name, (body, _) in BODIES.items():
        answer = await post(http, tokens, body, endpoint="token")
        assert answer.status == 400, name
        assert answer.text, name
        assert (await identity(http, tokens)).status == 200, name
        refreshed = await refresh(http, tokens)
        assert refreshed.status == 200, name
        fresh = {pair: refreshed.json[pair] for pair in ("access_token", "refresh_token")}
        tokens = evolve(tokens, **fresh)


async def test_a_refusal_does_not_tell_what_the_mock_is_made_of(http, tokens):
    """A number that Python will not read is no reason to quote Python's settings."""
    answer = await post(http, tokens, BODIES["huge integer"][0])
    assert "sys." not in answer.message


async def test_nesting_of_any_depth_is_refused(http, tokens):
    """No depth falls between what is parsed and what is looked through."""
    statuses = set()
    for depth in range(850, 1000):
        answer = await post(http, tokens, b'{"x":' + b"[" * depth + b"]" * depth + b"}")
        statuses.add(answer.status)
    assert statuses == {400}


QUERYSTRING = b"badge=http%3A%2F%2F127.0.0.1%2Fassertion"


async def test_a_querystring_labelled_json_is_told_so(http, tokens):
    """The example of the API document has this mistake: the refusal names it."""
    answer = await post(http, tokens, QUERYSTRING)
    assert answer.status == 400
    assert "saw a query string" in answer.message


async def test_a_push_may_be_a_form(http, tokens, site):
    """A form under its own label is read."""
    url = good_badge(site).publish()
    assert (await post(http, tokens, f"badge={url}".encode(), FORM)).status == 201


@pytest.mark.parametrize(
    "body",
    [b"badge=%ff", b"badge=\xff", b"a=b&" * 51, b"badge=%ED%A0%80", b"badge", b"&&&", b"{}", b"="],
)
async def test_an_odd_form_is_refused(http, tokens, body):
    """A form that is not UTF-8, or has no badge, gets a 400 in JSON."""
    answer = await post(http, tokens, body, FORM)
    assert (answer.status, bool(answer.message)) == (400, True)


@pytest.mark.parametrize(
    "label",
    [
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json ; x=y",
        "application/json;",
    ],
)
async def test_json_may_be_labelled_with_more(http, tokens, site, label):
    """Charset, letter case and other parameters do not matter."""
    body = json.dumps({"badge": good_badge(site).publish()})
    assert (await post(http, tokens, body.encode(), label)).status == 201


@pytest.mark.parametrize(
    "label",
    ["text/plain", "text/html", "application/xml", "multipart/form-data", "application/jsonp", "x"],
)
async def test_another_media_type_is_refused(http, tokens, label):
    """A 415 that says what was expected."""
    answer = await post(http, tokens, b'{"badge": "x"}', label)
    assert answer.status == 415
    assert "Content-Type: expected application/json" in answer.message


@pytest.mark.parametrize("endpoint", ["issue", "token"])
async def test_a_body_of_two_megabytes_is_refused(http, tokens, endpoint):
    """A 413 that says how much is allowed."""
    body = io.BytesIO(b'{"badge": "' + b"x" * 2**21 + b'"}')
    answer = await post(http, tokens, body, endpoint=endpoint)
    assert answer.status == 413
    assert str(2**20) in answer.message


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("endpoint", ["issue", "token"])
async def test_a_body_that_cannot_be_unpacked_is_refused(http, tokens, endpoint, encoding):
    """A wrong Content-Encoding is the client's mistake."""
    answer = await send(
        http,
        "POST",
        f"{tokens.api_root}/{endpoint}",
        data=b'{"badge": "x"}',
        headers={**tokens.bearer, "Content-Type": JSON, "Content-Encoding": encoding},
    )
    assert 400 <= answer.status < 500
