"""Counter-examples: a failing example of a property, written as a scenario of its own."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve
from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from conformance.core.resources import schema_url, shown
from conformance.core.verdict import Finding, Outcome
from conformance.engine.scenario_run import ScenarioResult
from conformance.scenario.language import Language
from conformance.scenario.model import Expectation, Scenario, Step
from conformance.scenario.needs import capabilities
from conformance.scenario.references import filled
from conformance.scenario.steps import names_used, played, write_step

FOLDER = "counter-examples"
"""Below the folder of a run; its scenarios run only when they are named."""
SUFFIX = ".backpack.yaml"


def write_counter_examples(
    language: Language, result: ScenarioResult, folder: Path
) -> ScenarioResult:
    """Write a scenario for every failure, and note its file in the finding.

    When a file cannot be written, the result says so, and its findings stay as they are.
    """
    findings = []
    trouble = result.trouble
    for finding in result.findings:
        noted = finding
        if finding.outcome is Outcome.FAILED:
            try:
                file = _write(language, result.scenario, finding, folder / FOLDER)
                noted = evolve(finding, alone=shown(file))
            except OSError as error:
                trouble = f"{error.filename or folder}: {error.strerror}"
        findings.append(noted)
    return evolve(result, findings=tuple(findings), trouble=trouble)


def _write(language: Language, scenario: Scenario, finding: Finding, folder: Path) -> Path:
    name = slug(f"{scenario.name}-{finding.requirement}")
    file = folder / f"{name}{SUFFIX}"
    text = yaml(counter_example(language, scenario, finding.example, name))
    comment = (
        f"# yaml-language-server: $schema={schema_url(language.schema)}\n"
        f"# The smallest example found of {scenario.name} that fails {finding.requirement}.\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        file.write_text(comment + text, encoding="utf-8")
    except OSError:
        file.unlink(missing_ok=True)  # a truncated scenario must not be run
        raise
    return file


def slug(text: str) -> str:
    """A text in the form of a scenario's id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def counter_example(
    language: Language, scenario: Scenario, example: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """The content of a scenario file that runs one example of another scenario.

    Raises:
        Unresolved: when a step refers to a value that its row or the example does not have.
    """
    all_steps = played(language, scenario.steps, example)
    steps = [_filled(step, scenario.of_row, example) for step in all_steps]
    used = names_used(steps)
    needs = scenario.needs - capabilities(scenario, language)
    return {
        "id": name,
        "title": f"{scenario.title}: a counter-example",
        **({"story": scenario.story} if scenario.story else {}),
        **({"needs": sorted(needs)} if needs else {}),
        "steps": [write_step(step, used) for step in steps],
    }


def _filled(step: Step, row: Mapping[str, Any], example: Mapping[str, Any]) -> Step:
    def put(value: Any) -> Any:
        return filled(filled(value, {"each": row}, written=lambda text: text), example)

    expect = tuple(
        Expectation(expectation.requirement, put(expectation.terms), expectation.place)
        for expectation in step.expect
    )
    return evolve(step, arguments=put(step.arguments), expect=expect)


class QuotingRepresenter(SafeRepresenter):
    """Quotes a text that begins with ``?`` or ``:``: ruamel writes it bare, and cannot read it."""

    def represent_str(self, data: str) -> Any:
        """A text as a node."""
        style = "'" if data.startswith(("?", ":")) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


QuotingRepresenter.add_representer(str, QuotingRepresenter.represent_str)


def yaml(value: Any) -> str:
    """A value as YAML 1.2: small collections in one line, large ones in block style."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.Representer = QuotingRepresenter
    writer.default_flow_style = None
    writer.allow_unicode = True
    writer.width = 120
    writer.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    writer.dump(value, stream)
    return stream.getvalue()
