"""The body of a request, and the content type that goes with it."""

import base64
import json
from urllib.parse import urlencode

from conformance.scenario.verb import Arguments

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def content(arguments: Arguments) -> tuple[list[tuple[str, str]], bytes]:
    """The content type header, unless the step sets one, and the body of a request."""
    names = {name.lower() for name in arguments.get("headers", {})}
    kind, body = None, b""
    if "json" in arguments:
        kind, body = JSON_TYPE, json.dumps(arguments["json"]).encode()
    elif "form" in arguments:
        kind, body = FORM_TYPE, urlencode(arguments["form"], doseq=True).encode()
    elif "text" in arguments:
        body = arguments["text"].encode()
    elif "base64" in arguments:
        body = base64.b64decode(arguments["base64"])
    is_labelled = kind is not None and "content-type" not in names
    return [("Content-Type", str(kind))] if is_labelled else [], body
