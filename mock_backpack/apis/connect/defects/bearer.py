"""Wrong ways of looking at the Authorization header."""

import re
from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.connect import bearer
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.seams import Crash, Right, defect


def last_grant(kept: Backpack) -> Grant:
    """The grant that was given last."""
    grant = kept.newest_grant()
    if grant is None:
        raise bearer.refused("invalid_token", "Unknown access token")
    return grant


@defect("bearer.accepts-raw", bearer.read_token)
def reads_the_raw_token(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    return request.headers["Authorization"].partition(" ")[2] if token == "" else token


@defect("bearer.accepts-anonymous", bearer.authorize)
def needs_no_header(right: Right, request: web.Request, kept: Backpack, scope: str) -> Grant:
    if "Authorization" not in request.headers:
        return last_grant(kept)
    grant: Grant = right(request, kept, scope)
    return grant


@defect("bearer.accepts-any", bearer.find_grant)
def takes_any_token(right: Right, kept: Backpack, token: str) -> Grant | None:
    return right(kept, token) or kept.newest_grant()


@defect("bearer.accepts-prefix", bearer.find_grant)
def takes_a_prefix(right: Right, kept: Backpack, token: str) -> Grant | None:
    begun = (one for one in kept.grants() if len(token) > 8 and one.tokens.access.startswith(token))
    return right(kept, token) or next(begun, None)


@defect("bearer.ignores-case", bearer.find_grant)
def ignores_case(right: Right, kept: Backpack, token: str) -> Grant | None:
    same = (one for one in kept.grants() if one.tokens.access.lower() == token.lower())
    return right(kept, token) or next(same, None)


@defect("bearer.trims-blanks", bearer.find_grant)
def trims_blanks(right: Right, kept: Backpack, token: str) -> Grant | None:
    found: Grant | None = right(kept, token.strip())
    return found


@defect("bearer.accepts-expired", bearer.is_expired)
def forgets_expiry(_right: Right, _kept: Backpack, _grant: Grant) -> bool:
    return False


@defect("bearer.expires-early", backpack.lifetime)
def expires_early(right: Right, seconds: int) -> float:
    return float(right(seconds)) / 2


@defect("bearer.expires-late", backpack.lifetime)
def expires_late(right: Right, seconds: int) -> float:
    return float(right(seconds)) * 2


@defect("bearer.other-earner", bearer.authorize)
def mixes_earners_up(right: Right, request: web.Request, kept: Backpack, scope: str) -> Grant:
    grant: Grant = right(request, kept, scope)
    return evolve(grant, earner=last_grant(kept).earner)


@defect("bearer.accepts-query-token", bearer.read_token)
def reads_the_query(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    return request.query.get("access_token") if token is None else token


@defect("bearer.case-sensitive-scheme", bearer.read_token)
def wants_a_capital(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    return token if request.headers.get("Authorization", "Bearer").startswith("Bearer") else None


@defect("bearer.crashes-on-bad-base64", bearer.read_token)
def crashes_on_bad_base64(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    if token == "":
        raise Crash("incorrect padding")
    return token


@defect("bearer.no-www-authenticate", bearer.challenge)
def does_not_challenge(_right: Right, _error: str | None, _description: str) -> dict[str, str]:
    return {}


@defect("bearer.challenge-without-error", bearer.challenge)
def does_not_say_why(right: Right, _error: str | None, _description: str) -> dict[str, str]:
    return dict(right(None, ""))


@defect("bearer.refreshed-never-expires", bearer.is_expired)
def refreshed_tokens_live_for_ever(right: Right, kept: Backpack, grant: Grant) -> bool:
    return not grant.tokens.generation and bool(right(kept, grant))


@defect("bearer.ignores-scope", bearer.has_scope)
def ignores_the_scope(_right: Right, _grant: Grant, _scope: str) -> bool:
    return True


_last_words: WeakKeyDictionary[Backpack, dict[str, Grant]] = WeakKeyDictionary()
"""The grant of each access token that was ever used."""


@defect("bearer.accepts-revoked", bearer.find_grant)
def remembers_dead_tokens(right: Right, kept: Backpack, token: str) -> Grant | None:
    used = _last_words.setdefault(kept, {})
    grant: Grant | None = right(kept, token)
    if grant is not None:
        used[token] = grant
    return used.get(token) if kept.death_of(token) == "revoked" else grant


@defect("bearer.ignores-what-follows", bearer.find_grant)
def ignores_what_follows(right: Right, kept: Backpack, token: str) -> Grant | None:
    same = (one for one in kept.grants() if token.startswith(one.tokens.access))
    return right(kept, token) or next(same, None)


@defect("bearer.ignores-the-end", bearer.find_grant)
def ignores_the_end(right: Right, kept: Backpack, token: str) -> Grant | None:
    same = (one for one in kept.grants() if one.tokens.access[:-1] == token[:-1])
    return right(kept, token) or next(same, None)


@defect("bearer.trims-line-ends", bearer.find_grant)
def trims_line_ends(right: Right, kept: Backpack, token: str) -> Grant | None:
    found: Grant | None = right(kept, token.strip("\n"))
    return found


@defect("bearer.ignores-case-on-issue", bearer.authorize)
def ignores_case_on_issue(right: Right, request: web.Request, kept: Backpack, scope: str) -> Grant:
    token = bearer.read_token(request) if request.path.endswith("/issue") else None
    like = [one for one in kept.grants() if token and one.tokens.access.lower() == token.lower()]
    is_written_otherwise = bool(like) and like[0].tokens.access != token
    grant: Grant = like[0] if is_written_otherwise else right(request, kept, scope)
    return grant


@defect("bearer.any-scheme", bearer.read_token)
def takes_any_scheme(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    return bearer.decoded(credentials) if token is None and scheme else token


@defect("bearer.no-scheme", bearer.read_token)
def needs_no_scheme(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    header = request.headers.get("Authorization", "")
    return bearer.decoded(header) if token is None and header and " " not in header else token


@defect("bearer.accepts-query-token-on-issue", bearer.read_token)
def reads_the_query_of_a_push(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    is_push = request.path.endswith("/issue")
    return request.query.get("access_token") if token is None and is_push else token


@defect("bearer.accepts-body-token", bearer.read_token)
def reads_the_body(right: Right, request: web.Request) -> str | None:
    token: str | None = right(request)
    found = re.search(rb'"access_token": "([^"]+)"', exchange_of(request).body)
    return found[1].decode() if token is None and found else token


@defect("bearer.revived-by-a-new-grant", bearer.find_grant)
def revives_by_a_new_grant(right: Right, kept: Backpack, token: str) -> Grant | None:
    found: Grant | None = right(kept, token)
    if found is None and kept.death_of(token) == "revoked":
        [old, *_] = [one for one in kept.given if one.tokens.access == token]
        again = [one for one in kept.grants_of(old.earner) if one.origin == old.origin]
        return again[-1] if again else None
    return found


@defect("bearer.crashes-on-two-words", bearer.read_token)
def unpacks_two_words(right: Right, request: web.Request) -> str | None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer ") and header.count(" ") > 1:
        raise Crash("too many values to unpack (expected 2)")
    token: str | None = right(request)
    return token
