"""The terms of expectations, by name: functions of the evidence and the expected value."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus

from bs4 import BeautifulSoup

from conformance.core.schemas import (
    Misfit,
    answer_schema,
    brief,
    compiled,
    every_misfit,
    load,
    reading,
    validator,
)
from conformance.scenario.expectations.derived import derivation
from conformance.scenario.expectations.entropy import guessing_bits
from conformance.scenario.expectations.evidence import (
    ResponseEvidence,
    TermResult,
    fulfilled,
    violated,
)
from conformance.scenario.expectations.named import CHECKS
from conformance.scenario.expectations.returned import is_same, keeps, matches_hosted, member

Term: TypeAlias = Callable[[ResponseEvidence, Any], TermResult]

GOOD = range(200, 300)
ERRORS = range(400, 600)
PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
"""Content types in which a browser runs scripts."""
MOST_LISTED = 12
"""Maximum number of mismatches that are listed."""
NOT_SENT_BACK = "the browser was not sent to the callback: a page was shown instead"


def answer(evidence: ResponseEvidence, name: str) -> TermResult:
    """A named answer: one JSON Schema over status, headers and body."""
    return _fits(answer_schema(evidence.answers, name), evidence.response, ())


def schema(evidence: ResponseEvidence, name: str) -> TermResult:
    """One of the suite's schemas, over the body."""
    return _fits(name, evidence.body, ("body",))


def _fits(name: str, value: Any, above: tuple[str, ...]) -> TermResult:
    title = str(load(name).get("title", name))
    misfits = every_misfit(validator(name), value)
    if not misfits:
        return fulfilled(title, reading=reading(load(name), value))
    if any(misfit.path == ("landed",) and value.get("landed") is None for misfit in misfits):
        return violated(title, NOT_SENT_BACK)
    return violated(title, _listed(map(str, misfits)), *_places(above, misfits))


def _places(above: tuple[str, ...], misfits: Iterable[Misfit]) -> list[str]:
    """Where the mismatches are."""
    return [".".join(map(str, (*above, *misfit.path))) for misfit in misfits]


def _listed(misfits: Iterable[str]) -> str:
    """All mismatches, up to a maximum number."""
    texts = list(misfits)
    more = [f"and {len(texts) - MOST_LISTED} more"] if len(texts) > MOST_LISTED else []
    return "; ".join([*texts[:MOST_LISTED], *more])


def status(evidence: ResponseEvidence, expected: Any) -> TermResult:
    """A status code, a class such as ``4xx``, or a list of these."""
    choices = expected if isinstance(expected, list) else [expected]
    holds = any(_is_status(evidence.status, choice) for choice in choices)
    expected = f"status {' or '.join(map(str, choices))}"
    return fulfilled(expected) if holds else violated(expected, str(evidence.status), "status")


def _is_status(actual: int, expected: int | str) -> bool:
    text = str(expected)
    return actual // 100 == int(text[0]) if text.endswith("xx") else actual == int(text)


def body(evidence: ResponseEvidence, members: Any) -> TermResult:
    """Members of the body: plain values must be equal, mappings are JSON Schemas."""
    return _members("body", evidence.body, members)


def landed(evidence: ResponseEvidence, members: Any) -> TermResult:
    """Parameters of the callback, as in ``body``; ``null`` means that there must be none."""
    return _named("callback", dict(evidence.parameters), members)


def header(evidence: ResponseEvidence, members: Mapping[str, Any]) -> TermResult:
    """Headers by lower-case name, as in ``body``; ``null`` means that there must be none."""
    return _named("headers", evidence.response["headers"], members)


def _named(where: str, actual: Mapping[str, Any], values: Mapping[str, Any]) -> TermResult:
    for name, value in values.items():
        if value is None and name in actual:
            saw = f"{name} {brief(actual[name])}"
            return violated(f"no {name} in the {where}", saw, f"{where}.{name}")
    members = {name: value for name, value in values.items() if value is not None}
    return (
        _members(where, actual, members) if members else fulfilled(f"no {' and no '.join(values)}")
    )


