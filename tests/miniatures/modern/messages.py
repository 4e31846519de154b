"""Requests and answers, and the ways in which an endpoint says no."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib import parse

HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
NO_STORE = {"Cache-Control": "no-store"}
FORM_TYPE = "application/x-www-form-urlencoded"
ERRORS = {400: "BAD_REQUEST", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An endpoint that answers by itself what is wrong."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The JSON value of the body; None where it is no JSON."""
        if self.media_type() != "application/json":
            return None
        try:
            return json.loads(self.body.decode())
        except (ValueError, RecursionError):
            return None

    def form(self) -> list[tuple[str, str]]:
        if self.media_type() != FORM_TYPE:
            return []
        return parse.parse_qsl(self.body.decode("latin-1"), keep_blank_values=True)

    def parameters(self) -> list[tuple[str, str]]:
        return parse.parse_qsl(self.query, keep_blank_values=True)

    def basic(self) -> tuple[str, str] | None:
        """Name and secret of HTTP Basic, form-decoded (RFC 6749, 2.3.1)."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            text = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        name, colon, secret = text.partition(":")
        return (parse.unquote_plus(name), parse.unquote_plus(secret)) if colon else None

    def bearer(self) -> str | None:
        match = re.fullmatch("bearer +(.+)", self.headers.get("authorization", ""), re.IGNORECASE)
        return match[1].strip() if match else None

    def cookie(self, name: str) -> str | None:
        match = re.search(rf"(?:^|;)\s*{name}=([\w-]+)", self.headers.get("cookie", ""))
        return match[1] if match else None


def single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Parameters by name, without those that are empty or repeated (RFC 6749, 3.1)."""
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if value and names.count(name) == 1}


def as_json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    content = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, content, {**JSON, **NO_STORE, **(headers or {})})


def status_of(status: int, text: str, error: str | None = None) -> dict[str, Any]:
    return {"error": error, "statusCode": status, "statusText": text}


def no(
    status: int, error: str, text: str = "", headers: Mapping[str, str] | None = None
) -> Refusal:
    """A refusal of the API, in its envelope."""
    value = {"status": status_of(status, text or ERRORS[status], error)}
    return Refusal(as_json(status, value, headers))


def oauth_no(
    error: str, why: str, status: int = 400, headers: Mapping[str, str] | None = None
) -> Refusal:
    """A refusal of OAuth (RFC 6749, 5.2)."""
    return Refusal(as_json(status, {"error": error, "error_description": why}, headers))


def redirect(location: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(302, b"", {"Location": location, **NO_STORE, **(headers or {})})
