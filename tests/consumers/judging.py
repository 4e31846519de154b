"""Run examples in situations of a mock, and look at the verdicts."""

import asyncio

from mock_backpack.issuer.situation import EARNER
from mock_backpack.issuer.situations import situations

TOGETHER = 8
"""Examples that run at the same time."""
PATIENCE = 300


def environment(told, known):
    """The environment that ``backpack-conformance issuer`` gives a command."""
    return {
        "BACKPACK_URL": told["url"],
        **told["tells"],
        "BACKPACK_EARNER": EARNER,
        "BACKPACK_AWARDS": str(known.awards),
        "ISSUER_PATIENCE": "3",
    }


def verdicts(root, runs):
    """The verdict on each run: what runs it, and the situation that it is in."""
    free = asyncio.Semaphore(TOGETHER)

    async def one(run, situation):
        async with free:
            with root.sandbox() as box:
                told = box.enter(situation)
                known = situations()[situation]
                await asyncio.wait_for(run(environment(told, known)), PATIENCE)
                return box.verdict()

    async def all_() -> list:
        return await asyncio.gather(*(one(*run) for run in runs.values()))

    return dict(zip(runs, asyncio.run(all_()), strict=True))


def outcomes(told):
    """The outcome of each requirement."""
    return {one["id"]: one["outcome"] for one in told["requirements"]}


def findings(told):
    """What is wrong, in words."""
    return [one for one in told["requirements"] if one["outcome"] == "failed"]


def check_good(told, situation):
    """Everything that the situation puts to the test was seen, and nothing failed."""
    assert findings(told) == []
    tests = situations()[situation].tests
    assert {name: outcomes(told)[name] for name in tests} == dict.fromkeys(tests, "passed")
    assert told["habits"] == []


def check_named(told, requirement):
    """The verdict names the requirement that is broken and no other, with an exchange."""
    assert told["failed"] == [requirement], findings(told)
    (ruling,) = findings(told)
    numbers = {one["number"] for one in told["exchanges"]}
    for finding in ruling["findings"]:
        assert finding["expected"]
        assert finding["saw"]
        assert finding["exchange"] in numbers
