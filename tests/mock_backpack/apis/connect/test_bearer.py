"""Identity, and who may ask for it: the Authorization header."""

import base64
import hashlib

import pytest

from tests.mock_backpack.earner import advance, bearer, connect, identity, push, send
from tests.mock_backpack.hand_issuer import ADA, GRACE, good_badge

pytestmark = pytest.mark.anyio

ENDPOINTS = [("POST", "issue"), ("GET", "identity")]


async def test_identity_is_the_hashed_email(http, tokens):
    """Three members: sha256 of e-mail and salt, the salt, and the type email."""
    answer = await identity(http, tokens)
    assert answer.status == 200
    assert set(answer.json) == {"recipient", "salt", "type"}
    digest = hashlib.sha256((ADA + answer.json["salt"]).encode()).hexdigest()
    assert answer.json["recipient"] == f"sha256${digest}"
    assert answer.json["type"] == "email"


async def test_identity_is_for_the_issuer_only(http, tokens, site):
    """No cache keeps it, only the grant's origin reads it, and the e-mail is not in it."""
    answer = await identity(http, tokens)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == site.url
    assert ADA not in answer.text


async def test_the_salt_cannot_be_guessed(http, mock, tokens, site):
    """The salts of two earners differ, and have 64 bits or more."""
    graces = await connect(http, mock, f"{site.url}/callback", GRACE)
    salts = [(await identity(http, pair)).json["salt"] for pair in (tokens, graces)]
    assert salts[0] != salts[1]
    assert all(len(salt) >= 16 for salt in salts)


async def test_identity_makes_a_badge_that_issue_takes(http, tokens, site):
    """Recipient, salt and type go into an assertion as they are."""
    identified = (await identity(http, tokens)).json
    badge = good_badge(site)
    badge.assertion["recipient"] = {
        "identity": identified["recipient"],
        "hashed": True,
        "type": identified["type"],
        "salt": identified["salt"],
    }
    assert (await push(http, tokens, badge.publish())).status == 201


@pytest.mark.parametrize(("method", "endpoint"), ENDPOINTS)
async def test_no_credentials_are_challenged(http, tokens, method, endpoint):
    """Without credentials: 401, a bare challenge, and the historical words."""
    answer = await send(http, method, f"{tokens.api_root}/{endpoint}")
    assert (answer.status, answer.message) == (401, "access token expected")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="openbadges"'


@pytest.mark.parametrize("header", ["Basic YTpi", "Token abc", "bear YTpi", ""])
async def test_another_scheme_is_no_credentials(http, tokens, header):
    """Credentials of another scheme count as none."""
    url = f"{tokens.api_root}/identity"
    answer = await send(http, "GET", url, headers={"Authorization": header})
    assert (answer.status, answer.message) == (401, "access token expected")


@pytest.mark.parametrize(("method", "endpoint"), ENDPOINTS)
async def test_an_unknown_token_is_invalid(http, tokens, method, endpoint):
    """An unknown token: 401, invalid_token in header and body."""
    url = f"{tokens.api_root}/{endpoint}"
    answer = await send(http, method, url, headers=bearer("nobody-knows-me"))
    assert answer.status == 401
    assert answer.json == {
        "status": "unauthorized",
        "message": "invalid_token: Unknown access token",
        "hint": "this Backpack did not issue it",
        "requirement": "BC-CLIENT-01",
    }
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(("method", "endpoint"), ENDPOINTS)
async def test_an_expired_token_says_so(http, mock, tokens, method, endpoint):
    """An expired token: 401, invalid_token in header and body."""
    await advance(http, mock, 3600)
    url = f"{tokens.api_root}/{endpoint}"
    answer = await send(http, method, url, headers=tokens.bearer)
    assert answer.status == 401
    assert answer.json == {
        "status": "unauthorized",
        "message": "invalid_token: The access token expired",
    }
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "=",
        "====",
        "a",
        "not base64 at all",
        "ÿþ",
        base64.b64encode(b"\xff\xfe").decode(),
        "QQ==QQ==",
        "A" * 7000,
    ],
)
async def test_garbled_credentials_are_an_unknown_token(http, tokens, credentials):
    """Credentials that are not base64 are an unknown token, not a server error."""
    url = f"{tokens.api_root}/identity"
    answer = await send(http, "GET", url, headers={"Authorization": f"Bearer {credentials}"})
    assert answer.status == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.swapcase(),
        lambda token: token[:-1],
        lambda token: token + " ",
        lambda token: " " + token,
        lambda token: token + "\n",
        lambda token: token + "\0",
    ],
)
async def test_tokens_are_compared_exactly(http, tokens, change):
    """Another letter case, a prefix, a blank make another token."""
    url = f"{tokens.api_root}/identity"
    answer = await send(http, "GET", url, headers=bearer(change(tokens.access_token)))
    assert answer.status == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
async def test_the_schemes_letter_case_does_not_count(http, tokens, scheme):
    """RFC 9110 section 11.1: the scheme is case-insensitive."""
    header = tokens.bearer["Authorization"].replace("Bearer", scheme)
    url = f"{tokens.api_root}/identity"
    answer = await send(http, "GET", url, headers={"Authorization": header})
    assert answer.status == 200


async def test_the_raw_token_is_refused(http, tokens):
    """The token counts in base64 only."""
    url = f"{tokens.api_root}/identity"
    raw = {"Authorization": f"Bearer {tokens.access_token}"}
    assert (await send(http, "GET", url, headers=raw)).status == 401


async def test_a_token_elsewhere_than_in_the_header_is_not_seen(http, tokens, site):
    """A token in the query or the body gives no access."""
    token = tokens.access_token
    answer = await send(
        http,
        "POST",
        f"{tokens.api_root}/issue",
        params={"access_token": token},
        json={"badge": good_badge(site).publish(), "access_token": token},
    )
    assert (answer.status, answer.message) == (401, "access token expected")


async def test_a_refresh_token_is_no_access_token(http, tokens):
    """Access token and refresh token are not interchangeable."""
    url = f"{tokens.api_root}/identity"
    answer = await send(http, "GET", url, headers=bearer(tokens.refresh_token))
    assert answer.status == 401


async def test_a_token_acts_for_its_own_earner(http, mock, tokens, site):
    """After another earner has granted, the first token still means the first earner."""
    await connect(http, mock, f"{site.url}/callback", GRACE)
    identified = (await identity(http, tokens)).json
    digest = hashlib.sha256((ADA + identified["salt"]).encode()).hexdigest()
    assert identified["recipient"] == f"sha256${digest}"
