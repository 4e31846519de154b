"""Rules: when an armed fault or defect acts, and what is said of one that cannot be armed."""

import pytest

from mock_backpack.app import create_app
from mock_backpack.core.settings import Bounds, Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import advance, identity, refresh, send
from tests.mock_backpack.hand_issuer import ADA

pytestmark = pytest.mark.anyio

SCRIPT = {"endpoint": "script"}


async def arm(http, mock, rule, method="POST"):
    return await send(http, method, f"{mock}/_mock/rules", json=rule)


async def armed(http, mock):
    return (await send(http, "GET", f"{mock}/_mock/rules")).json["rules"]


async def statuses(http, mock, times, path="/issuer.js"):
    return [(await send(http, "GET", f"{mock}{path}")).status for _ in range(times)]


def status(match=SCRIPT, **when):
    return {"fault": "http.status", "match": match, "when": when}


async def grant(http, mock, earner, origin):
    body = {"earner": earner, "origin": origin}
    granted = (await send(http, "POST", f"{mock}/_mock/grants", json=body)).json
    return granted["access_token"], granted["api_root"]


@pytest.mark.parametrize(
    "rule",
    [
        {
            "fault": "http.unavailable",
            "with": {"retry_after": 7},
            "match": {"endpoint": "script"},
            "when": {"count": 1},
        },
        "http.unavailable retry_after=7 endpoint=script count=1",
        (
            '{"fault": "http.unavailable", "with": {"retry_after": 7},'
            ' "match": {"endpoint": "script"}, "when": {"count": 1}}'
        ),
    ],
)
async def test_a_rule_is_an_object_or_words(http, mock, rule):
    """All ways of writing a rule arm the same."""
    assert (await arm(http, mock, rule)).status == 201
    answer = await send(http, "GET", f"{mock}/issuer.js")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "7")
    assert await statuses(http, mock, 1) == [200]


BAD_RULES = [
    ({"fault": "http.unavailible"}, "did you mean http.unavailable"),
    ("http.unavailible", "did you mean http.unavailable"),
    ({"defect": "http.unavailable"}, 'no defect is called "http.unavailable"'),
    ({"fault": "http.status", "wiht": {}}, "wiht: expected one of fault"),
    ({}, "rule: expected either fault or defect"),
    ({"fault": "http.status", "defect": "x"}, "rule: expected either fault or defect"),
    (5, "rule: expected an object or a text, saw 5"),
    ("", "rule: expected NAME key=value"),
    ("http.status soon", 'expected key=value after the name, saw "soon"'),
    ("http.status colour=red", "colour: expected one of status"),
    ("{", "rule: expected JSON"),
    ('{"a":' * 20_000, "rule: expected JSON of at most 64 levels"),
    ({"fault": "http.status", "note": 5}, "note: expected a text"),
    ({"fault": "http.status", "with": {"staus": 500}}, "with.staus: expected one of status"),
    ({"fault": "http.status", "with": {"status": 99}}, "with.status: expected a status from"),
    ({"fault": "http.status", "with": []}, "with: expected an object, saw []"),
    (status({"endpoint": "nowhere"}), "match.endpoint: expected one of script"),
    (status({"origin": 5}), "match.origin: expected a text, saw 5"),
    (status({"colour": "red"}), "match.colour: expected one of endpoint"),
    (
        {"defect": "token.no-rotation", "match": {"endpoint": "script"}},
        "match.endpoint: token.no-rotation shows at token only",
    ),
    (status(skip=-1), "when.skip: expected a whole number from 0 to 1000000000, saw -1"),
    (status(count=1.5), "when.count: expected a whole number from 0 to 1000000000, saw 1.5"),
    (status(probability=1.1), "when.probability: expected a number from 0 to 1, saw 1.1"),
    (status(after="soon"), "when.after: expected seconds from 0 to"),
    (status(after=10**400), "when.after: expected seconds"),
    ("http.status after=1e999", "when.after: expected seconds"),
    (status(**{"for": -1}), "when.for: expected seconds"),
    (status(colour=1), "when.colour: expected one of skip"),
]


async def test_a_bad_rule_is_refused_with_what_was_expected_where(http, mock):
    """A 400 that names the member, and nothing is armed."""
    for rule, message in BAD_RULES:
        answer = await arm(http, mock, rule)
        assert answer.status == 400, rule
        assert message in answer.message, rule
        assert await armed(http, mock) == [], rule


@pytest.mark.parametrize(
    ("when", "seen"),
    [
        ({}, [500, 500, 500, 500]),
        ({"skip": 1}, [200, 500, 500, 500]),
        ({"count": 2}, [500, 500, 200, 200]),
        ({"skip": 1, "count": 2}, [200, 500, 500, 200]),
        ({"count": 0}, [200, 200, 200, 200]),
        ({"probability": 0}, [200, 200, 200, 200]),
        ({"probability": 1}, [500, 500, 500, 500]),
    ],
)
async def test_a_rule_acts_as_often_as_it_says(http, mock, when, seen):
    """Skipped requests pass, then it acts so often, then no more."""
    await arm(http, mock, status(**when))
    assert await statuses(http, mock, 4) == seen


