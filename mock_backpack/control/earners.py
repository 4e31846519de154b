"""Controls of earners: who they are, what they granted, what they have, what they will answer."""

from typing import Any

from aiohttp import web
from attrs import asdict

from mock_backpack.apis.api import GrantOrder
from mock_backpack.control.call import AdminCall, text, whole
from mock_backpack.core.backpack import Grant
from mock_backpack.core.clients import Client
from mock_backpack.core.consent import Choice
from mock_backpack.core.emails import checked_email, queried_email
from mock_backpack.core.errors import ApiError
from mock_backpack.core.origin import origin_of
from mock_backpack.core.quoting import one_of, quoted
from mock_backpack.core.revoking import take_back
from mock_backpack.core.sessions import set_cookie

ANSWERS = ("grant", "deny", "page")


async def list_earners(call: AdminCall) -> web.Response:
    """``GET /_mock/earners``: list the earners."""
    earners = [
        {"email": earner.email, "badges": len(earner.badges), "grants": len(earner.grants)}
        for earner in call.sandbox.backpack.earners()
    ]
    return web.json_response({"earners": earners})


async def create_earner(call: AdminCall) -> web.Response:
    """``POST /_mock/earners``: create an earner, if there is none with this e-mail address."""
    email = _email(call.members("email"), "email")
    call.sandbox.backpack.earner(email)
    return web.json_response({"email": email}, status=201)


async def log_in(call: AdminCall) -> web.Response:
    """``POST /_mock/login``: create a browser session of an earner, without a login page."""
    email = _email(call.members("email"), "email")
    sandbox = call.sandbox
    sandbox.backpack.earner(email)
    session = sandbox.sessions.log_in(None, email)
    cookie = {"name": sandbox.sessions.cookie, "value": session.id, "path": sandbox.sessions.path}
    response = web.json_response({"email": email, "cookie": cookie, "csrf": session.csrf})
    set_cookie(response, session, sandbox.sessions)
    return response


async def badges(call: AdminCall) -> web.Response:
    """``GET /_mock/badges``: list the badges of an earner."""
    try:
        email = queried_email(call.query.get("earner", ""))
    except ValueError as error:
        raise ApiError(400, f"earner: {error}") from error
    earner = call.sandbox.backpack.find_earner(email)
    collection = earner.badges.values() if earner else ()
    return web.json_response({"badges": [badge.document for badge in collection]})


async def list_grants(call: AdminCall) -> web.Response:
    """``GET /_mock/grants``: list the active grants, without their tokens."""
    return web.json_response(
        {"grants": [_shown(grant) for grant in call.sandbox.backpack.grants()]}
    )


async def create_grant(call: AdminCall) -> web.Response:
    """``POST /_mock/grants``: create a grant without a browser.

    Answers what the issuer is told: the parameters of the callback, or the credentials of a client.
    """
    members = call.members("earner", "origin", "scope", "api", "client")
    if members.get("client") is not None:
        return _granted_to_client(call, members)
    apis = {api.name: api for api in call.sandbox.shared.apis}
    name = members.get("api") or next(iter(apis))
    if name not in apis:
        raise ApiError(400, f"api: {one_of(tuple(apis), name)}")
    scopes = _scopes(members.get("scope"))
    try:
        origin = origin_of(text(members, "origin"))
    except ValueError as error:
        raise ApiError(400, f"origin: {error}") from error
    order = GrantOrder(call.root, _email(members, "earner"), origin, scopes)
    grant, credentials = apis[name].grant(call.sandbox, order)
    return web.json_response({**_shown(grant), **credentials}, status=201)


def _granted_to_client(call: AdminCall, members: dict[str, Any]) -> web.Response:
    """A grant for a client that has registered itself."""
    client = _client(call, members)
    scopes = _client_scopes(client, members.get("scope"))
    backpack, earner = call.sandbox.backpack, _email(members, "earner")
    grant = backpack.grant(earner, origin_of(client.redirect_uris[0]), scopes, client.id)
    credentials = {
        "access_token": grant.tokens.access,
        "refresh_token": grant.tokens.refresh,
        "expires": str(backpack.expires),
        "api_root": call.sandbox.api_root(call.root),
    }
    return web.json_response({**_shown(grant), **credentials}, status=201)


def _scopes(scope: object) -> tuple[str, ...] | None:
    """The scopes of a list with commas or spaces; an empty text asks for none."""
    if scope is None:
        return None
    if not isinstance(scope, str):
        raise ApiError(400, f"scope: expected a text of names with commas, saw {quoted(scope)}")
    return tuple(scope.replace(",", " ").split())


def _client(call: AdminCall, members: dict[str, Any]) -> Client:
    client = call.sandbox.clients.find(text(members, "client"))
    if client is None:
        expected = "the client_id of a client that has registered"
        raise ApiError(400, f"client: expected {expected}, saw {quoted(members['client'])}")
    return client


def _client_scopes(client: Client, scope: object) -> tuple[str, ...]:
    """The scopes of a text with spaces; all that the client has registered without one."""
    if scope is None:
        return client.scopes
    asked = tuple(scope.split()) if isinstance(scope, str) else ()
    if not asked or not set(asked) <= set(client.scopes):
        expected = "a text of scopes that the client has registered, with spaces between them"
        raise ApiError(400, f"scope: expected {expected}, saw {quoted(scope)}")
    return asked


async def expire_grant(call: AdminCall) -> web.Response:
    """``POST /_mock/grants/{number}/expire``: expire the access token of a grant."""
    return web.json_response(_shown(call.sandbox.backpack.expire(_grant(call))))


async def revoke_grant(call: AdminCall) -> web.Response:
    """``DELETE /_mock/grants/{number}``: revoke all grants of an earner to the same issuer."""
    grant = _grant(call)
    revoked = take_back(call.sandbox.backpack, grant)
    return web.json_response({"earner": grant.earner, "origin": grant.origin, "revoked": revoked})


async def show_consent(call: AdminCall) -> web.Response:
    """``GET /_mock/consent``: show how the access page answers."""
    return _consent(call)


async def set_consent(call: AdminCall) -> web.Response:
    """``PUT /_mock/consent``: let the access page answer without a page."""
    members = call.members("answer", "earner", "times")
    answer = text(members, "answer")
    if answer not in ANSWERS:
        raise ApiError(400, f"answer: {one_of(ANSWERS, answer)}")
    earner = _email(members, "earner") if members.get("earner") is not None else None
    times = None if members.get("times") is None else whole(members, "times", 1, 1, 10**9)
    call.sandbox.consent.choose(Choice(answer, earner, times))  # type: ignore[arg-type] # one of ANSWERS
    return _consent(call)


def _consent(call: AdminCall) -> web.Response:
    return web.json_response(asdict(call.sandbox.consent.choice))


def _email(members: dict[str, Any], name: str) -> str:
    try:
        return checked_email(members.get(name))
    except ValueError as error:
        raise ApiError(400, f"{name}: {error}") from error


def _grant(call: AdminCall) -> Grant:
    number = call.path["number"]
    known = number.isascii() and number.isdecimal() and len(number) < 12
    grant = call.sandbox.backpack.find_grant(int(number)) if known else None
    if grant is None:
        raise ApiError(404, f"unknown grant {quoted(number)}")
    return grant


def _shown(grant: Grant) -> dict[str, Any]:
    return {
        "number": grant.number,
        "earner": grant.earner,
        "origin": grant.origin,
        "scope": list(grant.scopes),
        "made_at": grant.tokens.made_at,
        "expires_at": grant.tokens.expires_at,
    }
