"""What only a target with hooks lets us do."""

from collections.abc import Mapping
from typing import Any

from conformance.runner.state import Broken, State
from conformance.runner.verbs.done import Done


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
    uids = [badge.get("uid") for badge in found]
    response = {"status": 200, "headers": {}, "body": {"uids": uids}, "landed": None}
    return Done(response=response, saved={"uids": uids})
