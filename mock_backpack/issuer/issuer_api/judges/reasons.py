"""Why a requirement is untested although the issuer sent requests."""

from mock_backpack.issuer.issuer_api.evidence import ANSWERED, CALLED, CLOSED, LEFT, Evidence

NO_CALL = "no call of OpenBadges.issue or issue_no_modal was received"
UNWATCHED = "the mock inspects offered badges only in a situation: use issuer-api/accepted"
ALONE = "the page opened the dialog in the full window only"
WITHOUT = "see issuer-api/closed and issuer-api/full-window"
UNTOLD = "the Content-Security-Policy of the page forbids notes to the mock (connect-src)"


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
    if why := _never_answered(evidence):
        return why
    if any(evidence.of(CLOSED, LEFT)):
        return "the dialog ended without an answer, as it may"
    return "the page passed no callback, or it did not return"


def of_added(evidence: Evidence) -> str:
    """BC-PAGE-06."""
    return _never_answered(evidence) or "no page was told that a badge is in the Backpack"


def of_refused(evidence: Evidence) -> str:
    """BC-PAGE-07."""
    return _never_answered(evidence) or "the earner refused no badge, and closed no dialog"


def of_errors(evidence: Evidence) -> str:
    """BC-PAGE-08."""
    return _never_answered(evidence) or "no page was told that a badge cannot be added"


def of_silence(evidence: Evidence) -> str:
    """BC-PAGE-10."""
    if any(evidence.of(CLOSED, LEFT)) or _is_always_alone(evidence):
        return "the callback was not called, and nobody pressed the button again"
    return _never_answered(evidence) or f"every dialog was answered: {WITHOUT}"


def _never_answered(evidence: Evidence) -> str:
    """Why nothing is known of how dialogs ended; ``""`` if something is."""
    if not any(evidence.of(CALLED)):
        return NO_CALL
    if any(evidence.of(ANSWERED, CLOSED, LEFT)):
        return ""
    if _is_always_alone(evidence):
        return (
            f"{ALONE}; if it never calls issue, declare with --inapplicable what needs a callback"
        )
    return f"no dialog ended over the page, or {UNTOLD}"


def _is_always_alone(evidence: Evidence) -> bool:
    """Whether a page used nothing but the full window."""
    calls = list(evidence.of(CALLED))
    return bool(calls) and all(call.is_alone for call in calls)
