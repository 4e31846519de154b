"""A grant that an earner gave by hand, kept in a file that only its owner may read."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import define

from conformance.core.documents import read_json
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import shown

MEMBERS = ("target", "email", "callback", "api_root", "access_token", "refresh_token")
ONLY_OWNER = 0o600


@define
class StoredGrant:
    """The grant, as it is by now: a refresh replaces its tokens, and the file with them."""

    file: Path
    target: str
    """Root of the target that gave it."""
    email: str
    """Of the earner who gave it."""
    callback: str
    """Whose origin has the permission."""
    api_root: str
    access_token: str
    refresh_token: str

    @property
    def port(self) -> int:
        """The port of its origin: badges must come from there."""
        return urlsplit(self.callback).port or 0

    def replace(self, told: dict[str, Any]) -> None:
        """Keep the tokens of a refresh."""
        self.access_token = str(told.get("access_token", self.access_token))
        self.refresh_token = str(told.get("refresh_token", self.refresh_token))
        self.save()

    def save(self) -> None:
        """Write the file; nobody else can read it at any moment.

        Raises:
            AuthoringError: when it cannot be written.
        """
        content = {name: getattr(self, name) for name in MEMBERS}
        fresh = self.file.with_name(f"{self.file.name}.new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
            with os.fdopen(opened, "w", encoding="utf-8") as out:
                json.dump(content, out, indent=2)
            fresh.replace(self.file)
        except OSError as error:
            raise AuthoringError(f"grant: cannot write {self.file}: {error.strerror}") from error


def stored_grant(file: Path | None, target: str) -> StoredGrant | None:
    """The grant that a file keeps, if it is one of this target.

    Raises:
        AuthoringError: when there is something else in the file.
    """
    if file is None or not file.is_file():
        return None
    found = read_json(file)
    if not isinstance(found, dict) or any(not isinstance(found.get(n), str) for n in MEMBERS):
        wanted = f"expected a grant with {', '.join(MEMBERS)}"
        raise AuthoringError(f"{wanted}: run backpack-conformance connect", Place(shown(file)))
    grant = StoredGrant(file, *(found[name] for name in MEMBERS))
    return grant if grant.target.rstrip("/") == target.rstrip("/") else None
