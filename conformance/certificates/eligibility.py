"""Why a record gets no certificate: every reason, so that nobody has to ask twice."""

from collections.abc import Iterator, Sequence

from conformance.certificates.suite import Suite, SuitePart
from conformance.core.requirement import Level
from conformance.core.verdict import Judgement, Outcome
from conformance.record.model import Record, Section

FINISHED = "finished"
FINE = (Outcome.PASSED, Outcome.INAPPLICABLE)
"""Outcomes of a binding requirement that stand in no certificate's way."""
MOST_NAMED = 5
"""Scenarios that are named; of the others, their number is given."""


def objections(record: Record, suite: Suite) -> Iterator[str]:
    """What stands in the way of a certificate for a record, as this version of the suite sees it.

    Without any, the record says that its target conforms, and says it of a whole run.
    """
    if record.role != "backpack":
        yield "it is a record of an issuer; certificates are for Backpacks"
        return
    yield from _of_the_suite(record, suite)
    yield from _of_the_run(record)
    for section in record.sections:
        part = suite.parts[section.api.name]
        yield from _of_the_scenarios(section, part)
        yield from _of_the_target(section)


def _of_the_suite(record: Record, suite: Suite) -> Iterator[str]:
    made_by = record.header["suite"]
    if made_by != suite.version:
        yield f"it was made by version {made_by} of the suite; this is version {suite.version}"
    if not suite.is_released:
        yield f"{suite.version} is not a release of the suite, so the run cannot be repeated"
    for section in record.sections:
        part = suite.parts[section.api.name]
        if section.catalogue != part.catalogue:
            yield "it was made with a different catalogue of requirements"
        elif section.requirements != part.requirements:
            yield "its requirements do not match the catalogue that it names"


def _of_the_run(record: Record) -> Iterator[str]:
    if not record.is_publishable:
        yield "it was made with --show-secrets and is not for publication"
    for ended in dict.fromkeys(_ended(each) for each in record.sections if each.ended != FINISHED):
        yield f"the run did not finish: {ended}"
    if (target := str(record.header["target"])).startswith("mock:"):
        yield f"it ran against {target}, a mock with a defect or fault enabled"


def _of_the_scenarios(section: Section, part: SuitePart) -> Iterator[str]:
    ran = [scenario.name for scenario in section.scenarios]
    left_out = [name for name in part.scenarios if name not in set(ran)]
    strange = [name for name in ran if name not in part.scenarios]
    if left_out:
        yield f"{len(left_out)} scenarios did not run: {_named(left_out)}"
    if strange:
        yield f"{len(strange)} scenarios are not those of this version: {_named(strange)}"
    if len(ran) != len(set(ran)):
        yield "duplicate scenario"
    examples = section.header.get("examples")
    if examples is not None and examples < part.least_examples:
        yield f"its properties tried {examples} examples each, fewer than every budget requires"


def _ended(section: Section) -> str:
    if section.preflight:
        return f"{section.preflight['tried']}: {section.preflight['came_back']}"
    return {"interrupted": "it was interrupted"}.get(section.ended, "it ended early")


def _of_the_target(section: Section) -> Iterator[str]:
    """A line for each way in which a binding requirement did not pass, with all that did so."""
    binding = {Level.MUST, Level.SHOULD} if section.is_strict else {Level.MUST}
    grouped: dict[str, list[str]] = {}
    for judgement in section.judgements():
        if judgement.requirement.level in binding and judgement.outcome not in FINE:
            grouped.setdefault(_why(judgement), []).append(judgement.requirement.id)
    for why, names in grouped.items():
        counted = names[0] if len(names) == 1 else f"{len(names)} requirements"
        listed = "" if len(names) == 1 else f" ({', '.join(names)})"
        yield f"{counted} {why}{listed}"


def _why(judgement: Judgement) -> str:
    if judgement.outcome is Outcome.FAILED:
        return f"failed: {judgement.requirement.statement}"
    outcome = "inconclusive" if judgement.outcome is Outcome.CANT_TELL else judgement.outcome
    return f"{outcome}: {judgement.reason}"


def _named(scenarios: Sequence[str]) -> str:
    shown = ", ".join(scenarios[:MOST_NAMED])
    return f"{shown}, …" if len(scenarios) > MOST_NAMED else shown
