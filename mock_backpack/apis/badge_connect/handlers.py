"""The resources below ``apiBase``: assertions and profile."""

import hashlib
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any

import orjson
from aiohttp import hdrs, web
from attrs import field, frozen

from mock_backpack.apis.badge_connect.bearer import GUARD
from mock_backpack.apis.badge_connect.envelope import (
    INVALID_BADGE,
    INVALID_REQUEST,
    WRONG_RECIPIENT,
    good,
    refusal,
)
from mock_backpack.apis.badge_connect.manifest import (
    API_BASE,
    CREATE,
    READ,
    READ_PROFILE,
    UPDATE_PROFILE,
    root_of,
)
from mock_backpack.apis.badge_connect.paging import read_page
from mock_backpack.apis.paging import Page, links
from mock_backpack.apis.parameters import JSON
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.holdings import OPEN_BADGES_2
from mock_backpack.core.labels import media_type
from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, json_bytes, kind_of, strict_json
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.recipient import is_for
from mock_backpack.openbadges.two.judge import Judge, Verified

PROFILE_CONTEXT = "https://w3id.org/openbadges/v2"
ADDED = ("name", "url", "telephone", "description", "image")
"""Members of a profile that clients may add."""


@frozen
class Handlers:
    """The handlers of one Backpack."""

    backpack: Backpack
    judge: Judge
    _listed: dict[str, tuple[int, list[Badge]]] = field(factory=dict)
    """By earner: the number of changes at which the collection was read, newest badge first."""

    async def assertions(self, request: web.Request) -> web.Response:
        """``GET`` and ``POST <apiBase>/assertions``.

        Raises:
            ApiError: for each documented error.
        """
        match request.method:
            case "GET" | "HEAD":
                return self._read(request)
            case "POST":
                return await self._push(request)
        raise no_method(request, "GET, HEAD, POST")

    def _read(self, request: web.Request) -> web.Response:
        grant = GUARD.authorize(request, self.backpack, READ)
        page = read_page(request.query)
        badges = newest_first(self._badges_of(grant.earner))
        fitting = updated_after(badges, page)
        answer = listed_answer(f"{root_of(request)}{API_BASE}/assertions", page, fitting)
        answer.headers["Date"] = date_of(int(self.judge.clock.now()))
        return answer

    def _badges_of(self, email: str) -> list[Badge]:
        """The earner's badges of Open Badges 2.0, newest update first."""
        count, known = self._listed.get(email, (-1, []))
        if count != self.backpack.change_count:
            earner = self.backpack.earner(email)
            own = (badge for badge in earner.badges.values() if badge.key[0] == OPEN_BADGES_2)
            known = [*own][::-1]
            self._listed[email] = (self.backpack.change_count, known)
        return known

    async def _push(self, request: web.Request) -> web.Response:
        grant = GUARD.authorize(request, self.backpack, CREATE)
        pushed = pushed_badge(read_body(request))
        try:
            verified = await judged(self.judge, pushed)
        except InvalidBadge as error:
            raise invalid_badge(str(error)) from error
        check_recipient(verified, grant)
        keep(self.backpack, self.backpack.earner(grant.earner), kept_badge(verified, self.judge))
        return pushed_answer()

    async def profile(self, request: web.Request) -> web.Response:
        """``GET`` and ``POST <apiBase>/profile``.

        Raises:
            ApiError: for each documented error.
        """
        match request.method:
            case "GET" | "HEAD":
                grant = GUARD.authorize(request, self.backpack, READ_PROFILE)
            case "POST":
                grant = GUARD.authorize(request, self.backpack, UPDATE_PROFILE)
                members = added_members(read_body(request))
                add_members(self.backpack, self.backpack.earner(grant.earner), members)
            case _:
                raise no_method(request, "GET, HEAD, POST")
        earner = self.backpack.earner(grant.earner)
        return profile_answer(shown_profile(earner, f"{root_of(request)}{API_BASE}/profile"))

    async def nothing(self, request: web.Request) -> web.Response:
        """Any other path below ``apiBase``.

        Raises:
            ApiError: 404 always.
        """
        raise no_resource(request)


@lru_cache(1)
def date_of(seconds: int) -> str:
    """The ``Date`` of an answer by the clock of the sandbox, which clients need for ``since``."""
    return formatdate(seconds, usegmt=True)


@seam
def no_method(request: web.Request, allow: str) -> ApiError:
    """The refusal of a method."""
    message = f"method: expected {allow}, saw {request.method}"
    return refusal(405, message, headers={"Allow": allow})


@seam
def no_resource(request: web.Request) -> ApiError:
    """The refusal of an unknown path."""
    return refusal(404, f"no such resource: {request.path[:200]}", requirement="BC21-CLIENT-11")


