"""The calls of the API: credentials and profile (Open Badges 3.0, section API)."""

from typing import Any, TypeAlias

from aiohttp import hdrs, web
from attrs import frozen

from mock_backpack.apis.open_badges_3 import collection, profile
from mock_backpack.apis.open_badges_3.bearer import GUARD
from mock_backpack.apis.open_badges_3.blame import IDENTIFIERS, broken_by
from mock_backpack.apis.open_badges_3.discovery import (
    BASE,
    READ,
    READ_PROFILE,
    UPDATE_PROFILE,
    UPSERT,
    root_of,
)
from mock_backpack.apis.open_badges_3.envelope import NO_STORE, refusal
from mock_backpack.apis.paging import BadQuery, Page, read_page
from mock_backpack.core.backpack import Backpack, Badge, Earner
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.labels import media_type
from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, json_bytes, kind_of, strict_json
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.three.judge import Judge, Verified
from mock_backpack.openbadges.three.recipient import is_for

DOCUMENTED = ("application/json", "application/vc+ld+json")
ESSENTIAL = ("@context", "type", "issuer", "credentialSubject", "proof")
"""Members of which a credential has at least one, however wrong it is."""
JSON_TYPES = (*DOCUMENTED, "application/ld+json", "application/vc")
"""With those of other versions of the data model."""
TEXT = "text/plain"
FOR_ANOTHER = "the credential is for somebody else than the earner of this Backpack"
Pushed: TypeAlias = dict[str, Any] | str
"""A credential with proofs, or a compact JWS."""


@frozen
class Handlers:
    """The handlers of one Backpack."""

    backpack: Backpack
    judge: Judge

    async def credentials(self, request: web.Request) -> web.Response:
        """``GET`` and ``POST /credentials``.

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
        page = asked_page(request)
        badges = collection.badges_of(self.backpack.earner(grant.earner))
        fitting = collection.issued_after(badges, page)
        return collection.listed_answer(f"{root_of(request)}{BASE}/credentials", page, fitting)

    async def _push(self, request: web.Request) -> web.Response:
        grant = GUARD.authorize(request, self.backpack, UPSERT)
        kind = content_type_of(request)
        pushed = read_pushed(request, kind)
        try:
            verified = await judged(self.judge, pushed)
        except InvalidBadge as error:
            exchange_of(request).broke.extend(broken_by(error))
            raise invalid_credential(str(error)) from error
        earner = self.backpack.earner(grant.earner)
        check_recipient(verified, earner)
        badge = kept_badge(verified, self.judge)
        old = collection.same(earner, badge)
        if old is not None and not collection.is_newer(badge, old):
            return unchanged_answer()
        keep(self.backpack, earner, badge)
        return pushed_answer(badge, kind, 201 if old is None else 200)

    async def profile(self, request: web.Request) -> web.Response:
        """``GET`` and ``PUT /profile``.

        Raises:
            ApiError: for each documented error.
        """
        url = f"{root_of(request)}{BASE}/profile"
        match request.method:
            case "GET" | "HEAD":
                grant = GUARD.authorize(request, self.backpack, READ_PROFILE)
                earner = self.backpack.earner(grant.earner)
            case "PUT":
                grant = GUARD.authorize(request, self.backpack, UPDATE_PROFILE)
                earner = self.backpack.earner(grant.earner)
                members = profile.read_profile(read_object(request), earner, url)
                profile.replace(self.backpack, earner, members)
            case _:
                raise no_method(request, "GET, HEAD, PUT")
        return profile.profile_answer(profile.shown_profile(earner, url))

    async def nothing(self, request: web.Request) -> web.Response:
        """Any other path below the base.

        Raises:
            ApiError: 404 always.
        """
        raise no_resource(request)


@seam
def no_method(request: web.Request, allow: str) -> ApiError:
    """The refusal of a method."""
    message = f"method: expected {allow}, saw {request.method}"
    return refusal(405, message, {"Allow": allow})


@seam
def no_resource(request: web.Request) -> ApiError:
    """The refusal of an unknown path."""
    message = f"no such resource: {request.path[:200]}"
    return refusal(404, message, requirement="OB3-CLIENT-01")


def asked_page(request: web.Request) -> Page:
    """The page of the collection that a client asks for.

    Raises:
        ApiError: 400 ``invalid_query_parameter`` when it is none.
    """
    try:
        return read_page(request.query)
    except BadQuery as error:
        raise bad_query(error.message) from error


@seam
def bad_query(message: str) -> ApiError:
    """The refusal of a query."""
    return refusal(400, message, requirement="OB3-CLIENT-11")


@seam
def content_type_of(request: web.Request) -> str:
    """The media type of a push.

    Raises:
        ApiError: 415 when it is for something else than a credential.
    """
    kind = media_type(request.headers.get(hdrs.CONTENT_TYPE, ""))
    if kind not in (*JSON_TYPES, TEXT):
        expected = f"{JSON_TYPES[1]} or {JSON_TYPES[0]} for JSON, {TEXT} for a compact JWS"
        message = f"Content-Type: expected {expected}, saw {quoted(kind)}"
        raise refusal(415, message, requirement="OB3-CLIENT-07")
    return kind


@seam
def read_pushed(request: web.Request, kind: str) -> Pushed:
    """The credential of a push, in the form that its media type says.

    Raises:
        ApiError: 422 ``invalid_data`` when it is in no such form.
    """
    body = exchange_of(request).body
    if kind != TEXT:
        found = json_object(body)
        if found and found.keys().isdisjoint(ESSENTIAL):
            raise unfit(
                f"body: expected a credential, saw an object with {quoted(next(iter(found)))}"
            )
        return found
    if body.lstrip().startswith(b"{"):
        raise unfit(f"body: expected a compact JWS as {TEXT}, saw a JSON object")
    try:
        return body.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise unfit("body: expected a compact JWS, saw bytes that are not ASCII") from error


def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        ApiError: 415 or 422 when there is none.
    """
    kind = media_type(request.headers.get(hdrs.CONTENT_TYPE, ""))
    if kind not in JSON_TYPES:
        message = f"Content-Type: expected {JSON_TYPES[0]}, saw {quoted(kind)}"
        raise refusal(415, message, requirement="OB3-CLIENT-07")
    return json_object(exchange_of(request).body)


