"""The JSON-LD contexts that are shipped, by URL: ``schemas/contexts``. None is ever fetched."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from attrs import frozen

from conformance.core.errors import AuthoringError
from conformance.core.resources import folder

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
FORMER = f"{OPEN_BADGES}#2025"
"""The same as it was until 2025: it was changed under its URL."""
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MULTIKEY = "https://w3id.org/security/multikey/v1"
FOLDER = "contexts"


@frozen
class Context:
    """A copy of a published context."""

    url: str
    title: str
    file: str
    sha256: str
    source: str
    """Where the copy was taken from."""
    licence: str


@cache
def contexts() -> Mapping[str, Context]:
    """All shipped contexts by URL; a former state of one has a fragment."""
    table = tomllib.loads((folder("schemas") / FOLDER / "contexts.toml").read_text("utf-8"))
    return MappingProxyType({entry["url"]: Context(**entry) for entry in table["context"]})


@cache
def document(url: str) -> Mapping[str, Any]:
    """The document of a context.

    Raises:
        KeyError: when it is not shipped.
        AuthoringError: when the file is not the one whose hash is known.
    """
    context = contexts()[url]
    content = (folder("schemas") / FOLDER / context.file).read_bytes()
    if (seen := hashlib.sha256(content).hexdigest()) != context.sha256:
        raise AuthoringError(f"{context.file}: expected SHA-256 {context.sha256}, saw {seen}")
    value: Mapping[str, Any] = json.loads(content)
    return value
