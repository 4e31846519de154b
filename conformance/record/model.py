"""The record of a run, ``record.jsonl``: a header, a line per scenario, a footer."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from conformance.core.api import ApiFacts, api_facts
from conformance.core.exchange import Exchange
from conformance.core.requirement import Requirement
from conformance.core.verdict import (
    Finding,
    Judgement,
    Outcome,
    RunVerdict,
    judge,
    run_verdict,
    worst,
    worst_verdict,
)

RECORD = "record.jsonl"
"""Name of the file in the folder of a run."""
PROPERTY = "backpack"
"""Name of the pytest property that carries a scenario's line of the record, as JSON."""
SHARED = "backpack_run"
"""Name of the pytest property that carries what a run knows of its target, as JSON."""


@frozen(kw_only=True)
class ScenarioLine:
    """What a record says of one scenario."""

    name: str
    api: str
    """The API that it is about."""
    title: str
    story: str
    file: str
    line: int
    seconds: float
    findings: tuple[Finding, ...]
    examples: int = 0
    drawn: Mapping[str, Any] = field(factory=dict)
    trouble: str = ""
    exchanges: tuple[Exchange, ...] = ()
    habits: tuple[str, ...] = ()
    """What an issuer does that the historical Backpack took, and others may refuse."""

    def exchange(self, number: int | None) -> Exchange | None:
        """The exchange with this number."""
        return next((each for each in self.exchanges if each.number == number), None)


@frozen
class Section:
    """What a record says of one API: everything that a verdict hangs on."""

    header: Mapping[str, Any]
    """Of the record, which all sections share."""
    stated: Mapping[str, Any]
    """What the header says of this API."""
    requirements: tuple[Requirement, ...]
    """The catalogue of the API that the run was judged by."""
    scenarios: tuple[ScenarioLine, ...]
    footer: Mapping[str, Any] | None
    """Of the record; ``None`` when the run broke off without a word."""

    @property
    def api(self) -> ApiFacts:
        """The API under test."""
        return api_facts(self.stated["name"])

    @property
    def profile(self) -> str:
        """The name of the set of answers by which the target was judged."""
        return str(self.stated["profile"])

    @property
    def catalogue(self) -> str:
        """The hash of the catalogue, in hex."""
        return str(self.stated["catalogue"])

    @property
    def found(self) -> str:
        """How the run came to test this API."""
        return str(self.stated["found"])

    @property
    def role(self) -> str:
        """Who was judged: ``backpack`` or ``issuer``."""
        return role_of(self.header)

    @property
    def is_strict(self) -> bool:
        """Whether a SHOULD binds like a MUST."""
        return bool(self.header["strict"])

    @property
    def ended(self) -> str:
        """``finished``, ``interrupted``, ``preflight`` or, without a footer, ``broke off``."""
        return "preflight" if self.preflight else ended_of(self.footer)

    @property
    def preflight(self) -> Mapping[str, str] | None:
        """What the preflight found wrong, if anything."""
        return self._measured.get("preflight")

    @property
    def silence(self) -> str:
        """Where the target stopped answering for good; ``""`` when it did not."""
        return str(self._measured.get("silence", ""))

    @property
    def _measured(self) -> Mapping[str, Any]:
        """What the footer says of this API."""
        measured: Mapping[str, Any] = (self.footer or {}).get("apis", {}).get(self.api.name, {})
        return measured

    def judgements(self) -> list[Judgement]:
        """The outcome of every requirement."""
        findings: dict[str, list[Finding]] = {}
        for scenario in self.scenarios:
            for finding in scenario.findings:
                findings.setdefault(finding.requirement, []).append(finding)
        return judge(self.requirements, findings, (self.footer or {}).get("unselected", ()))

    def verdict(self, *, strict: bool = False) -> RunVerdict:
        """What the run says of the target; a run that did not finish says nothing."""
        if self.ended != "finished":
            return RunVerdict.COULD_NOT_TELL
        return run_verdict(self.judgements(), strict=strict or self.is_strict)

    def accusing(self, requirement: str) -> Iterator[tuple[ScenarioLine, Finding]]:
        """The scenarios and findings that show a failure of a requirement."""
        for scenario in self.scenarios:
            for finding in scenario.findings:
                if finding.requirement == requirement and finding.outcome is Outcome.FAILED:
                    yield scenario, finding


@frozen
class Record:
    """A run as it was measured, with a section for each API; every view is a function of it."""

    header: Mapping[str, Any]
    catalogues: Mapping[str, tuple[Requirement, ...]]
    """By the name of an API: the requirements that the run was judged by."""
    scenarios: tuple[ScenarioLine, ...]
    """Of all APIs, in the order in which they ran."""
    footer: Mapping[str, Any] | None
    """``None`` when the run broke off without a word."""
    sections: tuple[Section, ...] = field(init=False, eq=False, repr=False)
    """In the order of the header; there is at least one."""

    @sections.default
    def _sections(self) -> tuple[Section, ...]:
        return tuple(
            Section(
                self.header,
                stated,
                self.catalogues[stated["name"]],
                tuple(each for each in self.scenarios if each.api == stated["name"]),
                self.footer,
            )
            for stated in self.header["apis"]
        )

    @property
    def title(self) -> str:
        """What the APIs under test are called."""
        return ", ".join(section.api.title for section in self.sections)

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The catalogue that the run was judged by."""
        return tuple(each for section in self.sections for each in section.requirements)

    @property
    def role(self) -> str:
        """Who was judged: ``backpack`` or ``issuer``."""
        return role_of(self.header)

    @property
    def is_publishable(self) -> bool:
        """Whether secrets were replaced by names when it was written."""
        return bool(self.header.get("publishable", True))

    @property
    def product(self) -> str:
        """Name and version of the target; ``""`` when nobody knows."""
        return str(self.footer["product"]) if self.footer else ""

    @property
    def ended(self) -> str:
        """How the run ended: as all of its sections did, or as its footer says."""
        [ended, *others] = {section.ended for section in self.sections}
        return ended_of(self.footer) if others else ended

    def judgements(self) -> list[Judgement]:
        """The outcome of every requirement."""
        return [judgement for section in self.sections for judgement in section.judgements()]

    def worst_judgements(self) -> dict[str, Judgement]:
        """By requirement: its judgement, the worst where several sections have one."""
        worst_of: dict[str, Judgement] = {}
        for judgement in self.judgements():
            name = judgement.requirement.id
            known = worst_of.setdefault(name, judgement)
            if worst((known.outcome, judgement.outcome)) is not known.outcome:
                worst_of[name] = judgement
        return worst_of

    def verdict(self, *, strict: bool = False) -> RunVerdict:
        """The worst verdict of a section."""
        return worst_verdict(section.verdict(strict=strict) for section in self.sections)


def role_of(header: Mapping[str, Any]) -> str:
    """Who was judged: ``backpack`` or ``issuer``."""
    return str(header.get("role", "backpack"))


def ended_of(footer: Mapping[str, Any] | None) -> str:
    """``finished``, ``interrupted`` or, without a footer, ``broke off``."""
    return str(footer["ended"]) if footer else "broke off"
