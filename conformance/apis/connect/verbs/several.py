"""Several requests at once."""

import asyncio
from collections.abc import Mapping
from typing import Any

from conformance.apis.connect.verbs.asking import ASKING
from conformance.engine.done import Done
from conformance.engine.state import Broken, State


async def parallel(state: State, wanted: Mapping[str, Any]) -> Done:
    """Several steps at once, or one several times; what is judged is the list of responses."""
    steps = wanted["steps"] if "steps" in wanted else [wanted["step"]] * wanted["times"]
    asked = [next(iter(step.items())) for step in steps]
    done = await asyncio.gather(*(ASKING[verb](state, arguments) for verb, arguments in asked))
    lost = next((one for one in done if one.response is None), None)
    if lost is not None:  # of those that came at once, nobody can say whose fault it is
        raise Broken(f"one of {len(done)} requests at once got no answer", lost.exchange)
    body = [one.response for one in done]
    response = {"status": 200, "headers": {}, "body": body, "landed": None, "at_once": True}
    return Done(done[-1].exchange, response)
