"""The judges of issuers at their edges: what is a fault, what is none, what was not seen."""

import pytest

from tests.mock_backpack.box import STATE
from tests.mock_backpack.earner import Tokens, refresh, send
from tests.mock_backpack.hand_issuer import ADA, GRACE, good_badge, hashed

pytestmark = pytest.mark.anyio


async def test_who_refreshes_in_time_never_meets_the_expiry(box):
    """That is no fault, and nothing was proven."""
    await box.refresh()
    assert await box.push() == 201
    assert await box.outcome("BC-CLIENT-06") == "untested"


async def test_another_assertion_may_follow_an_expired_token(box):
    """An issuer that generates its assertion again repeats the push as well."""
    await box.enter("expired-token")
    assert await box.push(box.badge("old")) == 401
    await box.refresh()
    assert await box.push(box.badge("new")) == 201
    assert await box.outcome("BC-CLIENT-06") == "passed"


async def test_a_push_with_the_old_token_is_no_repetition(box):
    """The new access token was thrown away."""
    await box.enter("expired-token")
    old = box.tokens
    await box.push()
    await box.refresh()
    box.tokens = old
    await box.push()
    assert (await box.outcome("BC-CLIENT-06")).endswith("issue: 401, with the old token")


async def test_who_does_nothing_after_the_expiry_fails(box):
    """Neither refresh nor push."""
    await box.enter("expired-token")
    await box.push()
    assert "no refresh" in await box.outcome("BC-CLIENT-06")


@pytest.mark.parametrize(
    ("change", "saw"),
    [
        ({"grant_type": "refresh"}, 'grant_type: "refresh"'),
        ({"refresh_token": ""}, 'refresh_token: ""'),
        ({"refresh_token": "undefined"}, "a refresh_token that this Backpack did not issue"),
    ],
)
async def test_a_malformed_refresh_is_named(box, change, saw):
    """The part of it that a Backpack cannot understand."""
    await refresh(box.http, box.tokens, **change)
    assert await box.outcome("BC-CLIENT-06") == f"failed: {saw}"


@pytest.mark.slow
async def test_one_refresh_for_several_pushes_is_shared(box):
    """Two badges were refused for one token."""
    await box.enter("parallel-workers")
    assert [await box.push(box.badge(name)) for name in ("a", "b")] == [401, 401]
    await box.refresh()
    assert await box.outcome("BC-CLIENT-07") == "passed"


@pytest.mark.slow
async def test_a_refresh_by_each_worker_is_named(box):
    """The second comes with a token that the first has used up."""
    await box.enter("parallel-workers")
    old = box.tokens
    await box.push()
    await box.refresh()
    await box.refresh(old)
    assert await box.outcome("BC-CLIENT-07") == (
        "failed: a refresh token that another refresh has used"
    )


@pytest.mark.slow
async def test_a_late_worker_is_no_issuer_that_lost_its_refresh_token(box):
    """The new access token was in use already, but it had not expired."""
    await box.enter("parallel-workers")
    old = box.tokens
    await box.push()
    await box.refresh()
    assert await box.push() == 201
    await box.refresh(old)
    assert (await box.outcome("BC-CLIENT-07")).startswith("failed: a refresh token that another")
    assert await box.outcome("BC-CLIENT-06") == "passed"


async def test_an_issuer_that_lost_its_refresh_token_is_told_from_it(box):
    """The new access token has expired, and the refresh token is of the pair before."""
    await box.enter("expires-twice")
    old = box.tokens
    await box.push(box.badge("a"))
    await box.refresh()
    assert await box.push(box.badge("a")) == 201
    assert await box.push(box.badge("b")) == 401
    await box.refresh(old)
    assert await box.outcome("BC-CLIENT-06") == "failed: the refresh token of an earlier pair"
    assert await box.outcome("BC-CLIENT-07") == "untested"


async def test_after_a_lost_answer_the_old_token_may_come_once_more(box):
    """The issuer cannot know that it was used up; after a refusal it can."""
    await box.enter("refresh-answer-lost")
    await box.push()
    assert not await box.refresh()
    assert not await box.refresh()
    assert await box.outcome("BC-CLIENT-07") == "passed"
    assert not await box.refresh()
    assert await box.outcome("BC-CLIENT-07") == "failed: the same refresh token again"


