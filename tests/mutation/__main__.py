"""``python -m tests.mutation``: run the suite against mutants of the miniatures."""

import os
import sys
from pathlib import Path

import click

from conformance.core.api import DEFAULT
from conformance.selftest.trial import scenarios
from tests.mutation.loading import MINIATURES
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.notes import notes, stale
from tests.mutation.pool import Pool, original
from tests.mutation.results import Results
from tests.mutation.score import Score, fingerprint, sample
from tests.mutation.trial import End, Told

RESULTS, SCORE = "mutation.jsonl", "mutation.json"


@click.command()
@click.option("--miniature", type=click.Choice(list(MINIATURES)), help="Only this one.")
@click.option("--sample", "count", type=click.IntRange(1), help="So many mutants of each.")
@click.option("--select", metavar="TEXT", default="", help="Only mutants with this in their name.")
@click.option("--again", is_flag=True, help="Try those that were not caught before once more.")
@click.option("--jobs", type=click.IntRange(1), default=len(os.sched_getaffinity(0)))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="conformance-report"
)
def main(
    miniature: str | None, count: int | None, select: str, again: bool, jobs: int, out: Path
) -> None:
    """Change the miniatures, one change at a time, and see whether the suite notices.

    A run that was stopped goes on where it was. Exit code 1 when a note about an equivalent mutant
    is out of date, or when the suite accuses one.
    """
    packages = [miniature] if miniature else list(MINIATURES)
    everything = [mutant for package in packages for mutant in mutants(package)]
    chosen = [mutant for package in packages for mutant in sample(mutants(package), count)]
    chosen = [mutant for mutant in chosen if select in mutant.name]
    results = Results(out / RESULTS, fingerprint())
    known, hints = results.read()
    if again:
        known = {name: trial for name, trial in known.items() if trial.end is End.CAUGHT}
    results.begin(known)
    trials = {mutant.name: known[mutant.name] for mutant in chosen if mutant.name in known}
    left = [mutant for mutant in chosen if mutant.name not in known]
    click.echo(f"{len(left)} mutants to try, {len(trials)} known, {jobs} at a time", err=True)
    if left:
        shipped = scenarios(DEFAULT)
        needed = {mutant.package for mutant in left}
        originals = {package: original(package, shipped) for package in sorted(needed)}
        pool = Pool(originals, {scenario.name: scenario for scenario in shipped}, jobs)
        for mutant, trial in pool.tried(left, hints):
            results.add(mutant.name, trial)
            trials[mutant.name] = trial
            _show(mutant, trial)
    score = Score(trials, notes(), len(everything))
    (out / SCORE).write_text(score.to_json(), encoding="utf-8")
    click.echo(f"\n{score.sentence}\nScore: {(out / SCORE).resolve()}")
    sys.exit(_complain(score, [mutant.name for mutant in everything], whole=miniature is None))


def _show(mutant: Mutant, trial: Told) -> None:
    if trial.end is not End.CAUGHT:
        where = f" ({', '.join(trial.seen[:3])})" if trial.seen else ""
        click.echo(f"{trial.end:<16} {mutant.name}{where}")


def _complain(score: Score, names: list[str], *, whole: bool) -> int:
    """Say what is wrong with the notes; the exit code."""
    old = list(stale(score.notes, names)) if whole else []
    for note in old:
        click.echo(f"equivalents.toml: no mutant is named {note.mutants!r}", err=True)
    for name in score.accused:
        failed = " ".join(score.told[name].requirements)
        click.echo(f"equivalents.toml: {name!r} is noted, but {failed} failed", err=True)
    return int(bool(old or score.accused))


if __name__ == "__main__":
    main()
