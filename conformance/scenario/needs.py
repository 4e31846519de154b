"""What a scenario asks of a target that not every target can do."""

from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from conformance.apis.connect import story
from conformance.apis.connect.probes.endpoint import Endpoint
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.steps import PLAY, play_of
from conformance.target.issuer_site import FORBIDDEN

ASKED_OF: Mapping[str, str] = MappingProxyType(
    {
        "advance": "clock",
        "revoke": "revoke",
        "badges": "badges",
        "script": "browser",
        "grant": "scopes",
        "fault": "faults",
        "preflight": "cors",
    }
)
"""From a verb to what it needs of a target."""
BY_EARNERS = ("revoke", "forge", "session", "login", PLAY)
"""Verbs for which an earner must be at the target's pages."""
AT_PAGES = ("forge", "session", "login", PLAY)
"""Those of them for which no adapter can stand in."""
SELDOM = frozenset(ASKED_OF.values()) | {"second-earner", "fetch-policy"}


def used_by(scenario: Scenario) -> frozenset[str]:
    """The capabilities without which a scenario cannot run."""
    steps = [one for step in scenario.steps for one in _with_block(step)]
    found = {ASKED_OF[step.verb] for step in steps if step.verb in ASKED_OF}
    if any(step.arguments.get("form") == "revoke" for step in steps):
        found.add("revoke")
    if len({role for step in steps for role in _roles(step)}) > 1:
        found.add("second-earner")
    for step in steps:
        found |= story.asked(**(play_of(step, scenario) or {})) if step.verb == PLAY else set()
    hosted = [step.arguments for step in steps if step.verb == "host"]
    if FORBIDDEN in _texts([*hosted, dict(scenario.rows) if hosted else {}]):
        found.add("fetch-policy")
    return frozenset(found)


def lacks_by_hand(scenario: Scenario) -> str:
    """Why one grant that an earner gave by hand is not enough; ``""`` when it is."""
    steps = [one for step in scenario.steps for one in _with_block(step)]
    connects = [step for step in steps if step.verb == "connect"]
    plain = [one for one in connects if set(one.arguments) == {"earner"} and not one.expect]
    by_earners = any(step.verb in BY_EARNERS or step.arguments.get("page") for step in steps)
    if len(connects) > 1 or len(plain) < len(connects) or by_earners:
        return "it needs an earner at the target's pages, and there is only the grant given by hand"
    spent = [str(step.arguments.get("token")) for step in steps if step.verb == "refresh"]
    if len(set(spent)) < len(spent):
        return "it uses a refresh token twice, which may end the grant that was given by hand"
    return ""


def lacks_by_adapter(scenario: Scenario, methods: Container[str]) -> str:
    """Why an adapter that grants in place of the earner is not enough; ``""`` when it is."""
    steps = [one for step in scenario.steps for one in _with_block(step)]
    walks = [step for step in steps if step.verb in ("connect", "revoke")]
    plain = [one for one in walks if _is_plain(one.arguments) and not one.expect]
    at_pages = any(step.verb in AT_PAGES or step.arguments.get("page") for step in steps)
    if len(plain) < len(walks) or at_pages:
        return "it needs an earner at the target's pages, and there is only grant() of the adapter"
    if any(step.verb == "revoke" for step in steps) and "revoke" not in methods:
        return "the adapter has no revoke(), and nobody can get to the settings page"
    return ""


ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType(
    {"issue": Endpoint.ISSUE, "refresh": Endpoint.TOKEN, "identity": Endpoint.IDENTITY}
)
"""From a verb to the endpoint that it asks."""


def endpoints_of(scenario: Scenario) -> frozenset[Endpoint]:
    """What of a target a scenario asks; all of it, where that is drawn or written as bytes."""
    steps = [one for step in scenario.steps for one in _with_block(step)]
    found = (one for step in steps for one in _endpoints(step.verb, step.arguments))
    return frozenset({Endpoint.PAGES, *found})


def _endpoints(verb: str, wanted: Mapping[str, Any]) -> Iterator[Endpoint]:
    if verb in ENDPOINTS:
        yield ENDPOINTS[verb]
    elif verb == "parallel":
        for step in wanted.get("steps", [wanted.get("step", {})]):
            for inner, arguments in step.items():
                yield from _endpoints(inner, arguments)
    elif verb in (PLAY, "raw"):
        yield from Endpoint
    elif verb in ("request", "preflight"):
        named = str(wanted.get("path", "$")).rpartition("/")[2]
        yield from Endpoint if named.startswith("$") else ()
        yield from (one for one in Endpoint if one == named)


def _is_plain(wanted: Mapping[str, Any]) -> bool:
    """Whether all that is said of a grant is whose it is, and which origin's."""
    said = {*wanted, *wanted.get("callback", ())} - {"callback"}
    return said <= {"earner", "origin"}


def _with_block(step: Step) -> Iterator[Step]:
    """A step, and the steps of the block that it uses."""
    yield step
    block = step.arguments.get("block")
    if isinstance(block, Block):
        yield from block.steps


def _roles(step: Step) -> Iterator[str]:
    """The earners of whom a step speaks."""
    badge = step.arguments.get("assertion") if step.verb == "host" else None
    recipient = badge.get("recipient") if isinstance(badge, Mapping) else None
    awarded = recipient.get("earner") if isinstance(recipient, Mapping) else None
    for one in (step.arguments.get("earner"), step.arguments.get("by"), awarded):
        if isinstance(one, str):
            yield one


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    match value:
        case str():
            yield value
        case Mapping():
            yield from (text for one in value.values() for text in _texts(one))
        case list():
            yield from (text for one in value for text in _texts(one))
