"""Answers of the Backpack, and the refusals that become some."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib import parse
from xml.etree import ElementTree as ET

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

Document = dict[str, Any]

URL_SAFE = ":/?#[]@!$&'()*+,;=%~"
NO_STORE = {"Cache-Control": "no-store"}
JSON = NO_STORE | {"Content-Type": "application/json; charset=utf-8"}
HTML = NO_STORE | {
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Frame-Options": "DENY",
}
PREFLIGHT = NO_STORE | {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Authorization",
    "Access-Control-Expose-Headers": "WWW-Authenticate",
}


class Refusal(Exception):
    """A 4xx answer: its status, its sentence, its headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


@dataclass(frozen=True)
class Answer:
    """A whole response, built before its first byte is sent."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def invalid(message: str) -> Refusal:
    return Refusal(422, message)


def unauthorized(message: str, error: str = ', error="invalid_token"') -> Refusal:
    return Refusal(401, message, {"WWW-Authenticate": f'Bearer realm="plain backpack"{error}'})


@contextmanager
def refusing(message: str) -> Iterator[None]:
    """Whatever an input breaks in the block is the sender's fault, and the message says which."""
    try:
        yield
    except (ValueError, OSError, RecursionError, HTTPException, ET.ParseError):
        raise invalid(message) from None
    except (InvalidSignature, UnsupportedAlgorithm):
        raise invalid(message) from None


def redirect(status: int, url: str) -> Answer:
    return Answer(status, b"", HTML | {"Location": parse.quote(url, safe=URL_SAFE)})
