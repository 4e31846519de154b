"""What a step leaves behind: an exchange, a response to judge, values for later steps."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from conformance.core.exchange import Exchange


@frozen
class Done:
    """What a step did."""

    exchange: Exchange | None = None
    response: Mapping[str, Any] | None = None
    """What is judged; ``None`` when there was no answer, or nothing to be judged."""
    saved: Mapping[str, Any] = field(factory=dict)
    trouble: str = ""
    """Why it did not come to a good end; ``""`` when it did."""
    unseen: str = ""
    """Why there is nothing to judge, though it came to a good end."""
    fetched: tuple[str, ...] | None = None
    """The parts of badges that came to be fetched from our site; ``None`` when nobody looked."""

    flaw: str = ""
    """What is wrong with the badge that was pushed, in words; ``""`` when nothing is."""

    @property
    def visits(self) -> str:
        """What was fetched, in words for who wonders why a push went wrong."""
        if self.fetched is None:
            return ""
        parts = ", ".join(dict.fromkeys(self.fetched))
        return f"it fetched {parts}" if parts else "it never reached the issuer site"

    @property
    def refused(self) -> bool:
        """Whether the target refused: a 4xx."""
        return self.response is not None and 400 <= self.response["status"] < 500

    def unfit(self, must: str | None) -> str:
        """Why nothing can be built upon the step, which must end so; ``""`` when something can."""
        if must == "refused" and not self.refused:
            return "it was not refused"
        return self.trouble if must == "succeed" else ""


def answered(exchange: Exchange, *, good: bool | None = None) -> Done:
    """A step that ended with an exchange; good means 2xx unless said otherwise."""
    response = exchange.response()
    if response is None:
        return Done(exchange, trouble=exchange.trouble)
    if good is None:
        good = 200 <= response["status"] < 300
    found = response["body"]
    saved = found if isinstance(found, dict) else {}
    return Done(exchange, response, saved, "" if good else f"it answered {response['status']}")


def absolute(api_root: Any) -> str | None:
    is_url = isinstance(api_root, str) and api_root.startswith(("http://", "https://"))
    return api_root if is_url else None
