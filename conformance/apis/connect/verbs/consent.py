"""The verbs ``connect`` and ``revoke``: what an earner does in a browser."""

from conformance.apis.verbs.hooked import GRANTED
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import (
    NAME,
    ORIGIN,
    REFERENCE,
    TEXT,
    Actor,
    Arguments,
    Saves,
    about,
    always,
    verb,
)


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": about("The name of an earner; the same name is the same earner.", NAME),
            "scope": about(
                "The requested scopes. Default: `[issue]`; `null` for none.",
                {
                    "anyOf": [
                        REFERENCE,
                        {"title": "a list of scopes", "type": ["array", "null"], "items": TEXT},
                    ]
                },
            ),
            "answer": about(
                (
                    "What the earner does: `grant` (default), `deny`, or `look` at the "
                    "consent page and stop."
                ),
                {"enum": ["grant", "deny", "look"]},
            ),
            "query": about(
                (
                    "The query of the access page, instead of callback and scope. A string "
                    "is sent unchanged."
                ),
                {
                    "title": "the query of the access page, instead of callback and scope",
                    "type": ["object", "string"],
                },
            ),
            "callback": about(
                "The callback. Default: the issuer site's own.",
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "origin": about(
                            "The issuer's origin: `first` (default) or `second`.", ORIGIN
                        ),
                        "query": about("A query for the callback, such as `state=7`.", TEXT),
                        "url": about(
                            "Another callback instead of the issuer site's; `null` for none.",
                            {"type": ["string", "null"]},
                        ),
                    },
                },
            ),
        },
    },
    saves=Saves((*GRANTED, "callback", "error"), is_open=True),
    shareable=True,
)
async def connect(state: State, arguments: Arguments) -> StepResult:
    """An issuer asks an earner for access, in the earner's browser."""
    result: StepResult = await state.session.granting.grant(state, arguments)
    return result


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": about("The name of an earner.", NAME),
            "origin": about("The issuer's origin: `first` (default) or `second`.", ORIGIN),
        },
    },
    needs=always("revoke"),
    actor=Actor.EARNER,
)
async def revoke(state: State, arguments: Arguments) -> StepResult:
    """The earner revokes access for an origin on the settings page of the Backpack."""
    result: StepResult = await state.session.granting.revoke(state, arguments)
    return result
