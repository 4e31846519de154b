"""A grant that an earner gave by hand, stored in a file that only its owner can read."""

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
    """The current grant; a refresh replaces its tokens and rewrites the file."""

    file: Path
    target: str
    """Root of the target that gave it."""
    email: str
    """Of the earner who gave it."""
    callback: str
    """The callback, whose origin has the grant."""
    api_root: str
    access_token: str
    refresh_token: str

    @property
    def port(self) -> int:
        """The port of its origin, from which badges must be served."""
        return urlsplit(self.callback).port or 0

    def replace(self, tokens: dict[str, Any]) -> None:
        """Store the tokens of a refresh.

        Raises:
            AuthoringError: when the file cannot be written.
        """
        self.access_token = str(tokens.get("access_token", self.access_token))
        self.refresh_token = str(tokens.get("refresh_token", self.refresh_token))
        self.save()

    def save(self) -> None:
        """Write the file so that nobody else can read it at any time.

        Raises:
            AuthoringError: when it cannot be written.
        """
        content = {name: getattr(self, name) for name in MEMBERS}
        new_file = self.file.with_name(f"{self.file.name}.new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new_file.unlink(missing_ok=True)
            descriptor = os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(content, stream, indent=2)
            new_file.replace(self.file)
        except OSError as error:
            raise AuthoringError(f"grant: cannot write {self.file}: {error.strerror}") from error


def stored_grant(file: Path | None, target: str) -> StoredGrant | None:
    """The grant in a file, if it belongs to this target.

    Raises:
        AuthoringError: when the file contains anything else.
    """
    if file is None or not file.is_file():
        return None
    content = read_json(file)
    if not isinstance(content, dict) or any(not isinstance(content.get(n), str) for n in MEMBERS):
        expectation = f"expected a grant with {', '.join(MEMBERS)}"
        raise AuthoringError(f"{expectation}: run backpack-conformance connect", Place(shown(file)))
    grant = StoredGrant(file, *(content[name] for name in MEMBERS))
    return grant if grant.target.rstrip("/") == target.rstrip("/") else None