def _members(where: str, actual: Any, values: Mapping[str, Any]) -> TermResult:
    members = {
        name: value if isinstance(value, Mapping) else {"const": value}
        for name, value in values.items()
    }
    whole = {"type": "object", "required": list(members), "properties": members}
    expected = f"{where} with {', '.join(_description(name, values[name]) for name in members)}"
    misfits = every_misfit(compiled(whole), actual)
    if not misfits:
        return fulfilled(expected)
    listed = _listed(_misfit_text(where, misfit) for misfit in misfits)
    return violated(expected, listed, *_places((where,), misfits))


def _description(name: str, value: Any) -> str:
    if not isinstance(value, Mapping):
        return f"{name} {brief(value)}"
    return f"{name} ({value['title']})" if "title" in value else f"a valid {name}"


def _misfit_text(where: str, misfit: Misfit) -> str:
    place = f"{where}.{misfit.where}" if misfit.path else where
    return f"{place}: expected {misfit.expected}, saw {misfit.saw}"


def differs(evidence: ResponseEvidence, values: Mapping[str, Any]) -> TermResult:
    """Members of the body, or of the callback, that must differ from the given values."""
    members = evidence.parameters or evidence.body
    same = [name for name, value in values.items() if is_same(member(members, name), value)]
    expected = f"another {' and another '.join(values)} than before"
    if not same:
        return fulfilled(expected)
    where = "callback" if evidence.parameters else "body"
    places = [f"{where}.{name}" for name in same]
    return violated(expected, f"the same {' and '.join(same)}", *places)


def equals(evidence: ResponseEvidence, values: Mapping[str, Any]) -> TermResult:
    """Members of the body that must equal the given values."""
    for name, value in values.items():
        actual = member(evidence.body, name)
        if not is_same(actual, value):
            where = f"body.{name}"
            return violated(f"{where} {brief(value)}", f"{where} {brief(actual)}", where)
    return fulfilled(f"the given {' and '.join(values)}")


def absent(evidence: ResponseEvidence, text: str) -> TermResult:
    """A text that must not be in the answer in any usual encoding."""
    present = [form for form in _encodings(text) if form.lower() in evidence.raw.lower()]
    return TermResult(not present, f"{text!r} nowhere in the response", "it is present")


def contains(evidence: ResponseEvidence, texts: list[str]) -> TermResult:
    """Texts that must all be in the body; headers do not count."""
    content = evidence.content.decode(errors="replace")
    missing = [text for text in texts if text not in content]
    expected = f"{' and '.join(map(repr, texts))} in the body"
    return TermResult(not missing, expected, f"no {' and no '.join(map(repr, missing))}")


def escaped(evidence: ResponseEvidence, text: str) -> TermResult:
    """A text of the request that a browser must not interpret as markup in the answer."""
    is_page = evidence.media_type in ("", *PAGES) and text.encode() in evidence.content
    expected = f"{brief(text)} escaped, or nowhere in a page"
    return TermResult(
        not is_page, expected, f"a page of {evidence.media_type or 'no type'} with it"
    )


def within(evidence: ResponseEvidence, seconds: float) -> TermResult:
    """The answer is complete within so many seconds."""
    return TermResult(
        evidence.seconds <= seconds,
        f"a response within {seconds:g} seconds",
        f"one after {evidence.seconds:.1f}",
    )


def entropy_bits(_evidence: ResponseEvidence, parameters: Mapping[str, Any]) -> TermResult:
    """Texts that are hard to guess for somebody who knows the others (RFC 6749, 10.10)."""
    least = parameters["least"]
    bits = guessing_bits(parameters["of"])
    expected = f"texts that differ in at least {least} bits"
    return TermResult(
        bits >= least, expected, f"about {bits:.0f} bits in {brief(parameters['of'])}"
    )


def underived(_evidence: ResponseEvidence, parameters: Mapping[str, Any]) -> TermResult:
    """Texts that cannot be computed from certain others, a counter or the time."""
    how = derivation(parameters["of"], parameters.get("from", ()))
    return TermResult(not how, "texts that are not derived from known values", how)


