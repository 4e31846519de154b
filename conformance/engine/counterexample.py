"""Counter-examples: a failing example of a property, written down as a scenario that runs alone."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve
from ruamel.yaml import YAML

from conformance.core.resources import shown
from conformance.core.verdict import Finding, Outcome
from conformance.engine.scenario_run import Result
from conformance.scenario.language import Language
from conformance.scenario.model import Expectation, Scenario, Step
from conformance.scenario.needs import capabilities
from conformance.scenario.references import filled
from conformance.scenario.steps import names_used, played, write_step

FOLDER = "counter-examples"
"""In the folder where a run keeps things; scenarios in it are run only when they are asked for."""
SUFFIX = ".backpack.yaml"


def kept(language: Language, result: Result, folder: Path) -> Result:
    """Write a scenario for every failure, and let its finding name the file.

    Where it cannot be written, the result says so: what was found counts all the same.
    """
    findings = []
    trouble = result.trouble
    for finding in result.findings:
        named = finding
        if finding.outcome is Outcome.FAILED:
            try:
                file = _write(language, result.scenario, finding, folder / FOLDER)
                named = evolve(finding, alone=shown(file))
            except OSError as error:
                trouble = f"{error.filename or folder}: {error.strerror}"
        findings.append(named)
    return evolve(result, findings=tuple(findings), trouble=trouble)


def _write(language: Language, scenario: Scenario, finding: Finding, folder: Path) -> Path:
    name = slug(f"{scenario.name}-{finding.requirement}")
    file = folder / f"{name}{SUFFIX}"
    text = yaml(counter_example(language, scenario, finding.example, name))
    told = f"# The smallest example found of {scenario.name} that fails {finding.requirement}.\n"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        file.write_text(told + text, encoding="utf-8")
    except OSError:
        file.unlink(missing_ok=True)  # half a scenario is none
        raise
    return file


def slug(text: str) -> str:
    """A text as the id of a scenario."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def counter_example(
    language: Language, scenario: Scenario, example: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """What stands in a scenario that does nothing but one example of another."""
    all_steps = played(language, scenario.steps, example)
    steps = [_filled(step, scenario.of_row, example) for step in all_steps]
    used = names_used(steps)
    needs = scenario.needs - capabilities(scenario, language)
    return {
        "id": name,
        "title": f"{scenario.title}: a counter-example",
        **({"story": scenario.story} if scenario.story else {}),
        **({"needs": sorted(needs)} if needs else {}),
        "steps": [write_step(one, used) for one in steps],
    }


def _filled(step: Step, row: Mapping[str, Any], example: Mapping[str, Any]) -> Step:
    def put(value: Any) -> Any:
        return filled(filled(value, {"each": row}, written=lambda one: one), example)

    expect = tuple(Expectation(one.requirement, put(one.terms), one.place) for one in step.expect)
    return evolve(step, arguments=put(step.arguments), expect=expect)


def yaml(value: Any) -> str:
    """A value as YAML 1.2: what is small in a line, what is large below each other."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.allow_unicode = True
    writer.width = 120
    writer.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    writer.dump(value, stream)
    return stream.getvalue()
