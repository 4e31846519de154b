"""The verbs of what an earner does in a browser: grant, revoke, read the consent page."""

from conformance.apis.connect.verbs.asking import identity
from conformance.apis.verbs.hooked import GRANTED
from conformance.engine.state import State, StepFailed
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
from conformance.target.browser.onward import page_of
from conformance.target.pages.elements import attribute

OK = 200
SHORTEST, MOST_FIELDS = 8, 20
"""Characters of a value that may be a token, and values that are tried."""


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
        "required": ["earner", "at"],
        "properties": {
            "earner": about("The name of an earner.", NAME),
            "at": about("The `api_root` to try the values at.", TEXT),
        },
    },
    asks=always("identity"),
    actor=Actor.PAGES,
)
async def try_hidden_fields(state: State, arguments: Arguments) -> StepResult:
    """Try the values of hidden fields on the consent page as access tokens.

    ``working`` has the names of the fields whose values work.

    Raises:
        StepFailed: when the consent page was not reached.
    """
    looked: StepResult = await state.session.granting.grant(
        state, {"earner": arguments["earner"], "answer": "look"}
    )
    page = page_of(looked.exchange) if looked.exchange else None
    if page is None:
        raise StepFailed("there is no consent page", looked.exchange)
    fields = [
        (attribute(field, "name"), attribute(field, "value"))
        for field in page.soup.select("input[type=hidden]")
    ]
    working = []
    for name, value in [field for field in fields if _may_be_token(field[1])][:MOST_FIELDS]:
        state.secrets.add(value, f"hidden field {name}")
        tried = await identity.action(state, {"token": value, "at": arguments["at"]})
        if tried.response and tried.response["status"] == OK:
            working.append(name)
    body = {"working": working}
    return StepResult(looked.exchange, {"status": OK, "headers": {}, "body": body, "landed": None})


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


def _may_be_token(value: str) -> bool:
    return len(value) >= SHORTEST and "://" not in value
