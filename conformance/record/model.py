"""The record of a run, ``record.jsonl``: a header, a line per scenario, a footer."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from conformance.core.api import DEFAULT, ApiFacts, api_facts
from conformance.core.exchange import Exchange
from conformance.core.requirement import Requirement
from conformance.core.verdict import Finding, Judgement, Outcome, RunVerdict, judge, run_verdict

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
class Record:
    """A run as it was measured; every view is a function of it."""

    header: Mapping[str, Any]
    requirements: tuple[Requirement, ...]
    """The catalogue that the run was judged by."""
    scenarios: tuple[ScenarioLine, ...]
    footer: Mapping[str, Any] | None
    """``None`` when the run broke off without a word."""

    @property
    def api(self) -> ApiFacts:
        """The API under test."""
        return api_facts(self.header.get("api", DEFAULT))

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
        findings: dict[str, list[Finding]] = {}
        for scenario in self.scenarios:
            for finding in scenario.findings:
                findings.setdefault(finding.requirement, []).append(finding)
        return judge(self.requirements, findings, self.unselected)

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
