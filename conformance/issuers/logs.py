"""Logs of an issuer's command without the tokens that the mock gave it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.core.redaction.named import named_secrets
from conformance.core.redaction.secrets import Secrets
from conformance.target.mock import IssuerGrant, MockClient

MOST_EXCHANGES = 1_000_000
"""Exchanges of a situation; the mock keeps fewer."""
PART = 1024 * 1024
"""Bytes, and the rest of a line, that are looked at together."""


def secrets_of(box: MockClient, grant: IssuerGrant | None) -> Secrets:
    """The tokens of a sandbox: of a ready grant, and of all that the mock has answered."""
    secrets = Secrets()
    if grant is not None:
        secrets.add(grant.access_token, "access_token")
        secrets.add(grant.refresh_token, "refresh_token")
        secrets.add(grant.client_secret, "client_secret")
    for exchange in box.journal(secrets="shown", limit=MOST_EXCHANGES):
        for text in _given(exchange["answer"] or {}):
            for name, value in named_secrets(text):
                secrets.add(value, name)
    return secrets


def hide_tokens(log: Path, secrets: Secrets) -> None:
    """Write a log again without secrets; every other byte of the command's output stays."""
    cleaned = log.with_suffix(".cleaned")
    with log.open("rb") as source, cleaned.open("wb") as target:
        for lines in iter(lambda: source.readlines(PART), []):
            text = b"".join(lines).decode(errors="surrogateescape")
            target.write(secrets.text(text).encode(errors="surrogateescape"))
    cleaned.replace(log)


def _given(answer: Mapping[str, Any]) -> Iterator[str]:
    """Where the mock gives tokens: the body of an answer, and the address of a callback."""
    yield answer.get("body", "")
    for name, value in answer.get("headers", ()):
        if name.lower() == "location":
            yield value
