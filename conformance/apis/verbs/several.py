"""Several requests at once."""

import asyncio
from collections.abc import Mapping
from typing import Any

from conformance.engine.done import Done
from conformance.engine.state import Broken, State
from conformance.scenario.verb import about, shared, verb


@verb(
    arguments={
        "oneOf": [{"required": ["times", "step"]}, {"required": ["steps"]}],
        "properties": {
            "times": about("How many times.", {"type": "integer", "minimum": 2, "maximum": 50}),
            "step": about("The step, without `save` and `expect`.", shared("asking")),
            "steps": about(
                "Several steps to run in parallel.",
                {"type": "array", "minItems": 2, "maxItems": 50, "items": shared("asking")},
            ),
        },
    }
)
async def parallel(state: State, wanted: Mapping[str, Any]) -> Done:
    """Runs steps in parallel. The body to judge is the list of their responses."""
    steps = wanted["steps"] if "steps" in wanted else [wanted["step"]] * wanted["times"]
    asked = [next(iter(step.items())) for step in steps]
    verbs = state.session.api.language.verbs
    done = await asyncio.gather(*(verbs[name].action(state, given) for name, given in asked))
    lost = next((one for one in done if one.response is None), None)
    if lost is not None:  # of those that came at once, nobody can say whose fault it is
        raise Broken(f"one of {len(done)} requests at once got no answer", lost.exchange)
    body = [one.response for one in done]
    response = {"status": 200, "headers": {}, "body": body, "landed": None, "at_once": True}
    return Done(done[-1].exchange, response)
