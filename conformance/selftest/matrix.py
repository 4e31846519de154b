"""All trials of the kill matrix, in several processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from conformance.core.api import api_facts
from conformance.core.catalogue import requirements
from conformance.selftest.bad import BAD_TARGETS, try_bad_target
from conformance.selftest.loaded import try_under_load
from conformance.selftest.score import BadRun, DefectTrial, Matrix
from conformance.selftest.trial import (
    broken_by,
    defects_of,
    reach,
    scenarios,
    try_defect,
    try_the_sound_mock,
)

Report = Callable[[DefectTrial | BadRun], None]


def fill(
    api: str, chosen: Sequence[str], jobs: int, report: Report, under_load: Sequence[str] = ()
) -> Matrix:
    """Run the suite against the sound mock, against defects of an API, and against bad targets.

    ``under_load`` are defects that are tried by load; ``report`` hears of each run as it ends.
    """
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        sound = pool.submit(try_the_sound_mock, api)
        bad_runs = [pool.submit(try_bad_target, api, name) for name in BAD_TARGETS]
        reached = reach(api)
        facts = api_facts(api).selftest
        longest = {facts.never_ends, *facts.only_in_stories}
        long_first = sorted(chosen, key=lambda name: name not in longest)
        trying = {name: pool.submit(try_defect, api, name, reached) for name in long_first}
        trials = [trying[name] for name in chosen]
        loaded = [pool.submit(try_under_load, api, name) for name in under_load]
        runs: list[Future[Any]] = [sound, *bad_runs, *trials, *loaded]
        for run in as_completed(runs):
            report(run.result())
    return Matrix(
        [trial.result() for trial in trials],
        [run.result() for run in bad_runs],
        sound.result(),
        tuple(unproven(api)),
        len(defects_of(api)) - len(chosen),
        api,
        [trial.result() for trial in loaded],
    )


def unproven(api: str) -> Iterator[str]:
    """Requirements of an API that a scenario judges, and that no defect claims to break."""
    broken = {name for defect in defects_of(api) for name in broken_by(defect, api)}
    judged = {name for scenario in scenarios(api) for name in scenario.requirements}
    return (name for name in requirements() if name in judged - broken)
