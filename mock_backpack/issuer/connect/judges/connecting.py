"""How an issuer asks for access, and what it makes of the answer."""

from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import AccessVisit, Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.openbadges.complaint import quoted

SHORTEST = 16
"""Characters of a value that nobody guesses: 64 bits in hex."""
FEWEST = 5
"""Different characters that such a value has."""
FORGED = "connect.loses-callback-query"


@judges("BC-CLIENT-05", reasons.of_denial)
def uses_no_token_after_denial(evidence: Evidence) -> Findings:
    """After ``access_denied`` nothing is asked of the API."""
    expected = "no request to the API after access_denied"
    for denied in (ask for ask in evidence.asks if ask.is_denied):
        after = [call for call in evidence.calls if call.number > denied.entry.number]
        later = [ask for ask in evidence.returns if not ask.is_denied]
        if after and not later:
            yield failed(after[0], expected, f"{after[0].shown}, {_token(after[0])}")
        elif not after:
            yield passed(denied, expected)


def _token(call: ApiCall) -> str:
    return "with a token" if call.credentials.given else call.credentials.wrong or "with no token"


@judges("BC-CLIENT-12", reasons.of_callbacks)
def protects_its_callback(evidence: Evidence) -> Findings:
    """An unguessable value in the callback's query, and no use of a callback without it."""
    expected = f"a value of {SHORTEST} characters or more in the callback's query"
    for ask in evidence.returns:
        if not _secret(ask):
            yield failed(ask, expected, f"the callback {ask.callback}")
            return
    yield from _new_each_time(evidence)
    forged = [ask for ask in evidence.returns if _is_forged(ask)]
    for ask in evidence.returns:
        if ask not in forged:
            yield passed(ask, expected)
    planted = evidence.situation is not None and evidence.situation.api_root == "planted"
    if forged and not planted:
        yield from _ignored(evidence, forged[0])


def _ignored(evidence: Evidence, forged: AccessVisit) -> Findings:
    expected = "no use of the tokens from a callback without the issuer's value"
    used = [call for call in evidence.calls if call.credentials.given or call.refresh]
    if used:
        yield failed(used[0], expected, f"{used[0].shown}, with a token of that callback")
    else:
        yield passed(forged, expected)


def _new_each_time(evidence: Evidence) -> Findings:
    secrets = [_secret(ask) for ask in evidence.returns]
    for position, ask in enumerate(evidence.returns):
        if secrets[position] in secrets[:position]:
            expected = "another value in the callback's query at each connect"
            yield failed(ask, expected, f"{quoted(secrets[position])} again")


def _secret(ask: AccessVisit) -> str:
    """The longest value of the callback's query, if it is long enough."""
    longest = max((value for _, value in ask.own_query), key=len, default="")
    return longest if len(longest) >= SHORTEST and len(set(longest)) >= FEWEST else ""


def _is_forged(ask: AccessVisit) -> bool:
    return any(name == FORGED for _, name in ask.entry.applied)