def json_object(body: bytes) -> dict[str, Any]:
    """A body that must be a JSON object.

    Raises:
        ApiError: 422 ``invalid_data`` when it is none.
    """
    try:
        value = strict_json(body)
    except NotJson as error:
        raise unfit(f"body: {error}") from error
    if not isinstance(value, dict):
        raise unfit(f"body: expected a JSON object, saw {kind_of(value)}")
    return value


@seam
def unfit(message: str) -> ApiError:
    """The refusal of a body."""
    return refusal(422, message, requirement="OB3-CLIENT-07")


@seam
async def judged(judge: Judge, pushed: Pushed) -> Verified:
    """Verify what was pushed.

    Raises:
        InvalidBadge: when it cannot be accepted.
    """
    return await (judge.compact(pushed) if isinstance(pushed, str) else judge.embedded(pushed))


@seam
def invalid_credential(message: str) -> ApiError:
    """The refusal of a credential that does not verify."""
    return refusal(422, f"invalid credential: {message}")


@seam
def check_recipient(verified: Verified, earner: Earner) -> None:
    """The credential is for the earner.

    Raises:
        ApiError: 422 ``invalid_data`` when it is for somebody else.
    """
    if not is_for(verified.emails, earner.email):
        raise refusal(422, FOR_ANOTHER, requirement=IDENTIFIERS)


def kept_badge(verified: Verified, judge: Judge) -> Badge:
    """What the collection holds of a credential."""
    key = collection.key_of(verified.issuer, verified.id)
    return Badge(key, json_bytes(verified.credential), verified.signed, judge.clock.now())


@seam
def keep(backpack: Backpack, earner: Earner, badge: Badge) -> None:
    """Put a credential into the collection, in place of an older one."""
    backpack.update(earner, badge)


@seam
def unchanged_answer() -> web.Response:
    """The answer to a credential that is not newer than the one that is there."""
    return web.Response(status=304, headers=NO_STORE)


@seam
def pushed_answer(badge: Badge, kind: str, status: int) -> web.Response:
    """The good answer of a push: the credential as it came, under the type under which it came."""
    body = badge.signed.encode() if badge.signed else badge.text
    headers = {**NO_STORE, hdrs.CONTENT_TYPE: kind}
    return web.Response(body=body, status=status, headers=headers)
