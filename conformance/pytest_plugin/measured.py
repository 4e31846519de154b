"""What the engine found of a scenario, as its line of the record."""

from typing import Any

from conformance.engine.scenario_run import ScenarioResult
from conformance.record.model import ScenarioLine
from conformance.record.writer import open_line, redacted_line


def scenario_line(api: str, result: ScenarioResult, seconds: float) -> dict[str, Any]:
    """The line of a scenario of an API without its secrets."""
    return redacted_line(_scenario(api, result, seconds), result.secrets)


def open_scenario_line(api: str, result: ScenarioResult, seconds: float) -> dict[str, Any]:
    """The line of a scenario with all its secrets but cookies."""
    return open_line(_scenario(api, result, seconds))


def _scenario(api: str, result: ScenarioResult, seconds: float) -> ScenarioLine:
    scenario = result.scenario
    return ScenarioLine(
        name=scenario.name,
        api=api,
        title=scenario.title,
        story=scenario.story,
        file=scenario.place.file,
        line=scenario.place.line,
        seconds=seconds,
        findings=result.findings,
        examples=result.examples,
        drawn=result.drawn,
        trouble=result.trouble,
        exchanges=result.exchanges,
    )