async def test_a_second_push_after_a_lost_answer_is_right(box):
    """It is done with the 304, and not before."""
    await box.enter("answer-lost")
    assert [await box.push(), await box.push()] == [None, 304]
    assert await box.outcome("BC-CLIENT-08") == "passed"
    assert await box.outcome("BC-CLIENT-14") == "passed"
    await box.push()
    assert await box.outcome("BC-CLIENT-08") == "failed: 1 more push of the same badge"


async def test_two_badges_are_no_repetition(box):
    """Each was pushed once."""
    assert [await box.push(box.badge(name)) for name in ("a", "b")] == [201, 201]
    assert await box.outcome("BC-CLIENT-08") == "passed"


async def test_a_refused_badge_may_be_tried_three_times(box):
    """The fourth is one too many."""
    await box.enter("refused-for-good")
    for _ in range(3):
        assert await box.push() == 400
    assert await box.outcome("BC-CLIENT-08") == "passed"
    assert await box.outcome("BC-CLIENT-09") == "untested"
    await box.push()
    assert await box.outcome("BC-CLIENT-08") == "failed: 4 pushes"


async def test_ten_tries_are_bounds_and_eleven_are_none(box):
    """A broken Backpack is not retried forever."""
    await box.enter("broken-for-good")
    await box.push()
    assert "no further try" in await box.outcome("BC-CLIENT-14")
    for _ in range(9):
        await box.push()
    assert await box.outcome("BC-CLIENT-14") == "passed"
    await box.push()
    assert await box.outcome("BC-CLIENT-14") == "failed: 11 of them, all without success"


async def test_waiting_is_measured_by_the_backpacks_clock(box):
    """A test may move the clock in place of waiting."""
    await box.enter("busy")
    assert await box.push() == 503
    await box.control("POST", "/clock", json={"advance": 1})
    await box.push()
    await box.control("POST", "/clock", json={"advance": 1})
    assert await box.push() == 201
    assert await box.outcome("BC-CLIENT-14") == "passed"


async def test_coming_back_too_early_is_named(box):
    """Retry-After said a second."""
    await box.enter("busy")
    await box.push()
    await box.push()
    assert (await box.outcome("BC-CLIENT-14")).startswith("failed: one after 0.")


async def test_after_a_revocation_one_try_to_refresh_is_right(box):
    """Then everything that uses the grant is wrong."""
    await box.enter("revoked")
    await box.push()
    assert not await box.refresh()
    assert await box.outcome("BC-CLIENT-11") == "passed"
    await box.identity()
    assert "after the refresh was refused" in await box.outcome("BC-CLIENT-11")


async def test_a_new_grant_after_a_revocation_is_right(box):
    """The earner has connected again."""
    await box.enter("revoked")
    await box.push()
    box.tokens = await box.grant()
    assert await box.push() == 201
    assert await box.outcome("BC-CLIENT-11") == "passed"


async def test_pushing_on_without_a_refresh_is_named(box):
    """The same badge, again and again."""
    await box.enter("revoked")
    await box.push()
    await box.push()
    assert await box.outcome("BC-CLIENT-11") == "failed: 2 pushes of the same badge"


async def test_who_denies_may_grant_later(box):
    """A push after a new grant is not one after a denial."""
    await box.enter("earner-denies")
    assert (await box.connect())["error"] == "access_denied"
    assert await box.outcome("BC-CLIENT-05") == "passed"
    await box.control("PUT", "/consent", json={"answer": "grant", "earner": ADA})
    query = await box.connect("another0123456789abc")
    box.tokens = Tokens(**{name: query[name] for name in Tokens.__annotations__})
    await box.identity()
    assert await box.outcome("BC-CLIENT-05") == "untested"


async def test_a_token_after_a_denial_is_named(box):
    """Whichever it is."""
    await box.enter("earner-denies")
    await box.connect()
    await box.push()
    assert (await box.outcome("BC-CLIENT-05")).endswith("with a token")


