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
    everything = [one for package in packages for one in mutants(package)]
    chosen = [one for package in packages for one in sample(mutants(package), count)]
    chosen = [one for one in chosen if select in one.name]
    results = Results(out / RESULTS, fingerprint())
    known, hints = results.read()
    if again:
        known = {name: told for name, told in known.items() if told.end is End.CAUGHT}
    results.begin(known)
    told = {one.name: known[one.name] for one in chosen if one.name in known}
    left = [one for one in chosen if one.name not in known]
    click.echo(f"{len(left)} mutants to try, {len(told)} known, {jobs} at a time", err=True)
    if left:
        shipped = scenarios(DEFAULT)
        needed = {one.package for one in left}
        originals = {package: original(package, shipped) for package in sorted(needed)}
        pool = Pool(originals, {one.name: one for one in shipped}, jobs)
        for mutant, one in pool.tried(left, hints):
            results.add(mutant.name, one)
            told[mutant.name] = one
            _show(mutant, one)
    score = Score(told, notes(), len(everything))
    (out / SCORE).write_text(score.to_json(), encoding="utf-8")
    click.echo(f"\n{score.sentence}\nScore: {(out / SCORE).resolve()}")
    sys.exit(_complain(score, [one.name for one in everything], whole=miniature is None))


def _show(mutant: Mutant, told: Told) -> None:
    if told.end is not End.CAUGHT:
        where = f" ({', '.join(told.seen[:3])})" if told.seen else ""
        click.echo(f"{told.end:<16} {mutant.name}{where}")


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
