"""How a consumer asks the earner for access: scopes, parameters, PKCE."""

from collections import Counter

from mock_backpack.apis.oauth.authorization import CHALLENGE, METHOD, PARAMETERS
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth import reasons
from mock_backpack.issuer.oauth.call import Ask
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted


def asks_for_what_it_needs(evidence: Evidence) -> Findings:
    """The scopes that it needs, and none that its registration left out."""
    terms = evidence.terms
    needed = terms.read if evidence.is_asked("BACKPACK_READ") else terms.create
    for ask in evidence.asks:
        client = evidence.client(ask.parameters.get("client_id", ""))
        if client is None or not ask.scopes:
            continue  # no right request at all, which another judge says
        beside = [scope for scope in ask.scopes if scope not in client.scopes]
        expected = "scopes that the answer to the registration has"
        if beside:
            yield failed(ask, expected, quoted(beside[0]))
        elif needed not in ask.scopes and needed in client.scopes and _is_for(evidence, needed):
            yield failed(ask, f"the scope {needed}, which it needs", " ".join(ask.scopes))
        else:
            yield passed(ask, expected)


def _is_for(evidence: Evidence, scope: str) -> bool:
    """Whether the client does what needs a scope, or should do it."""
    is_push = scope == evidence.terms.create
    if evidence.situation is not None:
        return not is_push or evidence.situation.awards > 0
    return bool(evidence.pushes if is_push else evidence.reads)


def asks_with_all_parameters(evidence: Evidence) -> Findings:
    """Seven parameters, each once and spelled right, with PKCE by S256."""
    for ask in evidence.asks:
        wrong = list(_wrong(ask, evidence))
        if wrong:
            yield failed(ask, *wrong[0])
        else:
            yield passed(ask, "all seven parameters, with PKCE by S256")


def _wrong(ask: Ask, evidence: Evidence) -> list[tuple[str, str]]:
    """What was expected of parameters, and what was seen."""
    counts = Counter(name for name, _ in ask.call.query)
    given = ask.parameters
    wrong = [(f"{name} once", f"{counts[name]} times") for name in PARAMETERS if counts[name] > 1]
    for name in PARAMETERS:
        if not given.get(name):
            others = [known for known in given if known not in PARAMETERS]
            beside = f", but {', '.join(others)}" if others else ""
            wrong.append((name, f"no {name}{beside}" if name not in given else f"{name} is empty"))
    if wrong:
        return wrong
    client = evidence.client(given["client_id"])
    for is_right, name, expected in (
        (given["response_type"] == "code", "response_type", "code"),
        (client is not None, "client_id", "that of the registration"),
        (
            client is None or given["redirect_uri"] in client.redirect_uris,
            "redirect_uri",
            "one that was registered",
        ),
        (given["code_challenge_method"] == METHOD, "code_challenge_method", METHOD),
        (
            CHALLENGE.fullmatch(given["code_challenge"]) is not None,
            "code_challenge",
            "43 characters of base64url",
        ),
    ):
        if not is_right:
            wrong.append((f"{name}: {expected}", quoted(given[name])))
    return wrong


def draws_a_verifier(evidence: Evidence) -> Findings:
    """43 to 128 allowed characters, new for each request."""
    expected = "a code_verifier of 43 to 128 characters, new for each request"
    seen: set[str] = set()
    for ask in evidence.asks:
        challenge = ask.parameters.get("code_challenge", "")
        if challenge and challenge in seen:
            yield failed(ask, expected, "the code_challenge of an earlier request")
        seen.add(challenge)
    for exchange in evidence.exchanges:
        verifier = exchange.form.get("code_verifier", "")
        code = evidence.code(exchange.form.get("code", ""))
        if not verifier or code is None:
            continue  # the exchange is judged by itself
        if wrong := reasons.flaw_of_verifier(verifier, code.challenge):
            yield failed(exchange, expected, wrong)
        elif exchange.is_good:
            yield passed(exchange, expected)