@pytest.mark.parametrize("state", ["", "1234", "aaaaaaaaaaaaaaaaaaaaaaaa"])
async def test_a_value_that_can_be_guessed_protects_nothing(box, state):
    """It is too short, or has too few different characters."""
    await box.connect(state)
    assert (await box.outcome("BC-CLIENT-12")).startswith("failed: the callback http://")


async def test_the_same_value_twice_protects_nothing(box):
    """A fixed value is known after the first connect."""
    await box.connect()
    assert await box.outcome("BC-CLIENT-12") == "passed"
    await box.connect()
    assert await box.outcome("BC-CLIENT-12") == f'failed: "{STATE}" again'


async def test_the_identity_may_be_asked_several_times(box):
    """Each answer has a salt of its own; the badge may use any of them."""
    answers = [(await box.identity()).json for _ in range(2)]
    made = good_badge(box.site)
    identity = answers[0]
    made.assertion["recipient"] = {
        "identity": identity["recipient"],
        "salt": identity["salt"],
        "type": identity["type"],
        "hashed": True,
    }
    assert await box.push(made.publish()) == 201
    assert await box.outcome("BC-CLIENT-15") == "passed"


async def test_an_issuer_that_knows_the_address_needs_no_identity(box):
    """Its badge is taken, and nothing is said of the identity."""
    assert await box.push() == 201
    assert await box.outcome("BC-CLIENT-15") == "untested"


async def test_an_asked_identity_must_be_used(box):
    """A hash of the issuer's own is another recipient."""
    await box.identity()
    made = good_badge(box.site)
    made.assertion["recipient"] = hashed(ADA, "sha256", "own")
    assert await box.push(made.publish()) == 201
    assert (await box.outcome("BC-CLIENT-15")).startswith('failed: recipient.identity: "sha256$')


async def test_a_badge_for_somebody_else_is_named(box):
    """Unless only the Backpack could know the earner."""
    assert await box.push(box.badge(email=GRACE)) == 403
    wanted = "failed: badge assertion is for a different user: expected the hash of the earner's"
    assert (await box.outcome("BC-CLIENT-15")).startswith(wanted)
    await box.enter("other-address")
    assert await box.push(box.badge(email=GRACE)) == 403
    assert await box.outcome("BC-CLIENT-15") == "untested"


async def test_a_signed_badge_is_a_badge(box):
    """It is pushed as it is, and nothing has to be hosted but class, issuer and key."""
    assert await box.push(good_badge(box.site).sign()) == 201
    assert await box.outcome("BC-CLIENT-04") == "passed"
    assert await box.outcome("BC-CLIENT-09") == "passed"


@pytest.mark.parametrize(
    ("badge", "saw"),
    [
        ({"uid": "1"}, "badge: an object"),
        (["http://a.example/1"], "badge: an array"),
        ("/assertions/1", 'badge: "/assertions/1"'),
        ('{"uid": "1"}', "badge: the assertion itself, as a text"),
    ],
)
async def test_what_is_neither_url_nor_signature_is_named(box, badge, saw):
    """In the words of JSON."""
    assert await box.push(badge) == 400
    assert await box.outcome("BC-CLIENT-04") == f"failed: {saw}"


async def test_a_push_without_a_badge_is_named(box):
    """Another name for it does not count."""
    headers = box.tokens.bearer
    url = f"{box.tokens.api_root}/issue"
    await send(box.http, "POST", url, json={"assertion": "http://a.example/1"}, headers=headers)
    assert await box.outcome("BC-CLIENT-04") == "failed: no badge, but assertion"


async def test_a_slow_backpack_may_be_asked_again(box):
    """A client that gave up waiting cannot know; it stops after a few tries."""
    await box.control("POST", "/rules", json="timing.latency seconds=0.01 endpoint=issue")
    assert [await box.push() for _ in range(3)] == [201, 304, 304]
    assert await box.outcome("BC-CLIENT-08") == "passed"
    await box.push()
    assert await box.outcome("BC-CLIENT-08") == "failed: 4 pushes"
