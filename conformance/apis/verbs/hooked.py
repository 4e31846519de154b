"""What only a target with hooks lets us do."""

from collections.abc import Mapping
from typing import Any

from conformance.engine.done import Done, absolute
from conformance.engine.state import Broken, State
from conformance.scenario.verb import (
    MAPPING,
    NAME,
    ORIGIN,
    REFERENCE,
    TEXT,
    Saves,
    about,
    always,
    verb,
)
from conformance.target.issuer_site import FIRST

GRANTED = ("access_token", "refresh_token", "expires", "api_root")
"""What a grant comes with."""


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
async def advance(state: State, wanted: Mapping[str, Any]) -> Done:
    """Advances the target's clock, or waits."""
    try:
        seconds = float(wanted["seconds"])
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Broken(f"expected a number of seconds, saw {wanted['seconds']!r}")
    await state.session.target.hooks.advance(max(seconds + wanted.get("plus", 0), 0))
    return Done()


@verb(
    arguments={
        "required": ["earner"],
        "properties": {"earner": about("The name of an earner.", NAME)},
    },
    saves=Saves(("uids",)),
    needs=always("badges"),
)
async def badges(state: State, wanted: Mapping[str, Any]) -> Done:
    """Lists an earner's badges with the target's adapter."""
    found = await state.session.target.hooks.badges(state.earner(wanted["earner"]).email)
    uids = [badge.get("uid") if isinstance(badge, Mapping) else badge for badge in found]
    response = {"status": 200, "headers": {}, "body": {"uids": uids}, "landed": None}
    return Done(response=response, saved={"uids": uids})


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
async def grant(state: State, wanted: Mapping[str, Any]) -> Done:
    """A grant with exactly these scopes, created by the target's adapter."""
    origin = state.session.site.origins[wanted.get("origin", FIRST)].url
    email = state.earner(wanted["earner"]).email
    told = await state.session.target.hooks.grant(email, origin, wanted["scope"])
    state.learn_tokens(told, absolute(told.get("api_root")))
    return Done(saved=told)


@verb(
    arguments={
        "title": (
            "a rule of the mock, for the requests of one earner: fault or defect, with, match, when"
        ),
        "oneOf": [{"required": ["fault"]}, {"required": ["defect"]}],
        "properties": {
            "fault": about("A fault of the mock's catalogue.", TEXT),
            "defect": about("A defect of the mock's catalogue.", TEXT),
            "earner": about("The earner whose requests are affected.", NAME),
            "with": about("Its parameters.", MAPPING),
            "match": about("Which requests are affected: `endpoint`, `method`, `origin`.", MAPPING),
            "when": about("How often: `skip`, `count`, `after`, `for`, `probability`.", MAPPING),
        },
    },
    needs=always("faults"),
)
async def fault(state: State, wanted: Mapping[str, Any]) -> Done:
    """Enables a fault or defect of the mock for the requests of one earner."""
    about = {"earner": state.earner(wanted["earner"]).email} if "earner" in wanted else {}
    match = {**about, **wanted.get("match", {})}
    state.wire.waits = False  # a fault may be a limit, and the scenario judges how that is told
    rule = {name: value for name, value in wanted.items() if name != "earner"}
    await state.session.target.hooks.arm({**rule, "match": match})
    return Done()
