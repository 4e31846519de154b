"""The verdict on an issuer as a value for tests: outcomes, and an assertion that reads well."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import frozen

from conformance.core.catalogue import requirement, requirements
from conformance.core.errors import AuthoringError
from conformance.core.requirement import Level
from conformance.core.verdict import Finding, Outcome
from conformance.issuers.findings import situation_line
from conformance.record.model import ScenarioLine
from conformance.report.text import findings_text

__tracebackhide__ = True
"""pytest shows none of this module's frames above a user's mistake."""


class IssuerWarning(UserWarning):
    """A SHOULD that an issuer does not keep, and that the test did not ask for."""


@frozen(eq=False)
class Verdict:
    """What a mock makes of an issuer, by requirement."""

    answer: Mapping[str, Any]
    """As ``GET /_mock/verdict`` answers it."""

    @property
    def situation(self) -> str:
        """The situation that the issuer was in."""
        return str((self.answer["situation"] or {}).get("id", ""))

    @property
    def outcomes(self) -> dict[str, str]:
        """``passed``, ``failed`` or ``untested`` for each requirement."""
        return {ruling["id"]: ruling["outcome"] for ruling in self.answer["requirements"]}

    @property
    def failed(self) -> list[str]:
        """The requirements that the issuer broke."""
        return list(self.answer["failed"])

    @property
    def habits(self) -> list[str]:
        """What the historical Backpack took, and others may refuse."""
        return [habit["does"] for habit in self.answer["habits"]]

    @cached_property
    def _line(self) -> ScenarioLine:
        return situation_line(self.answer)

    @property
    def tests(self) -> list[str]:
        """The requirements that the situation puts to the test."""
        return list((self.answer["situation"] or {}).get("tests", ()))

    def check(self, asked: Sequence[str], tested: Sequence[str]) -> None:
        """See that requirements passed: those that were asked for, or else those that were tested.

        When none was asked for, no other may have failed either.

        Raises:
            AssertionError: when they did not.
        """
        complaints = [
            text for name in self._named(asked) or tested for text in self._complaints(name)
        ]
        if not asked:
            complaints += self._beside(tested)
        if complaints:
            raise AssertionError("\n\n".join(complaints))

    def _named(self, names: Sequence[str]) -> list[str]:
        """Ids as the catalogue spells them.

        Raises:
            ValueError: when one is none of an issuer.
        """
        try:
            return [requirement(name).id for name in names]
        except AuthoringError as error:
            raise ValueError(str(error)) from None

    def _beside(self, tested: Sequence[str]) -> Iterator[str]:
        """What failed that the situation does not test; a SHOULD is a warning."""
        for name in self.failed:
            if name in tested:
                continue
            if requirements()[name].level is Level.MUST:
                yield from self._complaints(name)
            else:
                warnings.warn("\n".join(self._complaints(name)), IssuerWarning, stacklevel=4)
        if not tested and set(self.outcomes.values()) == {"untested"}:
            yield "the issuer sent no requests that can be judged"

    def _complaints(self, name: str) -> list[str]:
        """What there is to say of a requirement that did not pass."""
        match self.outcomes.get(name):
            case "passed":
                return []
            case "failed":
                return ["\n".join(self._failed(name))]
            case None:
                return [self._unjudged(name)]
            case _:
                entry = requirements()[name]
                sentence = f"{name} {entry.level}  {entry.statement}"
                return [f"{sentence}\n  untested    {self._reason(name)}"]

    def _unjudged(self, name: str) -> str:
        if requirement(name).role != "issuer":
            return f"{name} is not a requirement for issuers"
        return f"{name} is not judged in the situation {self.situation}, which is of another API"

    def _reason(self, name: str) -> str:
        return next(
            str(ruling["reason"]) for ruling in self.answer["requirements"] if ruling["id"] == name
        )

    def _failed(self, name: str) -> Iterator[str]:
        findings: list[Finding] = [
            finding
            for finding in self._line.findings
            if finding.requirement == name and finding.outcome is Outcome.FAILED
        ]
        yield findings_text(self._line, requirements(), findings)
