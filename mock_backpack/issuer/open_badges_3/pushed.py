"""What a client pushed: a credential in JSON, a compact JWS, or something else."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.oauth.found import json_of
from mock_backpack.openbadges.three.jwt import COMPACT
from mock_backpack.openbadges.three.members import listed, single
from mock_backpack.openbadges.three.multikey import base64url
from mock_backpack.openbadges.three.recipient import EMAIL, MAIL_URI
from mock_backpack.openbadges.three.schema import is_known


@frozen
class Pushed:
    """The body of a push."""

    is_signed: bool
    """Whether it is a compact JWS."""
    credential: Mapping[str, Any]
    """Its members, unverified; empty when it has none."""

    @property
    def issuer(self) -> str:
        """The id of its issuer."""
        issuer = self.credential.get("issuer", self.credential.get("iss"))
        return str(issuer.get("id") if isinstance(issuer, dict) else issuer)

    @property
    def version(self) -> tuple[str, ...]:
        """What tells two versions of a credential apart."""
        names = ("validFrom", "issuanceDate", "nbf")
        return tuple(str(self.credential.get(name, "")) for name in names)

    @property
    def has_status(self) -> bool:
        """Whether it names a status list."""
        return bool(listed(self.credential.get("credentialStatus")))

    @property
    def has_schema(self) -> bool:
        """Whether it names a JSON Schema."""
        entries = listed(self.credential.get("credentialSchema"))
        return any(isinstance(entry, dict) and is_known(entry) for entry in entries)

    @property
    def has_email(self) -> bool:
        """Whether its subject is known by an e-mail address."""
        subject = single(self.credential.get("credentialSubject"))
        if not isinstance(subject, dict):
            return False
        named = listed(subject.get("identifier"))
        kinds = [entry.get("identityType") for entry in named if isinstance(entry, dict)]
        is_mailed = str(subject.get("id", "")).lower().startswith(MAIL_URI)
        return is_mailed or any(kind in EMAIL for kind in kinds)


def pushed_in(entry: Entry) -> Pushed:
    """The body of a push, read as far as possible."""
    text = entry.body.decode(errors="replace").strip()
    if not COMPACT.fullmatch(text):
        return Pushed(is_signed=False, credential=_object(json_of(entry.body)))
    try:
        payload = json_of(base64url(text.split(".")[1]))
    except ValueError:
        payload = None
    return Pushed(is_signed=True, credential=_object(payload))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def badge_in(entry: Entry) -> str:
    """A pushed credential as a text that identifies it: issuer and id, or the body."""
    pushed = pushed_in(entry)
    id_ = pushed.credential.get("id", pushed.credential.get("jti"))
    return json.dumps([pushed.issuer, id_]) if isinstance(id_, str) else str(entry.body)
