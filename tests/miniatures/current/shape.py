"""Has a credential all members that it needs, and of the right kind?"""

import re
from datetime import datetime
from typing import Any

CREDENTIALS = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1")
BADGES = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d+\.json")
KINDS = {"OpenBadgeCredential", "AchievementCredential"}
ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Invalid(Exception):
    """Why a credential is not valid."""


def types_of(document: Any) -> list[Any]:
    types = document.get("type") if isinstance(document, dict) else None
    return types if isinstance(types, list) else [types]


def moment(value: Any) -> float:
    if not isinstance(value, str) or not ZONED.fullmatch(value):
        raise Invalid("expected a time with a zone")
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        raise Invalid("expected a time") from None


def text_in(document: Any, *names: str) -> None:
    for name in names:
        if not isinstance(document.get(name), str) or not document[name]:
            raise Invalid(f"expected a text: {name}")


def identifier_in(document: Any) -> None:
    text_in(document, "id")
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S", document["id"]):
        raise Invalid("the id is no URI")


def check_shape(credential: Any) -> None:
    if not isinstance(credential, dict):
        raise Invalid("expected a JSON object")
    contexts = credential.get("@context")
    contexts = contexts if isinstance(contexts, list) else [contexts]
    if contexts[:1] == [] or contexts[0] not in CREDENTIALS:
        raise Invalid("the first context is not that of credentials")
    if not any(isinstance(one, str) and BADGES.fullmatch(one) for one in contexts[1:]):
        raise Invalid("there is no context of Open Badges")
    kinds = types_of(credential)
    if "VerifiableCredential" not in kinds or not KINDS & set(map(str, kinds)):
        raise Invalid("the type is another one")
    identifier_in(credential)
    issuer = credential.get("issuer")
    identifier_in(issuer if isinstance(issuer, dict) else {"id": issuer})
    moment(credential.get("validFrom", credential.get("issuanceDate")))
    if credential.get("validUntil") is not None:
        moment(credential["validUntil"])
    if "name" in credential:
        text_in(credential, "name")
    check_subject(credential.get("credentialSubject"))


def check_subject(subject: Any) -> None:
    if "AchievementSubject" not in types_of(subject):
        raise Invalid("the subject is of another type")
    if not subject.get("id") and not subject.get("identifier"):
        raise Invalid("the subject has neither id nor identifier")
    entries = subject.get("identifier", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict):
            raise Invalid("an identifier is no object")
    achievement = subject.get("achievement")
    if "Achievement" not in types_of(achievement):
        raise Invalid("there is no achievement")
    identifier_in(achievement)
    text_in(achievement, "name", "description")
    criteria = achievement.get("criteria")
    if not isinstance(criteria, dict) or not {"id", "narrative"} & set(criteria):
        raise Invalid("there are no criteria")