def read_body(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        ApiError: 400 ``REQUEST_VALIDATION_ERROR`` when there is none.
    """
    kind = media_type(request.headers.get(hdrs.CONTENT_TYPE, ""))
    if kind not in (JSON, "application/ld+json"):
        message = f"Content-Type: expected {JSON}, saw {quoted(kind)}"
        raise refusal(400, message, INVALID_REQUEST, requirement="BC21-CLIENT-11")
    try:
        value = strict_json(exchange_of(request).body)
    except NotJson as error:
        raise unfit(f"body: {error}") from error
    if not isinstance(value, dict):
        raise unfit(f"body: expected a JSON object, saw {kind_of(value)}")
    return value


@seam
def unfit(message: str) -> ApiError:
    """The refusal of a body."""
    return refusal(400, message, INVALID_REQUEST, requirement="BC21-CLIENT-12")


@seam
def pushed_badge(body: Mapping[str, Any]) -> dict[str, Any] | str:
    """The assertion or the JWS of a push; of both the JWS (section Assertion Payload).

    Raises:
        ApiError: 400 when there is neither.
    """
    signed, assertion = body.get("signedAssertion"), body.get("assertion")
    if signed is not None:
        if not isinstance(signed, str):
            raise unfit(f"signedAssertion: expected a compact JWS, saw {kind_of(signed)}")
        return signed
    if not isinstance(assertion, dict):
        saw = "neither it nor signedAssertion" if assertion is None else kind_of(assertion)
        raise unfit(f"assertion: expected an object, saw {saw}")
    return assertion


@seam
async def judged(judge: Judge, pushed: dict[str, Any] | str) -> Verified:
    """Fetch and judge what was pushed.

    Raises:
        InvalidBadge: when it cannot be accepted.
    """
    return await (judge.signed(pushed) if isinstance(pushed, str) else judge.hosted(pushed))


def invalid_badge(message: str) -> ApiError:
    """The refusal of an assertion that does not verify."""
    return refusal(400, f"invalid badge: {message}", INVALID_BADGE, requirement="BC21-CLIENT-13")


@seam
def check_recipient(verified: Verified, grant: Grant) -> None:
    """The badge is for the earner.

    Raises:
        ApiError: 400 ``RECIPIENT_PROFILE_MISMATCH`` when it is for somebody else.
    """
    if not is_for(verified.recipient, grant.earner):
        message = "the badge is for somebody else than the earner of this Backpack"
        raise refusal(400, message, WRONG_RECIPIENT, requirement="BC21-CLIENT-13")


def kept_badge(verified: Verified, judge: Judge) -> Badge:
    """What the collection holds of a badge."""
    text = json_bytes(verified.assertion)
    return Badge((OPEN_BADGES_2, verified.id), text, verified.signed, judge.clock.now())


@seam
def keep(backpack: Backpack, earner: Earner, badge: Badge) -> None:
    """Put the badge into the collection, in place of the same one as it was before."""
    backpack.update(earner, badge)


@seam
def pushed_answer() -> web.Response:
    """The good answer of a push."""
    return good({})


@seam
def newest_first(badges: list[Badge]) -> list[Badge]:
    """The order of the collection: the last update first."""
    return badges


@seam
def updated_after(badges: list[Badge], page: Page) -> list[Badge]:
    """The badges that were updated after the time that the client names."""
    if not page.since:
        return badges
    return [badge for badge in badges if badge.updated_at > page.after]


@seam
def listed_answer(url: str, page: Page, badges: list[Badge]) -> web.Response:
    """One page of the collection."""
    headers = {"X-Total-Count": str(total(badges)), **links(url, page, len(badges))}
    return good(listed_members(asked_part(badges, page)), headers)


@seam
def asked_part(badges: list[Badge], page: Page) -> list[Badge]:
    """The badges of a page."""
    return badges[page.offset : page.offset + page.limit]


@seam
def total(badges: list[Badge]) -> int:
    """How many badges all pages have."""
    return len(badges)


@seam
def listed_members(part: list[Badge]) -> dict[str, Any]:
    """The badges of a page, by how they were pushed."""
    return {
        "assertions": [orjson.Fragment(badge.text) for badge in part if not badge.signed],
        "signedAssertions": [badge.signed for badge in part if badge.signed],
    }


def added_members(body: Mapping[str, Any]) -> dict[str, Any]:
    """The members that a client adds to a profile.

    Raises:
        ApiError: 400 for one that it may not change, or that is no text.
    """
    members = {name: value for name, value in body.items() if name not in ("@context", "type")}
    for name, value in members.items():
        if name not in ADDED or not isinstance(value, str):
            expected = f"texts for {', '.join(ADDED)}"
            raise refusal(400, f"profile: expected {expected}, saw {quoted(name)}", INVALID_REQUEST)
    return members


@seam
def shown_profile(earner: Earner, url: str) -> dict[str, Any]:
    """The profile of an earner."""
    mark = hashlib.sha256(earner.email.encode()).hexdigest()[:16]
    return {
        "@context": PROFILE_CONTEXT,
        "id": f"{url}#{mark}",
        "type": "Profile",
        "name": earner.email.partition("@")[0],
        "email": earner.email,
        **{name: earner.profile[name] for name in ADDED if name in earner.profile},
    }


@seam
def add_members(backpack: Backpack, earner: Earner, members: dict[str, Any]) -> None:
    """Add to a profile."""
    backpack.add_to_profile(earner, members)


@seam
def profile_answer(profile: dict[str, Any]) -> web.Response:
    """The good answer of the profile."""
    return good({"profile": profile})
