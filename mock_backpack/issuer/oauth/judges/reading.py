"""How a consumer reads a collection."""

from mock_backpack.issuer.answered import answered, shown
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence, next_of


def reads_to_the_end(evidence: Evidence) -> Findings:
    """Whatever arrays a page has, ``next`` is followed until there is none."""
    expected = "the page to which next leads"
    good = [call for call in evidence.reads if call.is_good]
    ways = [(call, _next(call)) for call in good]
    for call, following in ways:
        if following is not None and not _is_followed(call, following, good):
            yield failed(call, expected, f"no further page after {shown(call.entry)}")
            return
    if any(following for _, following in ways):
        yield passed(good[-1], expected)


def _next(call: Call) -> dict[str, str] | None:
    return next_of(answered(call.entry, "Link") or "")


def _is_followed(call: Call, following: dict[str, str], good: list[Call]) -> bool:
    offset = following.get("offset", "0")
    return any(
        dict(later.query).get("offset", "0") == offset for later in good if later.is_after(call)
    )
