"""The token endpoint: a new pair for an old one, or the historical words of refusal."""

import asyncio

import pytest

from tests.mock_backpack.earner import (
    Tokens,
    advance,
    connect,
    identity,
    push,
    refresh,
    revoke,
    send,
)
from tests.mock_backpack.hand_issuer import good_badge

pytestmark = pytest.mark.anyio


def renewed(tokens, answer):
    """The issuer's tokens after a refresh."""
    pair = answer.json
    return Tokens(
        pair["access_token"], pair["refresh_token"], str(pair["expires"]), tokens.api_root
    )


async def test_a_refresh_gives_a_new_pair(http, tokens):
    """Three members, ``expires`` a number, both tokens new."""
    answer = await refresh(http, tokens)
    assert answer.status == 200
    assert set(answer.json) == {"expires", "access_token", "refresh_token"}
    assert answer.json["expires"] == 3600
    old = {tokens.access_token, tokens.refresh_token}
    assert old.isdisjoint({answer.json["access_token"], answer.json["refresh_token"]})


async def test_a_refresh_is_kept_by_no_cache(http, tokens, site):
    """RFC 6749 section 5.1; and only pages of the grant's origin read the pair."""
    headers = (await refresh(http, tokens)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Pragma"] == "no-cache"
    assert headers["Access-Control-Allow-Origin"] == site.url


async def test_the_new_pair_works(http, tokens):
    """The new access token gives access, the new refresh token refreshes."""
    fresh = renewed(tokens, await refresh(http, tokens))
    assert (await identity(http, fresh)).status == 200
    assert (await refresh(http, fresh)).status == 200


async def test_the_old_pair_is_dead(http, tokens):
    """After a refresh neither old token works."""
    await refresh(http, tokens)
    assert (await identity(http, tokens)).status == 401
    answer = await refresh(http, tokens)
    assert (answer.status, answer.text) == (400, "invalid refresh_token")


async def test_a_refresh_works_after_expiry(http, mock, tokens):
    """The refresh token outlives the access token, and makes a live one."""
    await advance(http, mock, 10_000)
    fresh = renewed(tokens, await refresh(http, tokens))
    assert (await identity(http, fresh)).status == 200


async def test_a_refresh_keeps_origin_and_scope(http, tokens, site):
    """A badge of the grant's origin is taken under the new token."""
    fresh = renewed(tokens, await refresh(http, tokens))
    assert (await push(http, fresh, good_badge(site).publish())).status == 201


async def test_a_refresh_leaves_other_grants_alone(http, mock, tokens, site):
    """Refreshing one grant of an earner and origin does not touch the other."""
    other = await connect(http, mock, f"{site.url}/callback")
    await refresh(http, tokens)
    assert (await identity(http, other)).status == 200


async def test_parallel_refreshes_with_one_token_make_one_pair(http, tokens):
    """Of simultaneous refreshes with one token a single one succeeds."""
    answers = await asyncio.gather(*(refresh(http, tokens) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400, 400]


@pytest.mark.parametrize(
    "grant_type", [None, "", "password", "Refresh_token", "refresh_token ", 1, True, [], {}]
)
async def test_another_grant_type_is_refused_in_plain_text(http, tokens, grant_type):
    """``invalid grant_type``, as text that is not cached."""
    answer = await refresh(http, tokens, grant_type=grant_type)
    assert (answer.status, answer.text) == (400, "invalid grant_type")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_missing_grant_type_is_refused(http, tokens):
    """A missing ``grant_type`` is reported before a missing refresh token."""
    answer = await send(http, "POST", f"{tokens.api_root}/token", json={})
    assert (answer.status, answer.text) == (400, "invalid grant_type")


@pytest.mark.parametrize("token", [None, "", "unknown", 7, True, ["x"], {"x": "y"}])
async def test_another_refresh_token_is_refused_in_plain_text(http, tokens, token):
    """``invalid refresh_token``, as text that is not cached."""
    answer = await refresh(http, tokens, refresh_token=token)
    assert (answer.status, answer.text) == (400, "invalid refresh_token")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "mangled",
    [
        lambda tokens: tokens.access_token,
        lambda tokens: tokens.refresh_token[:-1],
        lambda tokens: tokens.refresh_token + " ",
        lambda tokens: tokens.refresh_token.swapcase(),
        lambda tokens: [tokens.refresh_token],
    ],
)
async def test_a_mangled_refresh_token_is_refused_and_the_real_one_lives(http, tokens, mangled):
    """Refresh tokens are compared exactly, and a bad guess costs nothing."""
    answer = await refresh(http, tokens, refresh_token=mangled(tokens))
    assert (answer.status, answer.text) == (400, "invalid refresh_token")
    assert (await refresh(http, tokens)).status == 200


async def test_a_missing_refresh_token_is_refused(http, tokens):
    """An absent refresh token is as bad as an unknown one."""
    url = f"{tokens.api_root}/token"
    answer = await send(http, "POST", url, json={"grant_type": "refresh_token"})
    assert (answer.status, answer.text) == (400, "invalid refresh_token")


async def test_a_revoked_grant_cannot_be_refreshed(http, mock, tokens, site):
    """The refresh token dies with the permission."""
    await revoke(http, mock, site.url)
    answer = await refresh(http, tokens)
    assert (answer.status, answer.text) == (400, "invalid refresh_token")


async def test_parameters_in_the_query_do_not_count(http, tokens):
    """RFC 6749 section 3.2: only the body is read."""
    query = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    answer = await send(http, "POST", f"{tokens.api_root}/token", params=query)
    assert (answer.status, answer.text) == (400, "invalid grant_type")


async def test_a_form_under_its_own_label_is_read(http, tokens):
    """The historical server took forms as well."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    answer = await send(http, "POST", f"{tokens.api_root}/token", data=form)
    assert answer.status == 200


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
async def test_a_page_of_another_origin_cannot_refresh(http, tokens, origin):
    """A foreign Origin header is refused, and the refresh token is not spent."""
    url = f"{tokens.api_root}/token"
    body = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    answer = await send(http, "POST", url, json=body, headers={"Origin": origin})
    assert (answer.status, answer.text) == (401, "invalid origin")
    assert (await refresh(http, tokens)).status == 200


async def test_a_page_of_the_grants_origin_can_refresh(http, tokens, site):
    """The Origin header of the issuer's own page is no obstacle."""
    url = f"{tokens.api_root}/token"
    body = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    answer = await send(http, "POST", url, json=body, headers={"Origin": site.url})
    assert answer.status == 200
