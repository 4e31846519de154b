"""Why a requirement of Open Badges 3.0 alone is untested, one function for each."""

from mock_backpack.issuer.finding import Reason
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.oauth.reasons import NO_PUSH, see

NOT_TAKEN = "no push was accepted"
TAKEN = (200, 201, 304)
"""Statuses of a push after which the credential is in the Backpack."""


def of_types(evidence: Evidence) -> str:
    """Of content types."""
    return NO_PUSH if not evidence.pushes else NOT_TAKEN


def of_ends(evidence: Evidence) -> str:
    """Of pushes that were taken."""
    return NOT_TAKEN if evidence.pushes else NO_PUSH


def of_credentials(evidence: Evidence) -> str:
    """Of credentials that were pushed."""
    return NOT_TAKEN if evidence.pushes else NO_PUSH


def lacking(what: str, situation: str, requirement: str) -> Reason:
    """Of credentials that need not have something."""
    return lambda evidence: (
        f"no credential {what}: {see(evidence, situation)}; if none ever does, this does not apply "
        f"(--inapplicable {requirement})"
        if any(push.entry.status in TAKEN for push in evidence.pushes)
        else of_credentials(evidence)
    )


def of_profiles(evidence: Evidence) -> str:
    """Of profiles that were put."""
    return (
        f"the client put no profile: {see(evidence, 'profile')}; if it never does, this does not "
        "apply (--inapplicable OB3-CLIENT-13)"
    )
