"""What only a target with hooks lets us do."""

from collections.abc import Mapping
from typing import Any

from conformance.engine.done import Done, absolute
from conformance.engine.state import Broken, State
from conformance.target.issuer_site import FIRST


async def advance(state: State, wanted: Mapping[str, Any]) -> Done:
    """Time passes at the target."""
    try:
        seconds = float(wanted["seconds"])
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Broken(f"expected a number of seconds, saw {wanted['seconds']!r}")
    await state.session.target.hooks.advance(max(seconds + wanted.get("plus", 0), 0))
    return Done()


async def badges(state: State, wanted: Mapping[str, Any]) -> Done:
    """The uids of the badges that an earner has, as the target's hook tells them."""
    found = await state.session.target.hooks.badges(state.earner(wanted["earner"]).email)
    uids = [badge.get("uid") if isinstance(badge, Mapping) else badge for badge in found]
    response = {"status": 200, "headers": {}, "body": {"uids": uids}, "landed": None}
    return Done(response=response, saved={"uids": uids})


async def grant(state: State, wanted: Mapping[str, Any]) -> Done:
    """A grant with other scopes than the earner can give on the consent page."""
    origin = state.session.site.origins[wanted.get("origin", FIRST)].url
    email = state.earner(wanted["earner"]).email
    told = await state.session.target.hooks.grant(email, origin, wanted["scope"])
    state.learn_tokens(told, absolute(told.get("api_root")))
    return Done(saved=told)


async def fault(state: State, wanted: Mapping[str, Any]) -> Done:
    """Arm the mock, for the requests of this scenario's earner alone."""
    about = {"earner": state.earner(wanted["earner"]).email} if "earner" in wanted else {}
    match = {**about, **wanted.get("match", {})}
    state.wire.waits = False  # a fault may be a limit, and the scenario judges how that is told
    rule = {name: value for name, value in wanted.items() if name != "earner"}
    await state.session.target.hooks.arm({**rule, "match": match})
    return Done()
