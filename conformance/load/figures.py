"""The figures of a load run, as the footer of its record has them."""

from collections.abc import Iterator
from typing import Any

from conformance.load.histogram import Histogram
from conformance.load.tally import Tally

PERCENTILES = (50, 95, 99)


def figures(tally: Tally, seconds: float, setting: dict[str, Any]) -> dict[str, Any]:
    """All figures as a JSON object; ``setting`` is what the run was asked for."""
    answered = sum(each.total for each in tally.endpoints.values())
    unanswered = tally.unanswered.total()
    return {
        **setting,
        "seconds": round(seconds, 1),
        "requests": answered + unanswered,
        "unanswered": unanswered,
        "rate": round((answered + unanswered) / seconds, 1) if seconds else 0.0,
        "endpoints": list(_endpoints(tally)),
        "tasks": list(_tasks(tally)),
        "requirements": list(_requirements(tally)),
        "timeline": [
            {"second": second, "requests": each.total, **_percentiles(each)}
            for second, each in sorted(tally.seconds.items())
        ],
        "growth": list(_growth(tally)),
    }


def _percentiles(histogram: Histogram) -> dict[str, float]:
    """Milliseconds within which so many percent were answered."""
    return {f"p{percent}": histogram.percentile(percent) for percent in PERCENTILES}


def _endpoints(tally: Tally) -> Iterator[dict[str, Any]]:
    for key in sorted({*tally.endpoints, *tally.unanswered}):
        api, _, endpoint = key.partition(" ")
        histogram = tally.endpoints.get(key, Histogram())
        yield {
            "api": api,
            "endpoint": endpoint,
            "requests": histogram.total + tally.unanswered[key],
            "unanswered": tally.unanswered[key],
            **_percentiles(histogram),
            "longest": max(histogram.counts, default=0.0),
        }


def _tasks(tally: Tally) -> Iterator[dict[str, Any]]:
    for key, runs in tally.runs.items():
        api, _, task = key.partition(" ")
        cut = {
            name.removeprefix(f"{key} "): count
            for name, count in tally.cut.items()
            if name.startswith(f"{key} ")
        }
        yield {"api": api, "task": task, "runs": runs, **({"cut": cut} if cut else {})}


def _requirements(tally: Tally) -> Iterator[dict[str, Any]]:
    """How often each requirement was judged, those that failed first."""
    judged: dict[str, list[int]] = {}
    for place, counts in enumerate((tally.failed, tally.passed)):
        for key, count in counts.items():
            judged.setdefault(key.rpartition(" ")[2], [0, 0])[place] += count
    for name, (failed, passed) in sorted(judged.items(), key=lambda item: (-item[1][0], item[0])):
        yield {"requirement": name, "judged": failed + passed, "failed": failed}


def _growth(tally: Tally) -> Iterator[dict[str, Any]]:
    for api, growth in tally.growth.items():
        compared = growth.compared()
        if compared is not None:
            yield {
                "api": api,
                "few": compared.few,
                "many": compared.many,
                "pairs": compared.pairs,
                "slower": compared.slower,
                "grows": compared.grows,
            }
