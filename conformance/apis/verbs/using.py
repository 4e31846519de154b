"""The verb ``use``: the steps of a block as one step."""

from attrs import evolve

from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.model import Block
from conformance.scenario.references import resolve
from conformance.scenario.verb import MAPPING, Arguments, about, spares_grants, verb


@verb(
    arguments={
        "required": ["block"],
        "properties": {
            "block": about("The id of the block.", {"type": "string", "minLength": 1}),
            "with": about("A value for each input of the block.", MAPPING),
        },
    },
    shareable=True,
    spares_grants=spares_grants,
)
async def use(state: State, arguments: Arguments) -> StepResult:
    """Runs the steps of a block.

    Each step must succeed, unless it says otherwise.
    """
    verbs = state.session.api.language.verbs
    block: Block = arguments["block"]
    variables = {**state.always_known(), "in": arguments.get("with", {})}
    inside = evolve(state, variables=variables)
    for step in block.steps:
        action = verbs[step.verb].action
        result: StepResult = await action(inside, resolve(step.arguments, inside.variables))
        if reason := result.unmet(step.must):
            at = f"block {block.id}, step {step.number} ({step.verb})"
            raise StepFailed(f"{at}: {reason}", result.exchange)
        if step.save:
            inside.variables[step.save] = result.saved
    return StepResult(saved=resolve(block.outputs, inside.variables))