def check(evidence: ResponseEvidence, name: str) -> TermResult:
    """A named check, which is written in Python."""
    return CHECKS[name](evidence)


def shows(evidence: ResponseEvidence, text: str) -> TermResult:
    """A text that a person who opens the page can read."""
    page = BeautifulSoup(evidence.body if isinstance(evidence.body, str) else "", "html.parser")
    readable = " ".join(page.get_text(" ").split())
    return TermResult(text in readable, f"a page that shows {text}", f"it reads: {brief(readable)}")


def exactly(evidence: ResponseEvidence, counts: Mapping[str, Any]) -> TermResult:
    """How often each named answer occurs among parallel ones; ``rest`` is all that are left."""
    left = list(evidence.body)
    for name, count in counts.items():
        schema_validator = validator(answer_schema(evidence.answers, name))
        fitting = [response for response in left if schema_validator.is_valid(response)]
        if len(fitting) != (len(left) if count == "rest" else count):
            return violated(_times(counts), f"{len(fitting)} of {len(left)} are {name}")
        left = [response for response in left if response not in fitting]
    return fulfilled(_times(counts))


def _times(counts: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{name} {'for the rest' if count == 'rest' else f'{count} time(s)'}"
        for name, count in counts.items()
    )


def _encodings(text: str) -> set[str]:
    encoded = base64.b64encode(text.encode()).decode().rstrip("=")
    return {text, quote(text, safe=""), quote_plus(text), encoded}


def hash_of(evidence: ResponseEvidence, email: str) -> TermResult:
    """``recipient`` is sha256(e-mail + salt) (API document, section identity)."""
    salt = member(evidence.body, "salt")
    identity = member(evidence.body, "recipient")
    texts = (f"{email}{salt}", f"{email.lower()}{salt}")
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    is_text = isinstance(salt, str) and isinstance(identity, str)
    holds = is_text and identity.rpartition("$")[2].lower() in digests
    expected = f"recipient sha256${digests[0]}, the hash of e-mail and salt"
    return fulfilled(expected) if holds else violated(expected, brief(identity), "body.recipient")


def no_hash_of(evidence: ResponseEvidence, email: str) -> TermResult:
    """``recipient`` does not identify this e-mail address, hashed in any way or not hashed."""
    salt, identity = (str(member(evidence.body, name)) for name in ("salt", "recipient"))
    texts = (f"{email}{salt}", f"{salt}{email}", email)
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    about = identity.lower().rpartition("$")[2] in (*digests, email.lower())
    expected = f"a recipient that is not {email}"
    if not about:
        return fulfilled(expected)
    return violated(expected, f"recipient {brief(identity)}, theirs", "body.recipient")


TERMS: Mapping[str, Term] = MappingProxyType(
    {
        "answer": answer,
        "schema": schema,
        "status": status,
        "body": body,
        "landed": landed,
        "header": header,
        "differs": differs,
        "equals": equals,
        "absent": absent,
        "contains": contains,
        "exactly": exactly,
        "shows": shows,
        "escaped": escaped,
        "within": within,
        "entropy_bits": entropy_bits,
        "underived": underived,
        "check": check,
        "hash_of": hash_of,
        "no_hash_of": no_hash_of,
        "matches_hosted": matches_hosted,
        "keeps": keeps,
    }
)
"""In the order in which they are judged."""


def comes_about(evidence: ResponseEvidence, when: Any) -> bool:
    """Whether the situation of an expectation came about."""
    match when:
        case None:
            return True
        case "error":
            return evidence.status in ERRORS
        case "success":
            return evidence.status in GOOD
        case "landed":
            return bool(evidence.parameters)
        case _:
            return compiled(when).is_valid(evidence.response)


def judge(evidence: ResponseEvidence, terms: Mapping[str, Any]) -> TermResult | None:
    """The result of all terms; ``None`` when the expectation's situation did not come about."""
    if not comes_about(evidence, terms.get("when")):
        return None
    whole = fulfilled("")
    for name, term in TERMS.items():
        if name not in terms:
            continue
        result = term(evidence, terms[name])
        if not result.holds:
            return result
        if not whole.expected or result.reading:
            whole = result
    return whole
