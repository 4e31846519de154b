"""Run examples in situations of a mock, and look at the verdicts."""

import asyncio

from mock_backpack.issuer.situation import EARNER
from mock_backpack.issuer.situations import situations

TOGETHER = 8
"""Examples that run at the same time."""
PATIENCE = 300


def environment(sandbox, known):
    """The environment that ``backpack-conformance issuer`` gives a command."""
    return {
        "BACKPACK_URL": sandbox["url"],
        **sandbox["tells"],
        "BACKPACK_EARNER": EARNER,
        "BACKPACK_AWARDS": str(known.awards),
        "ISSUER_PATIENCE": "3",
    }


def verdicts(root, runs):
    """The verdict on each run: what runs it, and the situation that it is in."""
    free = asyncio.Semaphore(TOGETHER)

    async def verdict_of(run, situation):
        async with free:
            with root.sandbox() as box:
                sandbox = box.enter(situation)
                known = situations()[situation]
                await asyncio.wait_for(run(environment(sandbox, known)), PATIENCE)
                return box.verdict()

    async def all_() -> list:
        return await asyncio.gather(*(verdict_of(*run) for run in runs.values()))

    return dict(zip(runs, asyncio.run(all_()), strict=True))


def outcomes(verdict):
    """The outcome of each requirement."""
    return {ruling["id"]: ruling["outcome"] for ruling in verdict["requirements"]}


def findings(verdict):
    """What is wrong, in words."""
    return [ruling for ruling in verdict["requirements"] if ruling["outcome"] == "failed"]


def check_good(verdict, situation):
    """Everything that the situation puts to the test was seen, and nothing failed."""
    assert findings(verdict) == []
    tests = situations()[situation].tests
    assert {name: outcomes(verdict)[name] for name in tests} == dict.fromkeys(tests, "passed")
    assert verdict["habits"] == []


def check_named(verdict, requirement):
    """The verdict names the requirement that is broken and no other, with an exchange."""
    assert verdict["failed"] == [requirement], findings(verdict)
    (ruling,) = findings(verdict)
    numbers = {exchange["number"] for exchange in verdict["exchanges"]}
    for finding in ruling["findings"]:
        assert finding["expected"]
        assert finding["saw"]
        assert finding["exchange"] in numbers
