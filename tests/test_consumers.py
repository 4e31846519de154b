"""Consumers that are not our examples: one on libraries is right, one like Moodle has habits."""

import asyncio

import pytest

from mock_backpack.client import MockClient
from mock_backpack.issuer.badge_connect.habits import ALIAS
from mock_backpack.issuer.oauth.habits import UNENCODED
from mock_backpack.issuer.situation import EARNER
from mock_backpack.issuer.situations import situations_of
from tests.consumers import library, moodle
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

SITUATIONS = situations_of("ob2.1")
NOT_OF_LIBRARIES = ("secret-expired", "secret-expires-later", "manifest-expires", "mix-up")
"""Situations in which an application has to do what no library does for it."""
OF_LIBRARIES = [name for name in SITUATIONS if name.partition("/")[2] not in NOT_OF_LIBRARIES]
ASKS_RIGHTLY = {"loses_a_scope": False}
MOODLE = {
    "takes the last entry of the manifest": (
        *("newer-version-last", ASKS_RIGHTLY),
        ["BC21-CLIENT-02"],
    ),
    "asks for all offered scopes but the first": (
        *("healthy", {}),
        ["BC21-CLIENT-04", "BC21-CLIENT-07"],
    ),
    "has its session key as state": ("healthy", ASKS_RIGHTLY, ["BC21-CLIENT-07"]),
    "refreshes by its own clock, with id and secret in the body": (
        *("rate-limited", {"ahead": 4000, **ASKS_RIGHTLY}),
        ["BC21-CLIENT-07", "BC21-CLIENT-09"],
    ),
    "does not refresh after a 401": (
        *("expired-token", ASKS_RIGHTLY),
        ["BC21-CLIENT-07", "BC21-CLIENT-16"],
    ),
    "wants expires_in": ("no-expires-in", ASKS_RIGHTLY, ["BC21-CLIENT-07", "BC21-CLIENT-17"]),
    "wants refresh_token": (
        *("no-refresh-token", ASKS_RIGHTLY),
        ["BC21-CLIENT-07", "BC21-CLIENT-17"],
    ),
    "wants scope": ("no-scope", ASKS_RIGHTLY, ["BC21-CLIENT-07", "BC21-CLIENT-17"]),
    "takes statusCode 200 for success, whatever the HTTP status": (
        *("created", ASKS_RIGHTLY),
        ["BC21-CLIENT-07"],
    ),
    "takes an array for error": ("duplicate", ASKS_RIGHTLY, ["BC21-CLIENT-07"]),
    "does not try again": ("busy", ASKS_RIGHTLY, ["BC21-CLIENT-07", "BC21-CLIENT-18"]),
    "never registers again": (
        *("secret-expired", ASKS_RIGHTLY),
        ["BC21-CLIENT-07", "BC21-CLIENT-19"],
    ),
    "never fetches the manifest again": (
        *("manifest-expires", ASKS_RIGHTLY),
        ["BC21-CLIENT-07", "BC21-CLIENT-20"],
    ),
    "never revokes": ("disconnect", ASKS_RIGHTLY, ["BC21-CLIENT-07", "BC21-CLIENT-22"]),
    "compares the state": ("forged-callback", ASKS_RIGHTLY, ["BC21-CLIENT-07"]),
    "stops after a denial": ("earner-denies", ASKS_RIGHTLY, ["BC21-CLIENT-07"]),
}
"""By habit: the situation that shows it, how the consumer is set up, the requirements that fail."""


@pytest.fixture(scope="module")
def root():
    """A client of a mock in a process of its own."""
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as client:
        yield client


def verdicts(root, runs):
    """The verdict on each run: a function with its arguments, and a situation."""
    free = asyncio.Semaphore(8)

    async def verdict_of(run, situation, habits):
        async with free:
            with root.sandbox(situation=situation) as box:
                variables = {
                    **box.tells,
                    "BACKPACK_EARNER": EARNER,
                    "BACKPACK_AWARDS": str(SITUATIONS[situation].awards),
                }
                await asyncio.to_thread(run, variables, **habits)
                return box.verdict()

    async def all_() -> list:
        return await asyncio.gather(*(verdict_of(*run) for run in runs.values()))

    return dict(zip(runs, asyncio.run(all_()), strict=True))


@pytest.fixture(scope="module")
def of_library(root):
    """The verdicts on the consumer on libraries, by situation."""
    return verdicts(root, {name: (library.run, name, {}) for name in OF_LIBRARIES})


@pytest.fixture(scope="module")
def of_moodle(root):
    """The verdicts on a consumer like Moodle, by habit."""
    return verdicts(
        root,
        {
            name: (moodle.run, f"ob2.1/{situation}", habits)
            for name, (situation, habits, _) in MOODLE.items()
        },
    )


def findings(verdict):
    """What is wrong, in words."""
    return [ruling for ruling in verdict["requirements"] if ruling["outcome"] == "failed"]


@pytest.mark.parametrize("situation", OF_LIBRARIES)
def test_a_consumer_on_libraries_is_right(of_library, situation):
    """Nothing failed, and what the situation tests was seen."""
    verdict = of_library[situation]
    assert findings(verdict) == []
    outcomes = {ruling["id"]: ruling["outcome"] for ruling in verdict["requirements"]}
    tests = SITUATIONS[situation].tests
    assert {name: outcomes[name] for name in tests} == dict.fromkeys(tests, "passed")
    habits = [UNENCODED] if situation == "ob2.1/odd-secret" else []
    assert [habit["does"] for habit in verdict["habits"]] == habits


@pytest.mark.parametrize("habit", MOODLE)
def test_a_habit_of_moodle_is_judged(of_moodle, habit):
    """As the page says."""
    verdict = of_moodle[habit]
    assert verdict["failed"] == MOODLE[habit][2], findings(verdict)
    assert {habit["does"] for habit in verdict["habits"]} <= {ALIAS}


def test_the_name_of_a_member_is_a_habit(of_moodle):
    """A push with ``verify`` is taken, and told of."""
    verdict = of_moodle["has its session key as state"]
    assert [habit["does"] for habit in verdict["habits"]] == [ALIAS]
