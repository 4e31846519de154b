"""A last look for secrets in what was written: those that are found there are taken out."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from conformance.core.plain import json_text
from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.seen import credentials, without_cookies
from conformance.core.redaction.vault import Vault
from conformance.core.redaction.views import is_plain
from conformance.record.reader import scenario_of

Line = Mapping[str, Any]
FOUND_LATE = "found late"
"""How a report names a secret that no scenario knew."""


@frozen
class Cleaned:
    """The lines of a record without secrets, and what was taken out of them."""

    lines: Sequence[Line]
    names: Sequence[str]
    """By name and scenario, never by value."""


def accounts_in(accounts: Mapping[str, str], vault: Vault | None = None) -> Secrets:
    """What must stand nowhere: e-mails and passwords, beside what a run has seen."""
    secrets = Secrets(vault or Vault())
    for email, password in accounts.items():
        secrets.add(email, "e-mail")
        secrets.add(password, "password")
    return secrets


def learn(lines: Iterable[Line], secrets: Secrets) -> None:
    """Know what the exchanges of a record give away, by the list by which a run hides it.

    A record of this version that nobody has changed gives nothing away.
    """
    for line in lines:
        for exchange in scenario_of(line).exchanges if line["kind"] == "scenario" else ():
            for kind, value in credentials(exchange):
                if not secrets.standing_in(value):
                    secrets.add(value, f"{kind}, {FOUND_LATE}")


def clean(lines: Iterable[Line], secrets: Secrets) -> Cleaned:
    """A record without the given secrets, and without cookies."""
    cleaned, names = list[Line](), list[str]()
    for line in lines:
        contained = secrets.standing_in(json_text(line))
        further = _without(line, secrets)
        if further != line:
            names.append(f"{', '.join(contained) or 'a cookie, or a word,'} in {_place(line)}")
        cleaned.append(further)
    return Cleaned(cleaned, names)


def has_any(lines: Iterable[Line], secrets: Secrets) -> bool:
    """Whether a record holds one of the given secrets."""
    texts = set[str]()  # headers and pages repeat
    for line in lines:
        _add_texts(line, texts)
    plain = {text for text in texts if is_plain(text)}
    return any(secrets.vault.hits("\n".join(some)) for some in (plain, texts - plain))


def _add_texts(value: Any, texts: set[str]) -> None:
    """Add the texts of a JSON value, without the escapes that JSON would add."""
    if isinstance(value, str):
        texts.add(value)
    elif isinstance(value, dict):
        texts.update(value)
        for member in value.values():
            _add_texts(member, texts)
    elif isinstance(value, list):
        for member in value:
            _add_texts(member, texts)


def clean_files(files: Mapping[str, bytes], secrets: Secrets) -> Iterator[tuple[str, bytes, str]]:
    """The files in which a secret stands: name, content without it, and what it was."""
    for name, content in files.items():
        text = content.decode(errors="surrogateescape")
        contained = secrets.standing_in(text) if secrets.vault.may_stand_in(text) else []
        if contained:
            without = secrets.text(text).encode(errors="surrogateescape")
            yield name, without, ", ".join(contained)


def record_bytes(lines: Iterable[Line]) -> bytes:
    """The lines of a record as they are written."""
    return "".join(f"{json_text(line)}\n" for line in lines).encode(errors="replace")


def _without(value: Any, secrets: Secrets) -> Any:
    """A value without secrets: headers without cookies, bytes decoded and encoded again."""
    match value:
        case {"base64": str(content)}:
            text = base64.b64decode(content).decode("latin-1")
            shown_text = secrets.text(text).encode("latin-1", errors="replace")
            return {**value, "base64": base64.b64encode(shown_text).decode()}
        case {"headers": list(headers)}:
            shown = [[name, without_cookies(name, text)] for name, text in headers]
            rest = {name: member for name, member in value.items() if name != "headers"}
            cleaned = _members({**rest, "headers": shown}, secrets)
            return {name: cleaned[name] for name in value}
        case Mapping():
            return _members(value, secrets)
        case list():
            return [_without(member, secrets) for member in value]
        case _:
            return secrets.redacted(value)


def _members(value: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    return {
        secrets.text(name): _without(member, secrets)
        if isinstance(member, dict | list)
        else secrets.member(name, member)
        for name, member in value.items()
    }


def _place(line: Line) -> str:
    return str(line["name"] if line["kind"] == "scenario" else f"the {line['kind']}")
