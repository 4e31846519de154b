"""Grants that earners gave by hand, stored in a file that only its owner can read."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import define

from conformance.core.documents import read_json
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import shown

GRANTS = "grants"
MEMBERS = ("api", "target", "email", "callback", "access_token", "refresh_token")
TOKENS = ("access_token", "refresh_token")
ONLY_OWNER = 0o600


@define
class StoredGrant:
    """The current grant by one API of a target; a refresh replaces its tokens in the file."""

    file: Path
    members: dict[str, str]
    """``MEMBERS``, and what the API needs beside them to use the grant."""

    def __getitem__(self, name: str) -> str:
        """A member.

        Raises:
            AuthoringError: when the file lacks it.
        """
        if name not in self.members:
            raise _unlike(self.file, (*MEMBERS, name))
        return self.members[name]

    @property
    def is_of(self) -> tuple[str, str]:
        """The API and the root of the target; a file holds one grant for each pair."""
        return self["api"], _root(self["target"])

    @property
    def email(self) -> str:
        """The e-mail of the earner who gave it."""
        return self["email"]

    @property
    def callback(self) -> str:
        """The callback, whose origin has the grant."""
        return self["callback"]

    @property
    def refresh_token(self) -> str:
        """The token that renews it."""
        return self["refresh_token"]

    @property
    def port(self) -> int:
        """The port of its origin, from which badges must be served."""
        return urlsplit(self.callback).port or 0

    def replace(self, tokens: Mapping[str, Any]) -> None:
        """Store the tokens of a refresh.

        Raises:
            AuthoringError: when the file cannot be written.
        """
        self.members |= {name: tokens[name] for name in TOKENS if isinstance(tokens.get(name), str)}
        self.save()

    def save(self) -> None:
        """Write it beside the other grants of the file, so that nobody else can ever read them.

        Raises:
            AuthoringError: when the file cannot be written.
        """
        others = [grant for grant in _read(self.file) if grant.is_of != self.is_of]
        content = {GRANTS: [grant.members for grant in (*others, self)]}
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


def stored_grants(file: Path | None, target: str) -> Mapping[str, StoredGrant]:
    """The grants in a file that belong to this target, by API.

    Raises:
        AuthoringError: when the file contains anything else.
    """
    grants = [] if file is None else _read(file)
    return {grant["api"]: grant for grant in grants if _root(grant["target"]) == _root(target)}


def _read(file: Path) -> list[StoredGrant]:
    """All grants in a file; none when there is no file."""
    if not file.is_file():
        return []
    content = read_json(file)
    entries = content.get(GRANTS) if isinstance(content, dict) else None
    if not isinstance(entries, list) or not all(map(_is_grant, entries)):
        raise _unlike(file, MEMBERS)
    return [StoredGrant(file, dict(entry)) for entry in entries]


def _is_grant(entry: Any) -> bool:
    if not isinstance(entry, dict) or not all(isinstance(text, str) for text in entry.values()):
        return False
    return entry.keys() >= {*MEMBERS}


def _unlike(file: Path, members: Iterable[str]) -> AuthoringError:
    expectation = f"expected grants with {', '.join(members)}"
    return AuthoringError(f"{expectation}: run backpack-conformance connect", Place(shown(file)))


def _root(target: str) -> str:
    return target.rstrip("/")
