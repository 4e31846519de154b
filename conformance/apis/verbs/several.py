"""The verb ``parallel``: several requests at the same time."""

import asyncio

from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import Arguments, about, shared, verb


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
async def parallel(state: State, arguments: Arguments) -> StepResult:
    """Runs steps in parallel. The body to judge is the list of their responses."""
    steps = arguments["steps"] if "steps" in arguments else [arguments["step"]] * arguments["times"]
    named = [next(iter(step.items())) for step in steps]
    verbs = state.session.api.language.verbs
    results = await asyncio.gather(*(verbs[name].action(state, inner) for name, inner in named))
    lost = next((result for result in results if result.response is None), None)
    if lost is not None:  # which of the parallel requests is the cause is unknown
        raise StepFailed(f"one of {len(results)} parallel requests got no response", lost.exchange)
    body = [result.response for result in results]
    response = {"status": 200, "headers": {}, "body": body, "landed": None, "at_once": True}
    return StepResult(results[-1].exchange, response)
