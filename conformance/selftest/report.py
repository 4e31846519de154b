"""The kill matrix as text, as HTML and as JSON."""

import json
from collections.abc import Iterator
from typing import Any

from conformance.core.api import api_facts
from conformance.core.catalogue import catalogue_hash, requirements
from conformance.core.resources import suite_version
from conformance.report.html import environment, style
from conformance.report.trust import mutation_score
from conformance.selftest.score import BadRun, DefectTrial, Matrix


def line_of(run: DefectTrial | BadRun) -> str:
    """One run in a line, for whoever watches."""
    if isinstance(run, BadRun):
        result = f"{run.verdict.in_words}, {len(run.passed)} passed"
        return f"{'recognized' if run.is_seen else 'NOT RECOGNIZED':<16} {run.target:<32} {result}"
    return f"{run.catch:<16} {run.defect:<32} {' '.join(_marked(run))}"


def _marked(trial: DefectTrial) -> Iterator[str]:
    """The requirements of a trial; ``-`` before one that was missed, ``+`` before one too many."""
    for name in sorted(trial.breaks | trial.failed):
        mark = "-" if name in trial.missed else "+" if name in trial.accused else ""
        yield f"{mark}{name}"


def to_text(matrix: Matrix) -> str:
    """A table with a line for each run, the unproven requirements, and the scores."""
    trials = (*matrix.trials, *matrix.loaded)
    runs: list[DefectTrial | BadRun] = [matrix.sound, *matrix.bad_runs, *trials]
    lines = [line_of(run) for run in runs]
    lines += [f"{'unproven':<16} {name}" for name in matrix.unproven]
    scores = filter(None, [matrix.score, mutation_score(catalogue_hash(matrix.api))])
    return "\n".join([*lines, "", *scores]) + "\n"


def to_json(matrix: Matrix) -> str:
    """The same for programs."""
    body: dict[str, Any] = {
        "suite": suite_version(),
        "api": matrix.api,
        "catalogue": catalogue_hash(matrix.api),
        "score": matrix.score,
        "perfect": matrix.is_perfect,
        "mutants": mutation_score(catalogue_hash(matrix.api)),
        "left_out": matrix.left_out,
        "defects": {trial.defect: _written(trial) for trial in matrix.trials},
        **(
            {"load": {each.defect: _written(each) for each in matrix.loaded}}
            if matrix.loaded
            else {}
        ),
        "bad_targets": {
            run.target: {"verdict": run.verdict, "passed": list(run.passed), "seen": run.is_seen}
            for run in matrix.bad_runs
        },
        "unproven": list(matrix.unproven),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _written(trial: DefectTrial) -> dict[str, Any]:
    return {
        "catch": trial.catch,
        "breaks": sorted(trial.breaks),
        "failed": sorted(trial.failed),
    }


def to_html(matrix: Matrix) -> str:
    """A page with the score, the runs that went wrong first, and who proves what."""
    proofs: dict[str, list[str]] = {}
    for trial in matrix.trials:
        for name in sorted(trial.breaks & trial.failed):
            proofs.setdefault(name, []).append(trial.defect)
    template = environment().get_template("matrix.html")
    return template.render(
        matrix=matrix,
        mutants=mutation_score(catalogue_hash(matrix.api)),
        version=suite_version(),
        title=api_facts(matrix.api).title,
        proofs=[
            (requirement, proofs[requirement.id])
            for requirement in requirements().values()
            if requirement.id in proofs
        ],
        style=style(),
    )
