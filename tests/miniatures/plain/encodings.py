"""JSON and base64, without what Python lets pass and others would not."""

import base64
import json
from urllib import parse

from tests.miniatures.plain.answer import Document, invalid, refusing


def json_object(content: bytes, what: str) -> Document:
    """The JSON object; what JSON or UTF-8 could not carry back is refused too."""
    with refusing(f"{what} is not JSON (and a querystring is none)"):
        value = json.loads(content)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    if not isinstance(value, dict):
        raise invalid(f"{what} is no JSON object")
    return value


def canonical(document: Document) -> str:
    return json.dumps(document, sort_keys=True)


def unbase64(encoded: str) -> bytes:
    """The bytes; ValueError for all but the one right encoding, which b64decode alone lets pass."""
    content = base64.b64decode(encoded, validate=True)
    if base64.b64encode(content) != encoded.encode():
        raise ValueError("not the right base64")
    return content


def unbase64url(part: str) -> bytes:
    standard = part.replace("-", "+").replace("_", "/") + "=" * (-len(part) % 4)
    with refusing("the JWS is not base64url"):
        return unbase64(standard)


def inline(url: str) -> bytes:
    head, _, content = url.partition(",")
    data = parse.unquote_to_bytes(content)
    with refusing("a data: image is not base64"):
        return unbase64(data.decode()) if head.endswith(";base64") else data
