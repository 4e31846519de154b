"""The API below ``api_root``: issue, token, identity, and the CORS preflight of all three."""

from collections.abc import Awaitable, Mapping
from typing import Any

from aiohttp import hdrs, web
from attrs import frozen
from orjson import Fragment

from mock_backpack.apis.answers import json_answer, readable_by
from mock_backpack.apis.connect.bearer import authorize
from mock_backpack.apis.parameters import read_parameters
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant, Identity
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.observer import Judging
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import json_bytes, kind_of
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.recipient import is_for
from mock_backpack.openbadges.slips import misfit

OF_ASSERTIONS = frozenset({"recipient", "verify"})
"""Members of an assertion, which are no parameters of a push."""
NO_STORE = {"Cache-Control": "no-store"}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Authorization",
    "Access-Control-Expose-Headers": "WWW-Authenticate",
    "Access-Control-Max-Age": "600",
}


@frozen
class Handlers:
    """The handlers of one Backpack."""

    backpack: Backpack
    judge: Judging

    async def issue(self, request: web.Request) -> web.Response:
        """``POST <api_root>/issue``: put a badge into the earner's collection.

        Answers 201 with the badge, or 304 when it is there already.

        Raises:
            ApiError: for each of the seven documented errors but the duplicate.
        """
        check_method(request, "POST")
        grant = authorize(request, self.backpack, "issue")
        parameters = read_parameters(request)
        pushed = pushed_badge(parameters)
        try:
            award = await judged(self.judge, pushed, self.backpack, grant)
        except InvalidBadge as error:
            if OF_ASSERTIONS & parameters.keys():
                raise no_badge("the assertion itself as the body") from error
            problems = [complaint.to_wire() for complaint in error.complaints]
            raise refused_assertion(str(error), problems) from error
        check_earner(award, grant.earner)
        check_origin(award, grant)
        check_hosting(award)
        badge = Badge(award.key, json_bytes(badge_body(award)))
        if not await keep(self.backpack, self.backpack.earner(grant.earner), badge):
            return already_added(badge, grant)
        return badge_created(badge, grant)

    async def token(self, request: web.Request) -> web.Response:
        """``POST <api_root>/token``: trade a refresh token for a new pair.

        Raises:
            ApiError: 400 in the historical server's plain text.
        """
        check_method(request, "POST")
        parameters = read_parameters(request)
        if not is_refresh(parameters.get("grant_type")):
            raise token_refused("invalid grant_type", "BC-CLIENT-06")
        token = refresh_token(parameters)
        grant = await find_by_refresh(self.backpack, token) if token else None
        if grant is None:
            broken = broken_by(self.backpack, token)
            end_family(self.backpack, token)
            raise token_refused("invalid refresh_token", broken)
        exchange_of(request).made_under(grant)
        check_sender(request, grant)
        return refreshed(self.backpack.refresh(grant), self.backpack.expires)

    async def identity(self, request: web.Request) -> web.Response:
        """``GET <api_root>/identity``: the earner's hashed e-mail.

        Raises:
            ApiError: 401 as `authorize` does.
        """
        check_method(request, "GET")
        grant = authorize(request, self.backpack, "issue")
        return identity_answer(self.backpack.identity(grant.earner), grant)

    async def preflight(self, _request: web.Request) -> web.Response:
        """``OPTIONS <api_root>/*``: a browser asks before a request from another origin."""
        return preflight_answer()


@seam
def preflight_answer() -> web.Response:
    """Any page may ask with a token in the header; which page may read the answer, it says."""
    return web.Response(status=204, headers=PREFLIGHT)


@seam
def check_method(request: web.Request, allowed: str) -> None:
    """Each endpoint has one method (RFC 9110 section 15.5.6).

    Raises:
        ApiError: 405 for any other.
    """
    if request.method != allowed:
        message = f"method: expected {allowed}, saw {request.method}"
        raise ApiError(405, message, headers={"Allow": f"{allowed}, OPTIONS"})


@seam
def judged(judge: Judging, pushed: str, _backpack: Backpack, _grant: Grant) -> Awaitable[Award]:
    """Fetch and judge a pushed badge.

    Raises:
        InvalidBadge: when it cannot be accepted.
    """
    return judge.award(pushed)


@seam
def pushed_badge(parameters: Mapping[str, Any]) -> str:
    """The assertion URL or signature of a push.

    Raises:
        ApiError: 400 when there is none, or one that is no text.
    """
    pushed = parameters.get("badge")
    if pushed is None or pushed == "":
        raise ApiError(
            400,
            "must provide either url or signature",
            {"parameter": "badge"},
            requirement="BC-CLIENT-04",
        )
    if not isinstance(pushed, str):
        is_whole = OF_ASSERTIONS & parameters.keys()
        raise no_badge("the assertion itself as the body" if is_whole else kind_of(pushed))
    return pushed


def no_badge(saw: str) -> ApiError:
    """A refusal of a push whose ``badge`` is neither URL nor signature."""
    expected = '{"badge": the URL of an assertion or its signature}'
    return ApiError(
        400,
        f"badge: expected {expected}, saw {saw}",
        {"parameter": "badge"},
        requirement="BC-CLIENT-04",
    )


@seam
def refused_assertion(message: str, problems: list[dict[str, Any]]) -> ApiError:
    """E1: the assertion is malformed or invalid."""
    return ApiError(
        400,
        f"invalid assertion: {message}",
        {"problems": problems},
        requirement="BC-CLIENT-09",
    )


