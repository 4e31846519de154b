"""Assertions and profile, in the envelope of Open Badges 2.1."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.miniatures.stock.asking import Handler
from tests.miniatures.stock.granting import CHANGE, READ, SEE, WRITE
from tests.miniatures.stock.judging import Invalid
from tests.miniatures.stock.keeping import Person

MOST = 10
"""Entries on a page, however many a client would like."""
INVALID = "REQUEST_VALIDATION_ERROR"
USUAL = {400: "BAD_REQUEST", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


class Refused(Exception):
    def __init__(self, status: int, error: str, text: str = "") -> None:
        super().__init__(error)
        self.status, self.error, self.text = status, error, text or USUAL[status]


class Resource(Handler):
    """Answers of the API; the member error is left out where there is none."""

    def good(self, **members: Any) -> None:
        self.answer(200, {"status": {"statusCode": 200, "statusText": "OK"}, **members})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.send(status, body, [("Content-Type", "application/json; charset=utf-8")])

    def write_error(self, status_code: int, **about: Any) -> None:
        error = (about.get("exc_info") or (None, None, None))[1]
        if isinstance(error, Refused):
            self.refused(error)
        else:
            self.refused(
                Refused(status_code if status_code in USUAL else 400, "this does not work")
            )

    def log_exception(self, *_: Any) -> None:
        pass

    def refused(self, refused: Refused) -> None:
        if refused.status == 401:
            self.set_header("WWW-Authenticate", 'Bearer realm="stock"')
        status = {"statusCode": refused.status, "statusText": refused.text}
        self.answer(refused.status, {"status": {**status, "error": refused.error}})

    def _handle_request_exception(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.refused(error)
        else:
            super()._handle_request_exception(error)

    def person(self, scope: str) -> Person:
        scheme, _, text = self.request.headers.get("Authorization", "").partition(" ")
        token = self.of.keeping.by_access(text.strip()) if scheme.lower() == "bearer" else None
        if token is None or token.is_revoked() or token.is_expired():
            raise Refused(401, "expected a token that works")
        if not self.may(token.scope, scope):
            raise Refused(401, f"expected the scope {scope}", "PERMISSION_DENIED")
        return token.person

    def may(self, granted: str, scope: str) -> bool:
        return scope in granted.split()

    def body(self) -> dict[str, Any]:
        try:
            value = json.loads(self.request.body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Refused(400, "expected a JSON object", INVALID)
        return value


class Nothing(Resource):
    def prepare(self) -> None:
        raise Refused(404, "there is no such thing")


class Profile(Resource):
    def get(self) -> None:
        self.good(profile=self.shown(self.person(SEE)))

    def post(self) -> None:
        person, members = self.person(CHANGE), self.body()
        if "email" in members or "id" in members:
            raise Refused(400, "id and email cannot be changed", INVALID)
        person.profile.update(members)
        self.good(profile=self.shown(person))

    def shown(self, person: Person) -> dict[str, Any]:
        own = {"id": f"urn:stock:{person.number}", "type": ["Profile"], "email": [person.email]}
        return {**person.profile, **own}


class Assertions(Resource):
    def get(self) -> None:
        person = self.person(READ)
        limit = min(self.number("limit", 1, MOST), MOST)
        offset, since = self.number("offset", 0, 0), self.since()
        everything = self.sorted([one for one in person.badges.values() if one[0] > since])
        shown = everything[offset : offset + limit]
        if len(shown) < len(everything):
            self.set_header("Link", self.links(limit, offset, len(everything)))
        self.set_header("X-Total-Count", str(len(everything)))
        self.good(**self.members([badge for _, badge in shown]))

    def sorted(self, badges: list[Any]) -> list[Any]:
        return badges[::-1]

    def members(self, badges: list[Any]) -> dict[str, Any]:
        """Both arrays, or none."""
        by_kind = {
            "assertions": [badge for badge in badges if isinstance(badge, dict)],
            "signedAssertions": [badge for badge in badges if isinstance(badge, str)],
        }
        return {name: several for name, several in by_kind.items() if several}

    def number(self, name: str, least: int, usual: int) -> int:
        text = self.get_query_argument(name, str(usual))
        if not text.isdecimal() or int(text) < least:
            raise Refused(400, f"expected a number: {name}", INVALID)
        return int(text)

    def since(self) -> float:
        text = self.get_query_argument("since", "")
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise Refused(400, "expected a time: since", INVALID) from None
        return moment.timestamp() if moment else 0.0

    def links(self, limit: int, offset: int, total: int) -> str:
        """One link may have several relations, and an address may be relative (RFC 8288)."""
        places: dict[int, list[str]] = {0: ["first"]}
        places.setdefault((total - 1) // limit * limit, []).append("last")
        if offset + limit < total:
            places.setdefault(offset + limit, []).append("next")
        if offset:
            places.setdefault(max(offset - limit, 0), []).append("prev")
        since = self.get_query_argument("since", "")
        more = {"limit": limit, **({"since": since} if since else {})}
        return ", ".join(
            f'<?{urlencode({"offset": at, **more})}>; rel="{" ".join(names)}"'
            for at, names in places.items()
        )

    async def post(self) -> None:
        person, body = self.person(WRITE), self.body()
        signed, assertion = body.get("signedAssertion"), body.get("assertion")
        if not isinstance(assertion if signed is None else signed, dict if signed is None else str):
            raise Refused(400, "expected an assertion or a JWS", INVALID)
        judging = self.of.judging
        try:
            found = await (judging.hosted(assertion) if signed is None else judging.signed(signed))
        except Invalid as error:
            raise Refused(400, str(error), "INVALID_BADGE") from None
        if not judging.is_of(found["recipient"], person.email):
            raise Refused(400, "it is not for you", "RECIPIENT_PROFILE_MISMATCH")
        self.of.keeping.keep(person, found["id"], found if signed is None else signed)
        self.pushed()

    def pushed(self) -> None:
        self.good()
