"""The verbs that need hooks of the target: its clock, its badges, its scopes, its faults."""

from collections.abc import Mapping

from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, absolute
from conformance.scenario.verb import (
    MAPPING,
    NAME,
    ORIGIN,
    REFERENCE,
    TEXT,
    Arguments,
    Saves,
    about,
    always,
    verb,
)
from conformance.target.issuer_site import FIRST

GRANTED = ("access_token", "refresh_token", "expires", "api_root")
"""The members of a grant."""


@verb(
    arguments={
        "required": ["seconds"],
        "properties": {
            "seconds": about(
                "The number of seconds.", {"anyOf": [REFERENCE, {"type": "number", "minimum": 0}]}
            ),
            "plus": about("More seconds (or fewer, if negative).", {"type": "number"}),
        },
    },
    needs=always("clock"),
)
async def advance(state: State, arguments: Arguments) -> StepResult:
    """Advances the target's clock, or waits."""
    try:
        seconds = float(arguments["seconds"])
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise StepFailed(f"expected a number of seconds, saw {arguments['seconds']!r}")
    await state.session.target.hooks.advance(max(seconds + arguments.get("plus", 0), 0))
    return StepResult()


@verb(
    arguments={
        "required": ["earner"],
        "properties": {"earner": about("The name of an earner.", NAME)},
    },
    saves=Saves(("uids",)),
    needs=always("badges"),
)
async def badges(state: State, arguments: Arguments) -> StepResult:
    """Lists an earner's badges with the target's adapter."""
    listed = await state.session.target.hooks.badges(state.earner(arguments["earner"]).email)
    uids = [badge.get("uid") if isinstance(badge, Mapping) else badge for badge in listed]
    response = {"status": 200, "headers": {}, "body": {"uids": uids}, "landed": None}
    return StepResult(response=response, saved={"uids": uids})


@verb(
    arguments={
        "required": ["earner", "scope"],
        "properties": {
            "earner": about("The earner who grants access.", NAME),
            "scope": about("The scopes; may be empty.", {"type": "array", "items": TEXT}),
            "origin": about("The issuer's origin. Default: `first`.", ORIGIN),
        },
    },
    saves=Saves(GRANTED, is_open=True),
    needs=always("scopes"),
)
async def grant(state: State, arguments: Arguments) -> StepResult:
    """A grant with exactly these scopes, created by the target's adapter."""
    origin = state.session.site.origins[arguments.get("origin", FIRST)].url
    email = state.earner(arguments["earner"]).email
    tokens = await state.session.target.hooks.grant(email, origin, arguments["scope"])
    state.learn_tokens(tokens, absolute(tokens.get("api_root")))
    return StepResult(saved=tokens)


@verb(
    arguments={
        "title": (
            "a rule of the mock, for the requests of one earner: fault or defect, with, match, when"
        ),
        "oneOf": [{"required": ["fault"]}, {"required": ["defect"]}],
        "properties": {
            "fault": about("The name of a fault of the mock.", TEXT),
            "defect": about("The name of a defect of the mock.", TEXT),
            "earner": about("The earner whose requests are affected.", NAME),
            "with": about("Its parameters.", MAPPING),
            "match": about("Which requests are affected: `endpoint`, `method`, `origin`.", MAPPING),
            "when": about("How often: `skip`, `count`, `after`, `for`, `probability`.", MAPPING),
        },
    },
    needs=always("faults"),
)
async def fault(state: State, arguments: Arguments) -> StepResult:
    """Enables a fault or defect of the mock for the requests of one earner."""
    earner = {"earner": state.earner(arguments["earner"]).email} if "earner" in arguments else {}
    match = {**earner, **arguments.get("match", {})}
    state.wire.waits = False  # the fault may be a rate limit, and the scenario judges its response
    rule = {name: value for name, value in arguments.items() if name != "earner"}
    await state.session.target.hooks.arm({**rule, "match": match})
    return StepResult()
