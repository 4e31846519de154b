"""The shape of a credential as a JSON Schema, written from the data model of Open Badges 3.0."""

from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": r"^\s*[A-Za-z][A-Za-z0-9+.\-]*:\S"}
TIME = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+\-]\d\d:\d\d)$",
    "format": "date-time",
}


def with_type(*names: str) -> dict[str, Any]:
    """One of the names, as the type or among the types."""
    known = {"enum": list(names)}
    return {"anyOf": [known, {"type": "array", "items": TEXT, "contains": known}]}


def one_or_many(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


IDENTITY = {
    "type": "object",
    "required": ["identityHash", "identityType", "hashed"],
    "properties": {
        "identityHash": TEXT,
        "identityType": TEXT,
        "hashed": {"type": "boolean"},
        "salt": {"type": "string"},
    },
}
ACHIEVEMENT = {
    "type": "object",
    "required": ["id", "type", "name", "description", "criteria"],
    "properties": {
        "id": URI,
        "type": with_type("Achievement"),
        "name": TEXT,
        "description": TEXT,
        "criteria": {
            "type": "object",
            "anyOf": [{"required": ["id"]}, {"required": ["narrative"]}],
        },
    },
}
SUBJECT = {
    "type": "object",
    "required": ["type", "achievement"],
    "anyOf": [
        {"required": ["id"], "properties": {"id": URI}},
        {"required": ["identifier"], "properties": {"identifier": {"not": {"const": []}}}},
    ],
    "properties": {
        "type": with_type("AchievementSubject"),
        "identifier": one_or_many(IDENTITY),
        "achievement": ACHIEVEMENT,
    },
}
FIRST = {"enum": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"]}
BADGES = {
    "type": "string",
    "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d+\.json$",
}
ISSUER = {"type": "object", "required": ["id"], "properties": {"id": URI}}
CREDENTIAL = {
    "type": "object",
    "required": ["@context", "id", "type", "issuer", "credentialSubject"],
    "anyOf": [{"required": ["validFrom"]}, {"required": ["issuanceDate"]}],
    "properties": {
        "@context": {"type": "array", "minItems": 2, "prefixItems": [FIRST], "contains": BADGES},
        "id": URI,
        "type": {
            "allOf": [
                with_type("VerifiableCredential"),
                with_type("OpenBadgeCredential", "AchievementCredential"),
            ]
        },
        "issuer": {"anyOf": [URI, ISSUER]},
        "credentialSubject": SUBJECT,
        "name": TEXT,
        **dict.fromkeys(("validFrom", "issuanceDate", "validUntil", "expirationDate"), TIME),
    },
}
checker = Draft202012Validator.FORMAT_CHECKER.__class__(formats=())


@checker.checks("date-time", raises=ValueError)
def is_time(value: Any) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


SHAPE = Draft202012Validator(CREDENTIAL, format_checker=checker)


def misshape(credential: Any) -> str | None:
    """What is wrong with the shape of a credential."""
    error = next(iter(SHAPE.iter_errors(credential)), None)
    return None if error is None else f"{error.json_path}: not as the data model has it"
