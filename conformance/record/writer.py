"""Write the record of a run, line by line, without its secrets."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from conformance.core.exchange import Exchange, Headers
from conformance.core.plain import json_text
from conformance.core.redaction.packed import unpacked
from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.seen import text_of, without_cookies
from conformance.record.conversion import LONGEST_BODY, cut_members, raw_values, values
from conformance.record.model import ScenarioLine

FORMAT = 1


def redacted_line(scenario: ScenarioLine, secrets: Secrets) -> dict[str, Any]:
    """What is written of one scenario, without secrets: those given, and those in its exchanges."""
    for exchange in scenario.exchanges:
        secrets.see(exchange)
    return _line(scenario, secrets)


def open_line(scenario: ScenarioLine) -> dict[str, Any]:
    """The same with all that it knows but cookies, for whoever has to see how a token went."""
    return _line(scenario, Secrets())


def plain_line(scenario: ScenarioLine) -> dict[str, Any]:
    """The line of a scenario whose secrets have been replaced already."""
    return {"kind": "scenario", **values().unstructure(scenario)}


def _line(scenario: ScenarioLine, secrets: Secrets) -> dict[str, Any]:
    members = raw_values().unstructure(evolve(scenario, exchanges=()))
    line: dict[str, Any] = secrets.redacted({"kind": "scenario", **members})
    exchanges = [secrets.line_of(exchange, _exchange) for exchange in scenario.exchanges]
    return {**line, "exchanges": exchanges}


def _exchange(exchange: Exchange, secrets: Secrets) -> dict[str, Any]:
    members = raw_values().unstructure(exchange)
    messages = {"request": exchange.request, "answer": exchange.answer}
    for name, message in messages.items():
        if message:
            members[name]["headers"] = _headers(message.headers)
    line: dict[str, Any] = secrets.redacted(members)
    for name, message in messages.items():
        if message:
            line[name]["body"] = _body(message.body, secrets)
    return line


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, without_cookies(name, value)] for name, value in headers]


def _body(body: bytes, secrets: Secrets) -> dict[str, Any]:
    """A body without secrets, bounded; a compressed one that holds any is written as its text."""
    content = unpacked(body)
    if content is not body and not secrets.standing_in(text_of(body)[:LONGEST_BODY]):
        content = body
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        shown = secrets.text(text, LONGEST_BODY).encode("latin-1", errors="replace")
        return {"base64": base64.b64encode(shown).decode(), **cut_members(len(text))}
    return {"text": secrets.text(text, LONGEST_BODY), **cut_members(len(text))}


class RecordWriter:
    """Writes a record line by line, so that what was measured stays if the run breaks off.

    When a line cannot be written (the disk is full), the whole lines before it stay, none is
    written after it, and ``error`` says why.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stream = file.open("wb", buffering=0)
        self.error: OSError | None = None

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line."""
        if self.error is not None:
            return
        content = (json_text(line) + "\n").encode(errors="replace")
        end = self._stream.tell()
        try:
            while content:
                content = content[self._stream.write(content) :]
        except OSError as error:
            self._stream.truncate(end)
            self.error = error

    def close(self) -> None:
        """End the file."""
        self._stream.close()
