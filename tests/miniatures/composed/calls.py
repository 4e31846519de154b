"""The four calls of the API."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import unquote, urlencode

from flask import Flask, Response, abort, request

from tests.miniatures.composed.announcing import CHANGE, READ, SEE, WRITE
from tests.miniatures.composed.endpoints import as_json
from tests.miniatures.composed.granting import AccessTokens
from tests.miniatures.composed.judging import TROUBLE, Judging, begin_of, issuer_of
from tests.miniatures.composed.keeping import Entry, Person

JSON_TYPES = ("application/json", "application/vc+ld+json", "application/vc", "application/ld+json")
MINOR = {
    400: "invalid_data",
    401: "unauthorizedrequest",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    406: "not_acceptable",
    500: "internal_server_error",
}
FEW, MANY = 2, 3
"""Entries of a page when nobody says how many, and at most."""


def strict(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


class Calls:
    def __init__(self, tokens: AccessTokens, judging: Judging) -> None:
        self.tokens, self.judging = tokens, judging

    def add_to(self, app: Flask, base: str) -> None:
        for name, path, method in (
            ("listed", "credentials", "GET"),
            ("pushed", "credentials", "POST"),
            ("seen", "profile", "GET"),
            ("changed", "profile", "PUT"),
        ):
            app.add_url_rule(f"{base}/{path}", name, getattr(self, name), methods=[method])

    def status_info(self, status: int, why: str) -> dict[str, Any]:
        field = {
            "imsx_codeMinorFieldName": "request",
            "imsx_codeMinorFieldValue": self.minor(status),
        }
        return {
            "imsx_codeMajor": "failure",
            "imsx_severity": "error",
            "imsx_description": why,
            **({"imsx_codeMinor": {"imsx_codeMinorField": [field]}} if status in MINOR else {}),
        }

    def minor(self, status: int) -> str:
        return MINOR.get(status, "")

    def no(self, status: int, why: str, headers: Mapping[str, str] | None = None) -> NoReturn:
        abort(self.refusal(status, why, headers or {}))

    def refusal(self, status: int, why: str, headers: Mapping[str, str]) -> Response:
        return as_json(status, self.status_info(status, why), headers)

    def person(self, scope: str) -> Person:
        token = re.fullmatch(
            r"bearer +(\S+)", request.headers.get("Authorization", ""), re.IGNORECASE
        )
        if token is None:
            self.no(401, "expected a Bearer token", {"WWW-Authenticate": "Bearer"})
        allowed = self.tokens.allowed(token[1])
        if allowed is None:
            challenge = 'Bearer realm="composed", error="invalid_token"'
            self.no(401, "this token is not known, or has ended", {"WWW-Authenticate": challenge})
        person, scopes = allowed
        if not self.may(scopes, scope):
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
            self.no(403, f"expected the scope {scope}", {"WWW-Authenticate": challenge})
        return person

    def may(self, scopes: set[str], scope: str) -> bool:
        return scope in scopes

    def pushed(self) -> Response:
        person, kind = self.person(WRITE), request.mimetype
        if kind not in (*JSON_TYPES, "text/plain"):
            self.no(415, "expected JSON, or a compact JWS as text/plain")
        try:
            text = request.get_data().decode()
            sent = text.strip() if kind == "text/plain" else json.loads(text, parse_constant=strict)
            credential = self.judged(sent)
            entry = Entry(self.key_of(credential), sent, begin_of(credential))
            is_own = self.judging.is_of(credential, person.email)
        except TROUBLE as error:
            self.no(400, f"this credential is not valid: {error}")
        if not is_own:
            self.no(400, "this credential is for somebody else")
        with self.tokens.keeping.lock:
            return self.kept(person, entry)

    def judged(self, sent: Any) -> dict[str, Any]:
        is_text = isinstance(sent, str)
        return self.judging.signed(sent) if is_text else self.judging.proved(sent)

    def key_of(self, credential: Mapping[str, Any]) -> tuple[str, str]:
        issuer, name = (unquote(part).strip() for part in (issuer_of(credential), credential["id"]))
        return issuer, name

    def kept(self, person: Person, entry: Entry) -> Response:
        """A newer credential takes the place of the one before; the same again changes nothing."""
        known = next((one for one in person.entries if one.key == entry.key), None)
        if known is None:
            person.entries.append(entry)
            return self.returned(201, entry.document)
        if entry.begins < known.begins:
            self.no(400, "a newer credential is here")
        if entry.begins == known.begins:
            return Response(status=304)
        self.replace(person, known, entry)
        return self.returned(200, entry.document)

    def replace(self, person: Person, known: Entry, entry: Entry) -> None:
        person.entries[person.entries.index(known)] = entry

    def returned(self, status: int, sent: Any) -> Response:
        if isinstance(sent, str):
            return Response(sent, status, content_type="text/plain; charset=utf-8")
        answer = as_json(status, sent)
        answer.mimetype = request.mimetype
        return answer

    def listed(self) -> Response:
        person = self.person(READ)
        accepted = request.accept_mimetypes
        if accepted and not accepted.accept_json:
            self.no(406, "expected JSON to be accepted")
        limit, offset = min(self.number("limit", FEW, 1), MANY), self.number("offset", 0, 0)
        since = self.since()
        entries = [one for one in self.ordered(person) if since is None or one.begins >= since]
        shown = entries[offset : offset + limit]
        answer = as_json(200, self.members(shown), {"X-Total-Count": str(len(entries))})
        for relation, place in self.places(limit, offset, len(entries)).items():
            answer.headers.add("Link", f"<?{self.query(limit, place)}>;rel={relation}")
        return answer

    def ordered(self, person: Person) -> list[Entry]:
        return person.entries

    def members(self, shown: list[Entry]) -> dict[str, Any]:
        """An array only where it has an entry."""
        members: dict[str, Any] = {}
        for entry in shown:
            name = "compactJwsString" if isinstance(entry.document, str) else "credential"
            members.setdefault(name, []).append(self.listing_of(entry))
        return members

    def listing_of(self, entry: Entry) -> Any:
        return entry.document

    def number(self, name: str, usual: int, least: int) -> int:
        text = request.args.get(name, str(usual))
        if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < least:
            self.bad_parameter(f"{name}: expected a whole number, at least {least}")
        return int(text)

    def since(self) -> float | None:
        text = request.args.get("since")
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.bad_parameter("since: expected a time with a zone")
        return moment.timestamp()

    def bad_parameter(self, why: str) -> NoReturn:
        value = self.status_info(400, why)
        code = {
            "imsx_codeMinorFieldName": "query",
            "imsx_codeMinorFieldValue": "invalid_query_parameter",
        }
        abort(as_json(400, {**value, "imsx_codeMinor": {"imsx_codeMinorField": [code]}}))

    def places(self, limit: int, offset: int, total: int) -> dict[str, int]:
        """Where pages begin: the first and the last one are told always."""
        places = {"first": 0, "last": max(0, (total - 1) // limit * limit)}
        if offset + limit < total:
            places["next"] = offset + limit
        if offset > 0:
            places["prev"] = max(0, offset - limit)
        return places

    def query(self, limit: int, offset: int) -> str:
        asked = {"since": request.args["since"]} if "since" in request.args else {}
        return urlencode({"offset": offset, "limit": limit, **asked})

    def seen(self) -> Response:
        return as_json(200, self.profile_of(self.person(SEE)))

    def profile_of(self, person: Person) -> dict[str, Any]:
        return {"email": person.email, "id": f"urn:composed:{person.number}", "type": "Profile"}

    def changed(self) -> Response:
        """Somebody looks at the request later, and says no: profiles are kept elsewhere."""
        person = self.person(CHANGE)
        try:
            sent = json.loads(request.get_data())
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict) or "Profile" not in str(sent.get("type")):
            self.no(400, "expected a profile")
        self.wished(person, sent)
        return as_json(202, {"imsx_codeMajor": "processing", "imsx_severity": "status"})

    def wished(self, person: Person, sent: dict[str, Any]) -> None:
        """Nothing changes by it."""
