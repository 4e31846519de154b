"""Hypothesis: for any body, document or request, the mock answers properly."""

import json
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.mock_backpack.earner import (
    access_url,
    form_fields,
    log_in,
    push,
    send,
)
from tests.mock_backpack.hand_issuer import ADA, base64url, flat_badge, good_badge, put, unsigned

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

quick = settings(
    deadline=None,
    derandomize=True,
    max_examples=100,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from(["badge", "grant_type", "refresh_token", "x"])
OBJECTS = st.dictionaries(NAMES, VALUES | st.just("refresh_token"))
LABELS = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "text/plain", ""]
) | st.text(string.printable[:95])
BYTES = st.binary() | OBJECTS.map(json.dumps).map(str.encode)
ADDRESSES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["http://", "https://", "http:", "//", "javascript:", ""]),
        st.sampled_from(["localhost:1", "127.0.0.1:1", "[::1]:1"])
        | st.text("0%<>[]:@._-\\\0 \u00e9"),
        st.sampled_from(["", "/", "?", "#", "/callback?x=y"]),
        st.text(),
    ),
)


@quick
@given(BYTES, LABELS, st.sampled_from(["issue", "token"]))
@example(b'{"badge": "http://["}', "application/json", "issue")
@example(b'{"badge": "http://127.0.0.1:1/\\u0000"}', "application/json", "issue")
async def test_no_body_is_a_server_error(http, tokens, body, label, endpoint):
    """A random body under a random label is refused with a 4xx that says something."""
    headers = {**tokens.bearer, "Content-Type": label.strip()}
    url = f"{tokens.api_root}/{endpoint}"
    answer = await send(http, "POST", url, data=body, headers=headers)
    assert 400 <= answer.status < 500
    assert answer.content


@quick
@given(ADDRESSES)
async def test_no_address_is_a_server_error(http, tokens, address):
    """A badge at a random address is refused, with a message in JSON."""
    answer = await push(http, tokens, address)
    assert (answer.status, bool(answer.message)) == (400, True)


MEMBERS = [
    *(("assertion", name) for name in ("uid", "recipient", "badge", "verify", "issuedOn", "x")),
    *(("assertion", name) for name in ("recipient.identity", "recipient.salt", "verify.url")),
    *(("assertion", name) for name in ("image", "expires", "evidence", "@context", "id")),
    *(("badge_class", name) for name in ("name", "image", "issuer", "alignment", "tags", "x")),
    *(("issuer", name) for name in ("name", "url", "email", "origin", "revocationList", "x")),
]


@quick
@given(st.sampled_from(MEMBERS), VALUES | ADDRESSES)
async def test_no_document_is_a_server_error(http, tokens, site, member, value):
    """A badge with a random value in one place is taken or refused, always in strict JSON."""
    badge = good_badge(site)
    put(getattr(badge, member[0]), member[1], value)
    answer = await push(http, tokens, badge.publish())
    assert answer.status in (201, 304, 400, 403)
    assert answer.status == 304 or answer.json


FLAT = ("recipient", "salt", "badge", "badge.image", "badge.issuer.origin", "expires", "badge.x")


@quick
@given(st.sampled_from(FLAT), VALUES | ADDRESSES)
async def test_no_flat_document_is_a_server_error(http, tokens, site, member, value):
    """The same for a badge of 0.5."""
    badge = flat_badge(site)
    put(badge, member, value)
    answer = await push(http, tokens, site.host("/flat", badge))
    assert answer.status in (201, 304, 400, 403)
    assert answer.status == 304 or answer.json


@quick
@given(BYTES | st.just(b"{}"), BYTES, st.binary())
async def test_no_signature_is_a_server_error(http, tokens, header, payload, signature):
    """Three random parts in base64 are refused."""
    parts = (header, payload, signature)
    answer = await push(http, tokens, ".".join(map(base64url, parts)))
    assert (answer.status, bool(answer.message)) == (400, True)


@quick
@given(st.dictionaries(st.sampled_from(["alg", "crit", "b64", "kid", "jwk"]), VALUES))
async def test_no_header_is_a_server_error(http, tokens, site, header):
    """A signed badge whose header is random is refused."""
    badge = good_badge(site)
    badge.sign()
    answer = await push(http, tokens, unsigned(header, badge.assertion) + ".AAAA")
    assert (answer.status, bool(answer.message)) == (400, True)


@quick
@given(ADDRESSES, st.sampled_from(["issue", ""]) | st.text())
@example("http://issuer.example/\u00e9?\u00e9=%zz#\u00e9", "issue")
async def test_no_question_is_a_server_error(http, mock, callback, scope):
    """A random callback is refused, or is redirected to in ASCII without a blank."""
    await log_in(http, mock)
    asked = await send(http, "GET", access_url(mock, callback, scope))
    assert asked.status in (200, 400)
    if asked.status == 200:
        fields = form_fields(asked.page, "/accept")
        granted = await send(http, "POST", f"{mock}/accept", data=fields)
        location = granted.headers["Location"]
        assert granted.status == 303
        assert location.isascii()
        assert location.isprintable()
        assert " " not in location


@quick
@given(ADDRESSES | st.text() | st.builds("/access?{}".format, st.text()))
async def test_login_leads_somewhere_here_whatever_is_asked(http, mock, then):
    """A random ``then`` ends on one of the mock's own pages."""
    fields = form_fields((await send(http, "GET", f"{mock}/login")).page, "/login")
    form = {**fields, "email": ADA, "then": then}
    answer = await send(http, "POST", f"{mock}/login", data=form)
    assert answer.status == 303
    assert answer.headers["Location"].partition("?")[0] in ("/access", "/settings", "/badges")
