"""What an issuer's program talks to."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from tests.miniatures.plain.answer import (
    JSON,
    PREFLIGHT,
    Answer,
    Document,
    Refusal,
    invalid,
    unauthorized,
)
from tests.miniatures.plain.encodings import json_object, unbase64
from tests.miniatures.plain.handler import Handler, Routes
from tests.miniatures.plain.judge import Judge
from tests.miniatures.plain.vault import Earner, Grant

API = "/v2/push/api"


class Api(Handler):
    """One connection of a program."""

    origin = ""

    def __init__(self, judge: Callable[[], Judge], *connection: Any) -> None:
        self.judge = judge
        super().__init__(*connection)

    def route(self) -> Answer:
        self.origin = ""
        return super().route()

    def preflight(self) -> Answer:
        return Answer(204, b"", PREFLIGHT)

    def issue(self) -> Answer:
        grant = self.bearer()
        pushed = self.wanted().get("badge")
        if pushed in (None, ""):
            raise Refusal(400, "badge is missing: an assertion's URL or a JWS is expected")
        if not isinstance(pushed, str):
            raise invalid("badge must be a string: an assertion's URL or a JWS")
        verdict = self.judge().judge(pushed)
        self.vault.store(grant, verdict)
        return self.good({"exists": False, "badge": verdict.badge, "pushed_by": grant.origin})

    def token(self) -> Answer:
        wanted = self.wanted()
        token = wanted.get("refresh_token")
        if wanted.get("grant_type") != "refresh_token" or not isinstance(token, str):
            raise invalid("grant_type must be refresh_token, and refresh_token a string")
        grant = self.vault.refresh(token, self.headers.get("Origin"))
        self.origin = grant.origin
        tokens = {"access_token": grant.access, "refresh_token": grant.refresh}
        return self.good(tokens | {"expires": self.vault.expires, "token_type": "bearer"})

    def identity(self) -> Answer:
        return self.good(self.identity_of(self.bearer().earner))

    def identity_of(self, earner: Earner) -> Document:
        digest = hashlib.sha256((earner.email + earner.salt).encode()).hexdigest()
        recipient = f"sha256${digest}"
        return {"type": "email", "salt": earner.salt, "recipient": recipient, "hashed": True}

    def bearer(self) -> Grant:
        lines = self.headers.get_all("Authorization", [""])
        scheme, _, credentials = lines[0].partition(" ")
        if scheme.lower() != "bearer" or not credentials.strip():
            raise unauthorized("an access token is expected as Bearer", error="")
        try:
            token = unbase64(credentials.strip(" ")).decode()
        except ValueError:
            raise unauthorized("the access token is not in base64") from None
        grant = self.vault.find(token)
        if grant is None or len(lines) > 1:
            raise unauthorized("the access token is unknown")
        self.origin = grant.origin
        if self.vault.has_expired(grant):
            raise unauthorized("the access token has expired")
        return grant

    def wanted(self) -> Document:
        if self.media_type() not in ("application/json", ""):
            raise Refusal(415, "application/json is expected")
        return json_object(self.body, "the body")

    def good(self, body: Document) -> Answer:
        return Answer(200, json.dumps(body, ensure_ascii=False).encode(), JSON)

    def framed(self, answer: Answer) -> Answer:
        allowed = {"Access-Control-Allow-Origin": self.origin} if self.origin else {}
        headers = {name.swapcase(): value for name, value in (answer.headers | allowed).items()}
        if not answer.content:
            return replace(answer, headers=headers)
        if self.request_version != "HTTP/1.1":
            return super().framed(replace(answer, headers=headers))
        pieces = (answer.content[at : at + 500] for at in range(0, len(answer.content), 500))
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        headers["tRANSFER-eNCODING"] = "chunked"
        return Answer(answer.status, chunks + b"0\r\n\r\n", headers)

    ROUTES: ClassVar[Routes] = {
        f"{API}/issue": {"POST": "issue", "OPTIONS": "preflight"},
        f"{API}/token": {"POST": "token", "OPTIONS": "preflight"},
        f"{API}/identity": {"GET": "identity", "OPTIONS": "preflight"},
    }
