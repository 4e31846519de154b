"""Reasons why an issuer did not continue after an expiry; each violates another requirement."""

from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import Evidence

LOST = "the response of its refresh was lost: see BC-CLIENT-07"
REVOKED = "the earner had revoked access: see BC-CLIENT-11"
MISLABELLED = "its refresh was not JSON, or had a wrong Content-Type: see BC-CLIENT-03"
ENDED = "its grant had ended because of a used refresh token: see BC-CLIENT-07"
TROUBLED = "its refresh failed, and was not retried: see BC-CLIENT-14"
MANGLED = "its refresh token was corrupted: see BC-CLIENT-10"
ASTRAY = "its refresh went to a wrong address: see BC-CLIENT-02"

BROKEN = (("BC-CLIENT-07", ENDED), ("BC-CLIENT-11", REVOKED), ("BC-CLIENT-03", MISLABELLED))
"""From what a request broke to what that means for the refresh."""


def hindrance(evidence: Evidence, expired: ApiCall) -> str:
    """Why what follows a push with an expired token cannot be judged; ``""`` if it can."""
    later = evidence.after(expired, evidence.calls)
    unread = [
        refresh
        for refresh in evidence.refreshes
        if refresh.grant is None and refresh.is_after(expired)
    ]
    refreshes = [call for call in later if call.endpoint == "token"]
    for requirement, words in BROKEN:
        if any(requirement in call.entry.broke for call in (*later, *unread)):
            return words
    if any(refresh.is_lost for refresh in refreshes):
        return LOST
    if any(refresh.refresh and refresh.refresh.mangled for refresh in refreshes):
        return MANGLED
    if refreshes and refreshes[-1].is_troubled:
        return TROUBLED
    went = (*evidence.lost, *(stray.entry for stray in evidence.strays))
    astray = [entry for entry in went if b"refresh_token" in entry.body]
    return ASTRAY if astray and not refreshes else ""
