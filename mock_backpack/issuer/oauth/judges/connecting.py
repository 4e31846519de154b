"""What a consumer makes of the callback, and where it sends the code."""

from mock_backpack.issuer.answered import shown
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth.call import Ask, Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted

SHORTEST = 16
"""Characters of a value that nobody guesses: 64 bits in hex."""
FEWEST = 5
"""Different characters that such a value has."""
FORGED, MIXED = "code.another_state", "code.mix_up"


def protects_its_callback(evidence: Evidence) -> Findings:
    """The state is unguessable, new for each request, and checked."""
    expected = f"a state of {SHORTEST} characters or more, new for each request"
    seen: set[str] = set()
    for ask in evidence.asks:
        state = ask.parameters.get("state", "")
        if not state:
            continue  # the request is judged by itself
        if len(state) < SHORTEST or len(set(state)) < FEWEST:
            yield failed(ask, expected, quoted(state))
        elif state in seen:
            yield failed(ask, expected, "the state of an earlier request")
        elif not _was(ask, FORGED):
            yield passed(ask, expected)
        seen.add(state)
    for ask in evidence.asks:
        if _was(ask, FORGED) and "code" in ask.callback:
            yield from _ignored(evidence, ask)


def _was(ask: Ask, fault: str) -> bool:
    return any(name == fault for _, name in ask.entry.applied)


def _ignored(evidence: Evidence, ask: Ask) -> Findings:
    expected = "no use of the code from a callback with another state"
    used = [call for call in evidence.exchanges if call.form.get("code") == ask.callback["code"]]
    if used:
        yield failed(used[0], expected, f"{shown(used[0].entry)}, with that code")
    else:
        yield passed(ask, expected)


def uses_no_code_after_denial(evidence: Evidence) -> Findings:
    """After ``access_denied`` nothing is asked of token endpoint and API."""
    expected = "no request after access_denied"
    for denied in (ask for ask in evidence.asks if ask.is_denied):
        number = denied.entry.number
        later = [ask for ask in evidence.asks if ask.entry.number > number]
        calls = (*evidence.trades, *evidence.resources)
        after = [call for call in calls if call.number > number]
        if after and not any("code" in ask.callback for ask in later):
            yield failed(after[0], expected, shown(after[0].entry))
        elif not after:
            yield passed(denied, expected)


def sends_a_code_home(evidence: Evidence) -> Findings:
    """A code goes only to the provider that the consumer asked."""
    expected = "no code of one Backpack at the token endpoint of another"
    givers = {ask.callback["code"]: ask for ask in evidence.asks if "code" in ask.callback}
    homes = {document.place("oauth-token") for document in evidence.documents if document.is_usable}
    traded = [call for call in evidence.exchanges if call.place in homes]
    wrong = [call for call in traded if _is_astray(call, givers)]
    if wrong:
        yield failed(wrong[0], expected, f"the code at {wrong[0].place}")
        return
    for entry in evidence.entries:
        if any(name == MIXED for _, name in entry.applied) and entry.status == 303:
            yield passed(entry, expected)


def _is_astray(call: Call, givers: dict[str, Ask]) -> bool:
    """Whether a code came from the pages of another host than the token endpoint's."""
    ask = givers.get(call.form.get("code", ""))
    return ask is not None and ask.entry.header("Host") != call.entry.header("Host")
