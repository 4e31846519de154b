"""Several requests at once."""

import asyncio
from collections.abc import Mapping
from typing import Any

from conformance.runner.state import State
from conformance.runner.verbs.asking import ASKING
from conformance.runner.verbs.done import Done


async def parallel(state: State, wanted: Mapping[str, Any]) -> Done:
    """The same step several times at once; the body that is judged is the list of responses."""
    (verb, arguments), *_ = wanted["step"].items()
    done = await asyncio.gather(*(ASKING[verb](state, arguments) for _ in range(wanted["times"])))
    body = [one.response for one in done]
    response = {"status": 200, "headers": {}, "body": body, "landed": None, "at_once": True}
    return Done(done[-1].exchange, response)
