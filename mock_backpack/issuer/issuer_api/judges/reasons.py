"""Why a requirement is untested although the issuer sent requests."""

from mock_backpack.issuer.issuer_api.evidence import ANSWERED, CALLED, CLOSED, LEFT, Evidence

NO_CALL = "no call of OpenBadges.issue or issue_no_modal was received"
UNWATCHED = "the mock inspects offered badges only in a situation: use issuer-api/accepted"
ALONE = "the page opened the dialog in the full window only"
UNTOLD = "the Content-Security-Policy of the page may forbid notes to the mock (connect-src)"


def of_calls(_evidence: Evidence) -> str:
    """BC-PAGE-01 and BC-PAGE-09."""
    return NO_CALL


def of_documents(evidence: Evidence) -> str:
    """BC-PAGE-02 to BC-PAGE-04."""
    if not any(evidence.of(CALLED)):
        return NO_CALL
    if evidence.inspections is None:
        return UNWATCHED
    return "no call led to an assertion that the mock could read"


def of_callbacks(evidence: Evidence) -> str:
    """BC-PAGE-05."""
    if not any(evidence.of(CALLED)):
        return NO_CALL
    if any(evidence.of(CLOSED, LEFT)):
        return "the dialog ended without an answer, as it may"
    if _is_always_alone(evidence):
        return f"{ALONE}; if it never calls issue, this does not apply (--inapplicable BC-PAGE-05)"
    if any(evidence.of(ANSWERED)):
        return "the page passed no callback, or it did not return"
    return f"no dialog was answered over the page; {UNTOLD}"


def of_added(evidence: Evidence) -> str:
    """BC-PAGE-06."""
    return _of_outcomes(evidence, "no page was told that a badge is in the Backpack")


def of_refused(evidence: Evidence) -> str:
    """BC-PAGE-07."""
    return _of_outcomes(evidence, "the earner refused no badge, and closed no dialog")


def of_errors(evidence: Evidence) -> str:
    """BC-PAGE-08."""
    return _of_outcomes(evidence, "no page was told that a badge cannot be added")


def _of_outcomes(evidence: Evidence, why: str) -> str:
    if not any(evidence.of(CALLED)):
        return NO_CALL
    return f"{ALONE}, and was told nothing" if _is_always_alone(evidence) else why


def _is_always_alone(evidence: Evidence) -> bool:
    """Whether a page used nothing but the full window."""
    return all(call.is_alone for call in evidence.of(CALLED))


def of_silence(evidence: Evidence) -> str:
    """BC-PAGE-10."""
    if not any(evidence.of(CALLED)):
        return NO_CALL
    if any(evidence.of(CLOSED, LEFT)):
        return "the callback was not called, and nobody pressed the button again"
    return "every dialog was answered: see issuer-api/closed and issuer-api/full-window"
