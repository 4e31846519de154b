"""The API itself: credentials and profile of the person who gave the token."""

import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib import parse

from tests.miniatures.current.choices import Choices
from tests.miniatures.current.discovery import PROFILE, READ, UPDATE, WRITE
from tests.miniatures.current.verifier import TROUBLE, Verifier, issuer_of
from tests.miniatures.modern.messages import Answer, Refusal, Request, as_json
from tests.miniatures.modern.store import Badge, Permission, Person, Store

JSON_TYPES = ("application/json", "application/vc+ld+json", "application/ld+json")
CODES = {
    401: "unauthorizedrequest",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    400: "invalid_query_parameter",
    422: "invalid_data",
}
MOST = 50


class Resources:
    def __init__(self, store: Store, root: str, verifier: Verifier, choices: Choices) -> None:
        self.store, self.root, self.verifier, self.choices = store, root, verifier, choices
        self.names: dict[int, str] = {}

    def no(self, status: int, why: str, headers: Mapping[str, str] | None = None) -> Refusal:
        return Refusal(as_json(status, self.info(status, why), headers))

    def info(self, status: int, why: str) -> dict[str, Any]:
        value: dict[str, Any] = {"imsx_codeMajor": "failure", "imsx_severity": "error"}
        value["imsx_description"] = why
        if self.choices.minor_codes and status in CODES:
            field = {"imsx_codeMinorFieldName": "host", "imsx_codeMinorFieldValue": CODES[status]}
            value["imsx_codeMinor"] = {"imsx_codeMinorField": [field]}
        return value

    def permission(self, request: Request, scope: str) -> Permission:
        token = request.bearer()
        if token is None:
            challenge = {"WWW-Authenticate": 'Bearer realm="current"'}
            raise self.no(401, "expected a Bearer token", challenge)
        known = self.of_token(token)
        if known is None:
            why = 'Bearer realm="current", error="invalid_token"'
            raise self.no(401, "the token is not valid", {"WWW-Authenticate": why})
        if not self.may(known[1], scope):
            why = 'Bearer realm="current", error="insufficient_scope"'
            headers = {"WWW-Authenticate": why}
            raise self.no(self.choices.missing_scope, f"the token has no scope {scope}", headers)
        return known[0]

    def of_token(self, token: str) -> tuple[Permission, frozenset[str]] | None:
        return self.store.of_access(token)

    def may(self, scopes: frozenset[str], scope: str) -> bool:
        return scope in scopes

    def post(self, request: Request) -> Answer:
        person = self.permission(request, WRITE).person
        kind = request.media_type()
        if kind not in (*JSON_TYPES, "text/plain"):
            raise self.no(400, "expected JSON, or a JWS as text/plain")
        try:
            text = request.body.decode()
            sent = text if kind == "text/plain" else json.loads(text)
            credential = self.verified(sent)
        except TROUBLE as error:
            raise self.no(self.choices.invalid, f"not valid: {error}") from None
        if not self.verifier.is_of(credential, person.email):
            raise self.no(self.choices.invalid, "it is somebody else's")
        return self.kept(person, credential, sent, kind)

    def verified(self, sent: Any) -> dict[str, Any]:
        if isinstance(sent, str):
            return self.verifier.signed(sent, time.time())
        return self.verifier.proved(sent, time.time())

    def kept(self, person: Person, credential: dict[str, Any], sent: Any, kind: str) -> Answer:
        key = self.key_of(credential)
        since = self.begins(credential)
        with self.store.lock:
            old = next((badge for badge in person.badges if badge.key == key), None)
            if old is not None and old.updated >= since:
                return self.older(sent, kind)
            self.store.keep(person, key, sent)
            person.badges[0].updated = since
        return self.returned(201 if old is None else 200, sent, kind)

    def key_of(self, credential: dict[str, Any]) -> str:
        parts = (issuer_of(credential), credential["id"])
        return " ".join(parse.unquote(part).strip() for part in parts)

    def begins(self, credential: dict[str, Any]) -> float:
        written = credential.get("validFrom", credential.get("issuanceDate"))
        return datetime.fromisoformat(str(written)).timestamp()

    def older(self, sent: Any, kind: str) -> Answer:
        if self.choices.older == 304:
            return Answer(304)
        return self.returned(self.choices.older, sent, kind)

    def returned(self, status: int, sent: Any, kind: str) -> Answer:
        if isinstance(sent, str):
            return Answer(status, sent.encode(), {"Content-Type": "text/plain"})
        answer = as_json(status, sent)
        return Answer(status, answer.content, {**answer.headers, "Content-Type": kind})

    def get(self, request: Request) -> Answer:
        person = self.permission(request, READ).person
        asked = dict(request.parameters())
        limit, offset = self.number(asked, "limit", MOST, 1), self.number(asked, "offset", 0, 0)
        since = self.moment(asked.get("since"))
        badges = [badge for badge in self.sorted(person) if badge.updated >= since]
        shown = badges[offset : offset + min(limit, MOST)]
        headers = {"X-Total-Count": self.total(badges)} if self.choices.counts else {}
        if len(shown) < len(badges):
            headers["Link"] = self.links(asked, min(limit, MOST), offset, len(badges))
        return as_json(200, self.members(shown), headers)

    def total(self, badges: list[Badge]) -> str:
        return str(len(badges))

    def sorted(self, person: Person) -> list[Badge]:
        return person.badges[::-1] if self.choices.oldest_first else person.badges

    def members(self, shown: list[Badge]) -> dict[str, Any]:
        whole = {
            "credential": [one.document for one in shown if isinstance(one.document, dict)],
            "compactJwsString": [one.document for one in shown if isinstance(one.document, str)],
        }
        return {name: value for name, value in whole.items() if value or self.choices.empty_arrays}

    def number(self, asked: Mapping[str, str], name: str, usual: int, least: int) -> int:
        text = asked.get(name, str(usual))
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
            raise self.no(400, f"{name}: expected a number of at least {least}")
        return int(text)

    def moment(self, text: str | None) -> float:
        if text is None:
            return float("-inf")
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            raise self.no(400, "since: expected a time") from None

    def links(self, asked: Mapping[str, str], limit: int, offset: int, total: int) -> str:
        places = {"first": 0, "last": (max(total - 1, 0) // limit) * limit}
        if offset + limit < total:
            places["next"] = offset + limit
        if offset > 0:
            places["prev"] = max(offset - limit, 0)
        kept = {"limit": limit, **({"since": asked["since"]} if "since" in asked else {})}
        url = f"{self.root}{self.choices.base}/credentials"
        return ", ".join(
            f'<{url}?{parse.urlencode({**kept, "offset": at})}>; rel="{relation}"'
            for relation, at in places.items()
        )

    def profile(self, request: Request) -> Answer:
        return as_json(200, self.profile_of(self.permission(request, PROFILE).person))

    def profile_of(self, person: Person) -> dict[str, Any]:
        return {
            "id": f"{self.root}/people/{person.number}",
            "type": ["Profile"] if self.choices.profile_types else "Profile",
            "name": self.names.get(person.number, person.email.partition("@")[0]),
            "email": person.email,
        }

    def update(self, request: Request) -> Answer:
        """Only the name can be changed: the answer says so."""
        person = self.permission(request, UPDATE).person
        sent = request.json()
        if not isinstance(sent, dict) or not isinstance(sent.get("name", ""), str):
            raise self.no(400, "expected a profile")
        self.changed(person, sent)
        return as_json(200, self.profile_of(person))

    def changed(self, person: Person, sent: dict[str, Any]) -> None:
        self.names.pop(person.number, None)
        if "name" in sent:
            self.names[person.number] = sent["name"]

    def nothing(self) -> Answer:
        raise self.no(404, "there is nothing at this path")

    def no_method(self, allowed: str) -> Answer:
        raise self.no(405, "this path has no such method", {"Allow": allowed})
