"""JSON Schemas that credentials name (``credentialSchema``), and whether they fit them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from attrs import evolve

from conformance.openbadges.v3.changes import Change
from conformance.openbadges.v3.contexts import EXTENSIONS
from conformance.openbadges.v3.credential import Credential

MEMBER = "credentialSchema"
SCHEMA = "schema"
"""The name of the URL at which a schema is served."""
SCHEMA_TYPE = "application/schema+json"
OF_BADGES, OF_CREDENTIALS = "1EdTechJsonSchemaValidator2019", "JsonSchema"
"""The type of Open Badges 3.0, and that of Verifiable Credentials JSON Schema."""
DIALECTS = {
    OF_BADGES: "https://json-schema.org/draft/2019-09/schema",
    OF_CREDENTIALS: "https://json-schema.org/draft/2020-12/schema",
}
BOUGHT = "Bought"
"""A type of achievements that no credential of the suite has."""


def with_schema(credential: Credential, kind: str, *, fits: bool) -> Credential:
    """A credential with a schema of its issuer, which asks for what it has, or for more."""
    contexts = credential.document["@context"]
    url = f"{credential.urls['issuer']}/schema.json"
    changed = credential.with_member("@context", [*contexts, EXTENSIONS])
    changed = changed.with_member(MEMBER, [{"id": url, "type": kind}])
    changed = evolve(changed, urls={**changed.urls, SCHEMA: url})
    return changed.with_part(SCHEMA, content=_schema(url, kind, fits=fits), type=SCHEMA_TYPE)


def _schema(url: str, kind: str, *, fits: bool) -> Mapping[str, Any]:
    asked = {"name": {"type": "string"}}
    if not fits:
        asked["achievementType"] = {"const": BOUGHT}
    achievement = {"type": "object", "required": list(asked), "properties": asked}
    subject = {"type": "object", "properties": {"achievement": achievement}}
    return {
        "$schema": DIALECTS[kind],
        "$id": url,
        "title": "What this issuer promises",
        "type": "object",
        "required": ["id", "credentialSubject"],
        "properties": {"credentialSubject": subject},
    }


FITTING: Mapping[str, tuple[str, Change]] = {
    "own-schema": (
        "it fits a JSON Schema of its issuer, of the type of Open Badges",
        partial(with_schema, kind=OF_BADGES, fits=True),
    ),
    "own-json-schema": (
        "it fits a JSON Schema of its issuer, of the type of Verifiable Credentials",
        partial(with_schema, kind=OF_CREDENTIALS, fits=True),
    ),
}
"""Credentials that fit a schema."""
MISFITTING: Mapping[str, tuple[str, Change]] = {
    "misfits-schema": (
        "it does not fit its credentialSchema, which is of the type of Open Badges",
        partial(with_schema, kind=OF_BADGES, fits=False),
    ),
    "misfits-json-schema": (
        "it does not fit its credentialSchema, which is of the type of Verifiable Credentials",
        partial(with_schema, kind=OF_CREDENTIALS, fits=False),
    ),
}
"""Credentials that do not fit a schema, however well they are signed."""