@seam
def check_earner(award: Award, email: str) -> None:
    """E3.

    Raises:
        ApiError: 403 when the badge is for somebody else.
    """
    if not is_for(award.recipient, email):
        wrong = misfit(award.recipient, email, "recipient", "the earner's e-mail address")
        raise ApiError(
            403,
            "badge assertion is for a different user",
            wrong.to_wire() if wrong else {"document": "assertion", "member": "recipient"},
            requirement="BC-CLIENT-15",
        )


@seam
def check_origin(award: Award, grant: Grant) -> None:
    """E4.

    Raises:
        ApiError: 400 when the issuer's origin is not the grant's.
    """
    if award.origin != grant.origin:
        raise ApiError(
            400,
            "issuer origin must be identical to bearer token origin",
            {"issuer_origin": award.origin, "token_origin": grant.origin},
            requirement="BC-CLIENT-09",
        )


@seam
def check_hosting(award: Award) -> None:
    """A hosted assertion and a signer's key are taken from the issuer's own origin only.

    Raises:
        ApiError: 400 when they are served elsewhere.
    """
    for document, urls in (("assertion", award.hosted_at), ("key", award.key_at)):
        for url in urls:
            if origin_of(url) != award.origin:
                raise served_elsewhere(document, award)


def served_elsewhere(document: str, award: Award) -> ApiError:
    """A refusal of what its issuer does not serve itself."""
    return ApiError(
        400,
        f"the {document} must be served by its issuer, {award.origin}",
        {"document": document, "issuer_origin": award.origin},
        requirement="BC-CLIENT-09",
    )


@seam
async def keep(backpack: Backpack, earner: Earner, badge: Badge) -> bool:
    """Put the badge into the collection; ``False`` when it is there already."""
    return backpack.add(earner, badge)


@seam
def badge_body(award: Award) -> dict[str, Any]:
    """The badge as the answer of issue shows it.

    The assertion with its badge class and issuer in place of their URLs, the URLs kept as
    ``_location``, the recipient flattened and kept as ``_originalRecipient``.
    """
    issuer = {**award.issuer, "origin": award.origin}
    badge_class = {"alignment": [], **award.badge_class, "issuer": issuer}
    for part, name in ((issuer, "issuer"), (badge_class, "badge")):
        if name in award.locations:
            part["_location"] = award.locations[name]
    issued = award.assertion.get("issuedOn", award.assertion.get("issued_on"))
    times = {} if issued is None else {"issuedOn": issued, "issued_on": issued}
    return {
        **award.assertion,
        "uid": award.key[1],
        "recipient": award.recipient.identity,
        "badge": badge_class,
        "verify": dict(award.verify),
        **times,
        "_originalRecipient": award.recipient.to_wire(),
    }


@seam
def badge_created(badge: Badge, grant: Grant) -> web.Response:
    """The good answer of issue."""
    body = {"exists": False, "badge": Fragment(badge.text)}
    return json_answer(body, {**NO_STORE, **readable_by(grant)}, status=201)


@seam
def already_added(_badge: Badge, grant: Grant) -> web.Response:
    """E5: the badge is there already; a 304 has no body."""
    return web.Response(status=304, headers=readable_by(grant))


@seam
def is_refresh(grant_type: object) -> bool:
    """Whether ``grant_type`` is ``refresh_token``."""
    return grant_type == "refresh_token"


@seam
def refresh_token(parameters: Mapping[str, Any]) -> str | None:
    """The refresh token of a request; ``None`` when there is none or it is no text."""
    token = parameters.get("refresh_token")
    return token if isinstance(token, str) else None


@seam
async def find_by_refresh(backpack: Backpack, token: str) -> Grant | None:
    """The grant of an unspent refresh token, compared exactly, its access token expired or not."""
    grant = backpack.grant_by_refresh(token)
    return None if grant is None or grant.client else grant  # an OAuth client has to prove itself


@seam
def end_family(backpack: Backpack, token: str | None) -> None:
    """A spent refresh token comes again, so that two hold it: its grant ends (RFC 9700, 4.14.2)."""
    if token is not None:
        backpack.end_family(token)


@seam
def check_sender(request: web.Request, grant: Grant) -> None:
    """A browser on another origin than the grant's may not refresh.

    Raises:
        ApiError: 401, in plain text, when the ``Origin`` header names another origin.
    """
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin != grant.origin:
        raise ApiError(401, "invalid origin", headers=NO_STORE, as_text=True)


@seam
def refreshed(grant: Grant, expires: int) -> web.Response:
    """The good answer of token."""
    body = {
        "expires": expires,
        "access_token": grant.tokens.access,
        "refresh_token": grant.tokens.refresh,
    }
    headers = {**NO_STORE, "Pragma": "no-cache", **readable_by(grant)}
    return json_answer(body, headers)


@seam
def token_refused(message: str, requirement: str) -> ApiError:
    """A refusal of the token endpoint, in the historical plain text."""
    return ApiError(400, message, headers=NO_STORE, requirement=requirement, as_text=True)


def broken_by(backpack: Backpack, token: str | None) -> str:
    """The requirement that a useless refresh token breaks."""
    death = backpack.death_of(token) if token else None
    broken = {"spent": "BC-CLIENT-07", "reused": "BC-CLIENT-07", "revoked": "BC-CLIENT-11"}
    return broken.get(death or "", "BC-CLIENT-06")


@seam
def identity_answer(identity: Identity, grant: Grant) -> web.Response:
    """The good answer of identity."""
    body = {"recipient": identity.recipient, "salt": identity.salt, "type": identity.type}
    return json_answer(body, {**NO_STORE, **readable_by(grant)})
