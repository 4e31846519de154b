"""The lines of a record: one for each task, and one for each failure that was kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.core.verdict import Finding, Outcome
from conformance.engine.load import LoadTask
from conformance.load.player import FILE
from conformance.load.tally import Tally
from conformance.record.conversion import values
from conformance.record.model import ScenarioLine
from conformance.record.writer import plain_line


def scenario_lines(api: str, tasks: tuple[LoadTask, ...], tally: Tally) -> Iterator[dict[str, Any]]:
    """The lines of an API, task by task."""
    for task in tasks:
        if not tally.runs[f"{api} {task.name}"]:
            continue
        kept = [line for line in tally.lines if (line["api"], line["name"]) == (api, task.name)]
        failing = [line for line in kept if _has_failed(line)]
        sound = next((line for line in kept if not _has_failed(line)), None)
        yield _whole(api, task, tally, sound)
        for number, line in enumerate(failing, start=1):
            yield {**line, "name": f"{task.name}[{number}]"}


def _whole(
    api: str, task: LoadTask, tally: Tally, sound: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What passed in any run of a task, with the exchanges of one where nothing failed."""
    key = f"{api} {task.name}"
    shown = list(sound["findings"]) if sound else []
    known = {finding["requirement"] for finding in shown}
    others = [
        finding
        for finding in (_finding(key, name, tally) for name in task.judges)
        if finding is not None and finding.requirement not in known
    ]
    line = plain_line(
        ScenarioLine(
            name=task.name,
            api=api,
            title=task.title,
            story="",
            file=FILE,
            line=0,
            seconds=sound["seconds"] if sound else 0.0,
            findings=(),
            examples=tally.runs[key],
            trouble=tally.trouble,
        )
    )
    findings = [*_once(shown), *values().unstructure(others)]
    return {**line, "findings": findings, "exchanges": sound["exchanges"] if sound else []}


def _finding(key: str, requirement: str, tally: Tally) -> Finding | None:
    if number := tally.passed[f"{key} {requirement}"]:
        return Finding(requirement, Outcome.PASSED, came_back=f"as expected {number} times")
    if tally.failed[f"{key} {requirement}"]:
        return None
    cut = [name.removeprefix(f"{key} ") for name in tally.cut if name.startswith(f"{key} ")]
    if cut:
        return Finding(requirement, Outcome.CANT_TELL, reason=cut[0])
    return None


def _once(findings: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each requirement once: a task may judge one several times."""
    return list({finding["requirement"]: finding for finding in reversed(findings)}.values())


def _has_failed(line: Mapping[str, Any]) -> bool:
    return any(finding["outcome"] == Outcome.FAILED for finding in line["findings"])