async def test_call_n_has_the_same_luck_whatever_else_runs(http, mock):
    """Draws follow seed, rule and number, not what other endpoints do."""
    seen = []
    for pages in (0, 1):
        settings = {"seed": "luck", "rules": [status(probability=0.5)]}
        box = (await send(http, "POST", f"{mock}/_mock/sandboxes", json=settings)).json["url"]
        luck = []
        for _ in range(20):
            await statuses(http, box, pages, "/login")
            luck += await statuses(http, box, 1)
        seen.append(luck)
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500}


async def test_after_and_for_follow_the_clock_of_the_sandbox(http, mock):
    """A rule begins so long after arming, and ends so long after that."""
    await send(http, "POST", f"{mock}/_mock/clock", json={"freeze": True})
    await arm(http, mock, status(after="10s", **{"for": "1m"}))
    seen = []
    for seconds in (0, 9, 1, 59, 1):
        await advance(http, mock, seconds)
        seen += await statuses(http, mock, 1)
    assert seen == [200, 200, 500, 500, 200]


@pytest.mark.parametrize(
    ("match", "seen"),
    [
        ({"earner": ADA}, [500, 200]),
        ({"earner": "nobody@example.org"}, [200, 200]),
        ({"origin": "http://b.example"}, [200, 500]),
        ({"method": "get"}, [500, 500]),
        ({"method": "POST"}, [200, 200]),
        ({"endpoint": "identity"}, [500, 500]),
        ({"endpoint": "issue"}, [200, 200]),
        ({"endpoint": "identity", "earner": ADA, "origin": "http://b.example"}, [200, 200]),
    ],
)
async def test_a_rule_acts_on_the_requests_that_it_matches(http, mock, tokens, match, seen):
    """Everything that it names must fit: endpoint, origin, earner, method."""
    access, _ = await grant(http, mock, "grace@example.org", "http://b.example")
    await arm(http, mock, status(match))
    others = type(tokens)(access, "", "", tokens.api_root)
    assert [(await identity(http, pair)).status for pair in (tokens, others)] == seen


async def test_a_defect_may_act_on_the_second_call_only(http, mock, tokens):
    """The first refresh rotates, the second does not, the third does."""
    rule = {"defect": "token.no-rotation", "when": {"skip": 1, "count": 1}}
    await arm(http, mock, rule)
    kept = []
    for _ in range(3):
        pair = (await refresh(http, tokens)).json
        kept.append(pair["refresh_token"] == tokens.refresh_token)
        tokens = type(tokens)(pair["access_token"], pair["refresh_token"], "", tokens.api_root)
    assert kept == [False, True, False]


async def test_a_rule_tells_how_often_it_acted(http, mock):
    """One that never did is "armed, never fired"."""
    await arm(http, mock, [status(skip=2), status({"endpoint": "issue"})])
    await statuses(http, mock, 3)
    states = [
        [rule[name] for name in ("matched", "fired", "state")] for rule in await armed(http, mock)
    ]
    assert states == [[3, 1, "fired 1 of 3 matching requests"], [0, 0, "armed, never fired"]]


async def test_put_replaces_and_post_adds(http, mock):
    """PUT leaves nothing of what was armed."""
    await arm(http, mock, ["http.status", "http.unavailable"])
    await arm(http, mock, "timing.latency seconds=0")
    assert len(await armed(http, mock)) == 3
    replaced = await arm(http, mock, {"rules": ["http.unavailable"]}, "PUT")
    assert replaced.json["rules"] == await armed(http, mock)
    assert [rule["fault"] for rule in await armed(http, mock)] == ["http.unavailable"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_list_with_one_bad_rule_changes_nothing(http, mock, method):
    """The refusal names the bad one."""
    await arm(http, mock, status())
    before = await armed(http, mock)
    answer = await arm(http, mock, ["http.unavailable", "nonsense"], method)
    assert (answer.status, answer.message[:10]) == (400, "rules[1]: ")
    assert await armed(http, mock) == before


async def test_a_list_of_too_many_rules_changes_nothing(http):
    """The bound counts before anything is armed or taken away."""
    async with served(create_app(Settings(bounds=Bounds(rules=2)))) as mock:
        await arm(http, mock, "http.status")
        before = await armed(http, mock)
        for method, many in (("POST", 2), ("PUT", 3)):
            answer = await arm(http, mock, ["http.status"] * many, method)
            assert (answer.status, answer.message) == (403, "rules: this mock holds at most 2")
            assert await armed(http, mock) == before
        assert (await arm(http, mock, ["http.status"] * 2, "PUT")).status == 200


async def test_delete_disarms_one_or_all(http, mock):
    """The disarmed rules are returned, and act no more."""
    rules = (await arm(http, mock, [status(), "http.unavailable", "http.status"])).json["rules"]
    answer = await send(http, "DELETE", f"{mock}/_mock/rules/{rules[0]['id']}")
    assert [gone["id"] for gone in answer.json["disarmed"]] == [rules[0]["id"]]
    again = await send(http, "DELETE", f"{mock}/_mock/rules/{rules[0]['id']}")
    assert (again.status, again.message) == (404, f'unknown rule "{rules[0]["id"]}"')
    gone = (await send(http, "DELETE", f"{mock}/_mock/rules")).json["disarmed"]
    assert len(gone) == 2
    assert await statuses(http, mock, 1) == [200]
