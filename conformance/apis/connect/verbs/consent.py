"""What an earner does in a browser: grant, deny, take back."""

from collections.abc import Mapping
from typing import Any

from conformance.apis.verbs.hooked import GRANTED
from conformance.engine.done import Done
from conformance.engine.state import State
from conformance.scenario.verb import (
    NAME,
    ORIGIN,
    REFERENCE,
    TEXT,
    Actor,
    Saves,
    about,
    always,
    verb,
)


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": about("The name of a person; the same name is the same person.", NAME),
            "scope": about(
                "What is asked for; `[issue]` unless said otherwise, `null` for none.",
                {
                    "anyOf": [
                        REFERENCE,
                        {"title": "a list of scopes", "type": ["array", "null"], "items": TEXT},
                    ]
                },
            ),
            "answer": about(
                (
                    "What the earner does: `grant` (unless said otherwise), `deny`, or "
                    "`look` at the consent page and stop."
                ),
                {"enum": ["grant", "deny", "look"]},
            ),
            "query": about(
                (
                    "What the access page is asked, in place of callback and scope; a text "
                    "is sent as it is."
                ),
                {
                    "title": "what the access page is asked, in place of callback and scope",
                    "type": ["object", "string"],
                },
            ),
            "callback": about(
                (
                    "Where the browser shall return to; the issuer site's own callback "
                    "unless said otherwise."
                ),
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "origin": about(
                            (
                                "Which of the issuer's two origins asks: `first` (unless said "
                                "otherwise) or `second`."
                            ),
                            ORIGIN,
                        ),
                        "query": about("A query of the callback's own, such as `state=7`.", TEXT),
                        "url": about(
                            "Any callback in place of the issuer site's; `null` for none.",
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
async def connect(state: State, wanted: Mapping[str, Any]) -> Done:
    """An issuer asks an earner for access, in the earner's browser."""
    done: Done = await state.session.granting.grant(state, wanted)
    return done


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": about("The name of a person.", NAME),
            "origin": about(
                ("Which of the issuer's two origins: `first` (unless said otherwise) or `second`."),
                ORIGIN,
            ),
        },
    },
    needs=always("revoke"),
    actor=Actor.EARNER,
)
async def revoke(state: State, wanted: Mapping[str, Any]) -> Done:
    """The earner takes an origin's permission back, on the settings page of the Backpack."""
    done: Done = await state.session.granting.revoke(state, wanted)
    return done
