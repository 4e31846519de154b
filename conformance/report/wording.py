"""Words that differ between a report on a Backpack and one on an issuer."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Wording:
    """What the parts of a report are called."""

    kind: str
    """With ``{api}`` for the name of the API."""
    target: str
    came_back: str
    """What stands beside what was expected."""
    fault: str
    """Whose fault a failure is, and why."""
    scenarios: str


WORDINGS: Mapping[str, Wording] = {
    "backpack": Wording(
        kind="{api} conformance",
        target="Target",
        came_back="came back",
        fault="The target: its response does not meet the requirement.",
        scenarios="Scenarios",
    ),
    "issuer": Wording(
        kind="{api} conformance of an issuer",
        target="Command",
        came_back="saw",
        fault="The issuer: see the requests that the mock received, or its site.",
        scenarios="Situations",
    ),
}
"""By role."""
