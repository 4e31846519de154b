"""The result of a step: an exchange, a response to judge, values for later steps."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from conformance.core.exchange import Exchange


@frozen
class StepResult:
    """What one step did."""

    exchange: Exchange | None = None
    response: Mapping[str, Any] | None = None
    """What is judged; ``None`` when there is no response, or nothing to judge."""
    saved: Mapping[str, Any] = field(factory=dict)
    trouble: str = ""
    """Why the step did not succeed; ``""`` when it did."""
    unjudged: str = ""
    """Why there is nothing to judge although the step succeeded."""
    fetched: tuple[str, ...] | None = None
    """The parts of badges that were fetched from the issuer site; ``None`` when not observed."""

    flaw: str = ""
    """What is wrong with the pushed badge, in words; ``""`` when nothing is."""

    @property
    def visits(self) -> str:
        """What was fetched, in words, as a hint to why a push failed."""
        if self.fetched is None:
            return ""
        parts = ", ".join(dict.fromkeys(self.fetched))
        return (
            f"the target fetched {parts}" if parts else "the target never reached the issuer site"
        )

    @property
    def refused(self) -> bool:
        """Whether the target refused the request: a 4xx."""
        return self.response is not None and 400 <= self.response["status"] < 500

    def unmet(self, must: str | None) -> str:
        """Why later steps cannot build on a step that must end so; ``""`` when they can."""
        if must == "refused" and not self.refused:
            return "it was not refused"
        return self.trouble if must == "succeed" else ""


def exchange_result(exchange: Exchange, *, good: bool | None = None) -> StepResult:
    """The result of a step that ended with an exchange; by default it succeeded with a 2xx."""
    response = exchange.response()
    if response is None:
        return StepResult(exchange, trouble=exchange.trouble)
    if good is None:
        good = 200 <= response["status"] < 300
    saved = response["body"] if isinstance(response["body"], dict) else {}
    trouble = "" if good else f"the response was {response['status']}"
    return StepResult(exchange, response, saved, trouble)


def absolute(api_root: Any) -> str | None:
    """An ``api_root`` that is an absolute HTTP URL; ``None`` for anything else."""
    is_url = isinstance(api_root, str) and api_root.startswith(("http://", "https://"))
    return api_root if is_url else None
