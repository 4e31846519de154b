"""How a page calls: with what, and when."""

from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.issuer_api.evidence import CALLED, MISUSED, Evidence, is_url_or_jws
from mock_backpack.issuer.issuer_api.judges import reasons
from mock_backpack.openbadges.complaint import quoted
from mock_backpack.openbadges.pushed import advice, flaw_of

ASSERTIONS = "an array of assertion URLs and JWS"
NO_TEXT = ("[object Object]", "undefined", "null")


@judges("BC-PAGE-01", reasons.of_calls)
def calls_with_assertions(evidence: Evidence) -> Findings:
    """An array of URLs and JWS, each as text."""
    for event in evidence.of(CALLED, MISUSED):
        if event.what == MISUSED:
            yield failed(event, ASSERTIONS, f"{quoted(event.saw)} instead of an array")
            continue
        wrong = {assertion: flaw for assertion in event.assertions if (flaw := _flaw(assertion))}
        for assertion, flaw in wrong.items():
            yield failed(event, ASSERTIONS, f"{quoted(assertion)}: {flaw}")
        if not wrong:
            yield passed(event, ASSERTIONS)


def _flaw(assertion: str) -> str:
    """Why a text is neither URL nor JWS; ``""`` if it is one."""
    if is_url_or_jws(assertion):
        return ""
    if assertion in NO_TEXT:
        return "a value that is no text"
    return flaw_of(assertion) or f"not an absolute http or https URL{advice(assertion)}"


@judges("BC-PAGE-09", reasons.of_calls)
def opens_one_dialog(evidence: Evidence) -> Findings:
    """A second call waits until the dialog of the first has ended."""
    expected = "no further call while a dialog of the page is open"
    for event in evidence.of(CALLED):
        if event.is_beside_another:
            yield failed(event, expected, f"{event.note['open']} open, and another call")
        else:
            yield passed(event, expected)
