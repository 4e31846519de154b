"""Wrong judgements by the JSON Schemas that credentials name."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.complaint import invalid, quoted
from mock_backpack.openbadges.three import schema
from mock_backpack.openbadges.three.contexts import BADGES
from mock_backpack.openbadges.three.members import listed

AT = ("credentials",)


@defect("schema.unread", schema.urls_of, endpoints=AT, breaks=("OB3-POST-27",), since="0.2")
def unread_schemas(_right: Right, _credential: Mapping[str, Any]) -> list[str]:
    """The JSON Schemas that a credential names are not fetched."""
    return []


@defect("schema.of-one-type", schema.is_known, endpoints=AT, breaks=("OB3-POST-27",), since="0.2")
def schemas_of_one_type(right: Right, entry: Mapping[str, Any]) -> bool:
    """JSON Schemas of the type of Verifiable Credentials are not applied."""
    return bool(right(entry)) and "JsonSchema" not in listed(entry.get("type"))


@defect(
    "schema.of-the-standard",
    schema.urls_of,
    endpoints=AT,
    breaks=("OB3-POST-21",),
    since="0.2",
)
def schemas_of_the_standard(right: Right, credential: Mapping[str, Any]) -> list[str]:
    """A JSON Schema that is not one of 1EdTech is refused."""
    urls: list[str] = right(credential)
    for url in urls:
        if not url.startswith(BADGES):
            raise invalid("credential", "credentialSchema.id", BADGES, quoted(url))
    return urls
