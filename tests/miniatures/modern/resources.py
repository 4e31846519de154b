"""The API itself: assertions and profile of the person who gave the token."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib import parse

from tests.miniatures.modern.messages import Answer, Request, as_json, no, status_of
from tests.miniatures.modern.registration import API, PROFILE, READ, WRITE
from tests.miniatures.modern.store import Badge, Permission, Person, Store
from tests.miniatures.modern.verifier import Invalid, Verifier

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="modern"'}
INVALID = "REQUEST_VALIDATION_ERROR"
MOST = 100


class Resources:
    def __init__(self, store: Store, root: str, verifier: Verifier) -> None:
        self.store, self.root, self.verifier = store, root, verifier

    def permission(self, request: Request, scope: str) -> Permission:
        token = self.token_of(request)
        if token is None:
            raise no(401, "expected a Bearer token", headers=CHALLENGE)
        known = self.of_token(token)
        if known is None:
            why = 'Bearer realm="modern", error="invalid_token"'
            raise no(401, "the token is not valid", headers={"WWW-Authenticate": why})
        if not self.may(known[1], scope):
            raise no(401, f"the token has no scope {scope}", "PERMISSION_DENIED", CHALLENGE)
        return known[0]

    def token_of(self, request: Request) -> str | None:
        return request.bearer()

    def of_token(self, token: str) -> tuple[Permission, frozenset[str]] | None:
        return self.store.of_access(token)

    def may(self, scopes: frozenset[str], scope: str) -> bool:
        return scope in scopes

    def good(self, members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        return as_json(200, {"status": status_of(200, "OK"), **members}, headers)

    def profile(self, request: Request) -> Answer:
        person = self.permission(request, PROFILE).person
        return self.good({"profile": self.profile_of(person)})

    def profile_of(self, person: Person) -> dict[str, Any]:
        return {
            "@context": "https://w3id.org/openbadges/v2",
            "id": f"{self.root}/people/{person.number}",
            "type": "Profile",
            "name": person.email.partition("@")[0],
            "email": person.email,
        }

    def get(self, request: Request) -> Answer:
        person = self.permission(request, READ).person
        asked = dict(request.parameters())
        limit, offset = self.number(asked, "limit", MOST, 1), self.number(asked, "offset", 0, 0)
        since = self.moment(asked.get("since"))
        badges = [badge for badge in self.sorted(person) if badge.updated >= since]
        shown = badges[offset : offset + min(limit, MOST)]
        headers = {"X-Total-Count": self.total(len(shown), len(badges))}
        if len(shown) < len(badges):
            headers["Link"] = self.links(asked, min(limit, MOST), offset, len(badges))
        return self.good(self.members(shown), headers)

    def total(self, _shown: int, whole: int) -> str:
        return str(whole)

    def error(self, text: str) -> Any:
        return text

    def sorted(self, person: Person) -> list[Badge]:
        return person.badges

    def members(self, shown: list[Badge]) -> dict[str, Any]:
        plain = [badge.document for badge in shown if isinstance(badge.document, dict)]
        signed = [badge.document for badge in shown if isinstance(badge.document, str)]
        return {"assertions": plain, **({"signedAssertions": signed} if signed else {})}

    def number(self, asked: Mapping[str, str], name: str, usual: int, least: int) -> int:
        text = asked.get(name, str(usual))
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
            raise no(400, f"{name}: expected a number of at least {least}", INVALID)
        return int(text)

    def moment(self, text: str | None) -> float:
        if text is None:
            return 0.0
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise no(400, "since: expected a time", INVALID) from None
        if moment.tzinfo is None:
            raise no(400, "since: expected a time with a zone", INVALID)
        return moment.timestamp()

    def links(self, asked: Mapping[str, str], limit: int, offset: int, total: int) -> str:
        last = (max(total - 1, 0) // limit) * limit
        places = {"first": 0, "last": last}
        if offset + limit < total:
            places["next"] = offset + limit
        if offset > 0:
            places["prev"] = max(offset - limit, 0)
        kept = {"limit": limit, **({"since": asked["since"]} if "since" in asked else {})}
        return ", ".join(
            f'<{self.page_of({**kept, "offset": at})}>; rel="{relation}"'
            for relation, at in places.items()
        )

    def page_of(self, query: Mapping[str, Any]) -> str:
        return f"{self.root}{API}/assertions?{parse.urlencode(query)}"

    def post(self, request: Request) -> Answer:
        person = self.permission(request, WRITE).person
        body = request.json()
        if not isinstance(body, dict):
            raise no(400, "expected a JSON object", INVALID)
        assertion, signed = body.get("assertion"), body.get("signedAssertion")
        if signed is not None and not isinstance(signed, str):
            raise no(400, "signedAssertion: expected a text", INVALID)
        if signed is None and not isinstance(assertion, dict):
            raise no(400, "expected assertion or signedAssertion", INVALID)
        key, document = self.judged(person, assertion, signed)
        self.store.keep(person, key, document)
        return self.good({})

    def judged(self, person: Person, assertion: Any, signed: str | None) -> tuple[str, Any]:
        try:
            if signed is not None:
                checked = self.verifier.signed(signed)
            else:
                checked = self.verifier.hosted(assertion)
            if not self.verifier.is_of(checked["recipient"], person.email):
                raise no(400, "it is somebody else's badge", "RECIPIENT_PROFILE_MISMATCH")
        except Invalid as error:
            raise no(400, str(error), "INVALID_BADGE") from None
        return str(checked["id"]), checked if signed is None else signed

    def nothing(self, _request: Request) -> Answer:
        raise no(404, "there is nothing at this path")

    def no_method(self, _request: Request, allowed: str) -> Answer:
        raise no(405, "this path has no such method", headers={"Allow": allowed})
