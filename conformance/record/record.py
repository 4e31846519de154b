"""The record of a run, ``record.jsonl``: a header, a line per scenario, a footer."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from conformance.core.documents import read_text
from conformance.core.errors import AuthoringError, Place
from conformance.core.exchange import Answer, Exchange, Landing, Request
from conformance.core.requirement import Level, Requirement
from conformance.core.resources import shown
from conformance.core.schemas import misfit, validator
from conformance.core.verdict import Finding, Judgement, Outcome, RunVerdict, judge, run_verdict

RECORD = "record.jsonl"
"""Name of the file in the folder of a run."""
PROPERTY = "backpack"
"""Name of the pytest property that carries a scenario's line of the record, as JSON."""
SHARED = "backpack_run"
"""Name of the pytest property that carries what a run knows of its target, as JSON."""


@frozen
class ScenarioLine:
    """What a record says of one scenario."""

    name: str
    title: str
    story: str
    file: str
    line: int
    seconds: float
    findings: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...]
    examples: int = 0
    drawn: Mapping[str, Any] = field(factory=dict)
    trouble: str = ""
    habits: Sequence[str] = ()
    """What an issuer does that the historical Backpack took, and others may refuse."""

    def exchange(self, number: int | None) -> Exchange | None:
        """The exchange with this number."""
        return next((one for one in self.exchanges if one.number == number), None)


@frozen
class Record:
    """A run as it was measured; every view is a function of it."""

    header: Mapping[str, Any]
    scenarios: tuple[ScenarioLine, ...]
    footer: Mapping[str, Any] | None
    """``None`` when the run broke off without a word."""

    @property
    def requirements(self) -> list[Requirement]:
        """The catalogue that the run was judged by."""
        return [
            Requirement(**{**one, "level": Level(one["level"])})
            for one in self.header["requirements"]
        ]

    @property
    def role(self) -> str:
        """Who was judged: ``backpack`` or ``issuer``."""
        return str(self.header.get("role", "backpack"))

    @property
    def is_publishable(self) -> bool:
        """Whether secrets were replaced by names when it was written."""
        return bool(self.header.get("publishable", True))

    @property
    def ended(self) -> str:
        """``finished``, ``interrupted``, ``preflight`` or, without a footer, ``broke off``."""
        return str(self.footer["ended"]) if self.footer else "broke off"

    @property
    def preflight(self) -> Mapping[str, str] | None:
        """What the preflight found wrong, if anything."""
        return self.footer.get("preflight") if self.footer else None

    @property
    def silence(self) -> str:
        """Where the target stopped answering for good; ``""`` when it did not."""
        return str((self.footer or {}).get("silence", ""))

    @property
    def unselected(self) -> frozenset[str]:
        """The requirements of scenarios that were not selected for the run."""
        return frozenset((self.footer or {}).get("unselected", ()))

    def judgements(self) -> list[Judgement]:
        """The outcome of every requirement."""
        found: dict[str, list[Finding]] = {}
        for scenario in self.scenarios:
            for finding in scenario.findings:
                found.setdefault(finding.requirement, []).append(finding)
        return judge(self.requirements, found, self.unselected)

    def verdict(self, *, strict: bool = False) -> RunVerdict:
        """What the run says of the target; a run that did not finish says nothing."""
        if self.ended != "finished":
            return RunVerdict.COULD_NOT_TELL
        return run_verdict(self.judgements(), strict=strict or bool(self.header.get("strict")))

    def accusing(self, requirement: str) -> Iterator[tuple[ScenarioLine, Finding]]:
        """The scenarios and findings that show a failure of a requirement."""
        for scenario in self.scenarios:
            for finding in scenario.findings:
                if finding.requirement == requirement and finding.outcome is Outcome.FAILED:
                    yield scenario, finding


def read_record(file: Path) -> Record:
    """Read a record, each line checked by ``schemas/record.json``.

    Raises:
        AuthoringError: with the number of the line that is wrong.
    """
    return parse_record(read_text(file), shown(file))


def parse_record(text: str, file: str) -> Record:
    """The record that a text is, which is called like a file.

    Raises:
        AuthoringError: with the number of the line that is wrong.
    """
    lines = [_checked(file, number, line) for number, line in enumerate(lines_of(text), start=1)]
    if not lines or lines[0]["kind"] != "header":
        raise AuthoringError("expected the header of a record", Place(file, 1))
    inner = lines[1:-1] if lines[-1]["kind"] == "footer" else lines[1:]
    for number, line in enumerate(inner, start=2):
        if line["kind"] != "scenario":
            message = f"expected a scenario, saw another {line['kind']}"
            raise AuthoringError(message, Place(file, number))
    if lines[-1]["kind"] == "footer" and lines[-1]["scenarios"] != len(inner):
        message = f"expected {lines[-1]['scenarios']} scenarios before the footer, saw {len(inner)}"
        raise AuthoringError(message, Place(file, len(lines)))
    return record_of(lines)


def lines_of(text: str) -> list[str]:
    """Lines that end in a newline; other characters that end lines may stand in a text."""
    return text.removesuffix("\n").split("\n") if text else []


def record_of(lines: Sequence[Mapping[str, Any]]) -> Record:
    """The record that these lines are: header, scenarios, and a footer unless it broke off."""
    footer = lines[-1] if lines[-1]["kind"] == "footer" else None
    inner = lines[1:-1] if footer else lines[1:]
    return Record(lines[0], tuple(map(scenario_of, inner)), footer)


def _checked(file: str, number: int, text: str) -> dict[str, Any]:
    place = Place(file, number)
    try:
        line: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AuthoringError(f"expected JSON: {error}", place) from error
    if wrong := misfit(validator("record"), line):
        raise AuthoringError(str(wrong), place)
    return line


def scenario_of(line: Mapping[str, Any]) -> ScenarioLine:
    """A scenario out of its line of the record."""
    return ScenarioLine(
        **{
            **{name: value for name, value in line.items() if name != "kind"},
            "findings": tuple(
                Finding(**{**one, "outcome": Outcome(one["outcome"])}) for one in line["findings"]
            ),
            "exchanges": tuple(map(_exchange_of, line["exchanges"])),
        }
    )


def _exchange_of(line: Mapping[str, Any]) -> Exchange:
    request, answer, landing = line["request"], line["answer"], line["landing"]
    return Exchange(
        number=line["number"],
        request=Request(
            request["method"], request["url"], _headers(request), _bytes(request["body"])
        ),
        answer=answer
        and Answer(answer["status"], answer["reason"], _headers(answer), _bytes(answer["body"])),
        seconds=line["seconds"],
        trouble=line["trouble"],
        landing=landing and Landing(**landing),
        step=line.get("step", 0),
    )


def _headers(message: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in message["headers"])


def _bytes(body: Mapping[str, Any]) -> bytes:
    if "base64" in body:
        return base64.b64decode(body["base64"])
    return str(body["text"]).encode()
