"""The terms of an expectation, by name: plain functions of the evidence and what is wanted."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus

from bs4 import BeautifulSoup

from conformance.core.schemas import Misfit, brief, compiled, every_misfit, load, reading, validator
from conformance.scenario.expectations.derived import derivation
from conformance.scenario.expectations.entropy import guessing_bits
from conformance.scenario.expectations.evidence import (
    ResponseEvidence,
    TermResult,
    fulfilled,
    violated,
)
from conformance.scenario.expectations.named import CHECKS

Term: TypeAlias = Callable[[ResponseEvidence, Any], TermResult]

GOOD = range(200, 300)
ERRORS = range(400, 600)
PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
"""Types in which a browser runs scripts."""
BADGE_ISSUER = ("badge", "issuer")
MOST_LISTED = 12
"""Members of an answer that are named one by one when they do not fit."""
NOT_SENT_BACK = "the browser was not sent to the callback: a page was shown instead"


def answer(evidence: ResponseEvidence, name: str) -> TermResult:
    """A named answer: one JSON Schema over status, headers and body."""
    return _fits(f"answers/{evidence.answers}/{name}", evidence.response)


def schema(evidence: ResponseEvidence, name: str) -> TermResult:
    """One of our schemas, over the body."""
    return _fits(name, evidence.body)


def _fits(name: str, value: Any) -> TermResult:
    title = str(load(name).get("title", name))
    wrong = every_misfit(validator(name), value)
    if not wrong:
        return fulfilled(title, reading=reading(load(name), value))
    if any(one.path == ("landed",) and value.get("landed") is None for one in wrong):
        return violated(title, NOT_SENT_BACK)
    return violated(title, _listed(map(str, wrong)))


def _listed(wrong: Iterable[str]) -> str:
    """Everything that does not fit, bounded."""
    texts = list(wrong)
    more = [f"and {len(texts) - MOST_LISTED} more"] if len(texts) > MOST_LISTED else []
    return "; ".join([*texts[:MOST_LISTED], *more])


def status(evidence: ResponseEvidence, wanted: Any) -> TermResult:
    """A status code, a class such as ``4xx``, or a list of these."""
    choices = wanted if isinstance(wanted, list) else [wanted]
    holds = any(_is_status(evidence.status, one) for one in choices)
    return TermResult(holds, f"status {' or '.join(map(str, choices))}", str(evidence.status))


def _is_status(found: int, wanted: int | str) -> bool:
    text = str(wanted)
    return found // 100 == int(text[0]) if text.endswith("xx") else found == int(text)


def body(evidence: ResponseEvidence, wanted: Any) -> TermResult:
    """Members of the body: plain values must be equal, mappings are JSON Schemas."""
    return _members("body", evidence.body, wanted)


def landed(evidence: ResponseEvidence, wanted: Any) -> TermResult:
    """Parameters of the callback, in the same form; ``null`` means that there must be none."""
    return _named("callback", dict(evidence.parameters), wanted)


def header(evidence: ResponseEvidence, wanted: Mapping[str, Any]) -> TermResult:
    """Headers by lower-case name, in the same form; ``null`` means that there must be none."""
    return _named("headers", evidence.response["headers"], wanted)


def _named(where: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> TermResult:
    for name, value in wanted.items():
        if value is None and name in found:
            return violated(f"no {name} in the {where}", f"{name} {brief(found[name])}")
    members = {name: value for name, value in wanted.items() if value is not None}
    return (
        _members(where, found, members) if members else fulfilled(f"no {' and no '.join(wanted)}")
    )


def _members(where: str, found: Any, wanted: Mapping[str, Any]) -> TermResult:
    members = {
        name: value if isinstance(value, Mapping) else {"const": value}
        for name, value in wanted.items()
    }
    whole = {"type": "object", "required": list(members), "properties": members}
    expected = f"{where} with {', '.join(_told(name, wanted[name]) for name in members)}"
    wrong = every_misfit(compiled(whole), found)
    return TermResult(not wrong, expected, _listed(_at(where, one) for one in wrong))


def _told(name: str, wanted: Any) -> str:
    if not isinstance(wanted, Mapping):
        return f"{name} {brief(wanted)}"
    return f"{name} ({wanted['title']})" if "title" in wanted else f"a right {name}"


def _at(where: str, wrong: Misfit) -> str:
    place = f"{where}.{wrong.where}" if wrong.path else where
    return f"{place}: expected {wrong.expected}, saw {wrong.saw}"


def differs(evidence: ResponseEvidence, wanted: Mapping[str, Any]) -> TermResult:
    """Members of the body, or of the callback, that must be another value than the given one."""
    told = evidence.parameters or evidence.body
    same = [name for name, value in wanted.items() if is_same(_member(told, name), value)]
    expected = f"another {' and another '.join(wanted)} than before"
    return TermResult(not same, expected, f"the same {' and '.join(same)}")


def equals(evidence: ResponseEvidence, wanted: Mapping[str, Any]) -> TermResult:
    """Members of the body that must be exactly the given value."""
    for name, value in wanted.items():
        found = _member(evidence.body, name)
        if not is_same(found, value):
            return violated(f"body.{name} {brief(value)}", f"body.{name} {brief(found)}")
    return fulfilled(f"the given {' and '.join(wanted)}")


def absent(evidence: ResponseEvidence, text: str) -> TermResult:
    """A text that must be nowhere in the answer, in no usual encoding of it."""
    found = [form for form in _encodings(text) if form.lower() in evidence.raw.lower()]
    return TermResult(not found, f"{text!r} nowhere in the answer", "it is there")


def contains(evidence: ResponseEvidence, texts: list[str]) -> TermResult:
    """Texts that must all be in the body: a header such as ``Connection`` says nothing."""
    said = evidence.content.decode(errors="replace")
    missing = [text for text in texts if text not in said]
    expected = f"{' and '.join(map(repr, texts))} in the body"
    return TermResult(not missing, expected, f"no {' and no '.join(map(repr, missing))}")


def escaped(evidence: ResponseEvidence, text: str) -> TermResult:
    """A text of the request that a browser must not take for markup when it comes back."""
    is_page = evidence.media_type in ("", *PAGES) and text.encode() in evidence.content
    expected = f"{brief(text)} escaped, or nowhere in a page"
    return TermResult(
        not is_page, expected, f"a page of {evidence.media_type or 'no type'} with it"
    )


def within(evidence: ResponseEvidence, seconds: float) -> TermResult:
    """The answer is complete after so many seconds."""
    return TermResult(
        evidence.seconds <= seconds,
        f"an answer within {seconds:g} seconds",
        f"one after {evidence.seconds:.1f}",
    )


def entropy_bits(_evidence: ResponseEvidence, wanted: Mapping[str, Any]) -> TermResult:
    """Texts of which each can hardly be guessed by who knows the others (RFC 6749, 10.10)."""
    least = wanted["least"]
    found = guessing_bits(wanted["of"])
    expected = f"texts that differ in at least {least} bits"
    return TermResult(found >= least, expected, f"about {found:.0f} bits in {brief(wanted['of'])}")


def underived(_evidence: ResponseEvidence, wanted: Mapping[str, Any]) -> TermResult:
    """Texts that cannot be computed by who knows certain others, a counter or the time."""
    how = derivation(wanted["of"], wanted.get("from", ()))
    return TermResult(not how, "texts that are made of nothing known", how)


def check(evidence: ResponseEvidence, name: str) -> TermResult:
    """A check that is written in Python, by name."""
    return CHECKS[name](evidence)


def shows(evidence: ResponseEvidence, text: str) -> TermResult:
    """A text that a person who opens the page can read."""
    page = BeautifulSoup(evidence.body if isinstance(evidence.body, str) else "", "html.parser")
    readable = " ".join(page.get_text(" ").split())
    return TermResult(text in readable, f"a page that shows {text}", f"it reads: {brief(readable)}")


def exactly(evidence: ResponseEvidence, wanted: Mapping[str, Any]) -> TermResult:
    """How often each named answer came, of several at once; ``rest`` is all that are left."""
    left = list(evidence.body)
    for name, count in wanted.items():
        found = validator(f"answers/{evidence.answers}/{name}")
        fitting = [one for one in left if found.is_valid(one)]
        if len(fitting) != (len(left) if count == "rest" else count):
            return violated(_times(wanted), f"{len(fitting)} of {len(left)} are {name}")
        left = [one for one in left if one not in fitting]
    return fulfilled(_times(wanted))


def _times(wanted: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{name} {'for the rest' if count == 'rest' else f'{count} time(s)'}"
        for name, count in wanted.items()
    )


def _encodings(text: str) -> set[str]:
    encoded = base64.b64encode(text.encode()).decode().rstrip("=")
    return {text, quote(text, safe=""), quote_plus(text), encoded}


def hash_of(evidence: ResponseEvidence, email: str) -> TermResult:
    """``recipient`` is sha256(e-mail + salt) (API document, section identity)."""
    salt = _member(evidence.body, "salt")
    found = _member(evidence.body, "recipient")
    texts = (f"{email}{salt}", f"{email.lower()}{salt}")
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    right = isinstance(salt, str) and isinstance(found, str)
    holds = right and found.rpartition("$")[2].lower() in digests
    expected = f"recipient sha256${digests[0]}, the hash of e-mail and salt"
    return TermResult(holds, expected, brief(found))


def no_hash_of(evidence: ResponseEvidence, email: str) -> TermResult:
    """``recipient`` is not about this e-mail, in whatever way it was hashed, or not hashed."""
    salt, found = (str(_member(evidence.body, name)) for name in ("salt", "recipient"))
    texts = (f"{email}{salt}", f"{salt}{email}", email)
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    about = found.lower().rpartition("$")[2] in (*digests, email.lower())
    return TermResult(
        not about, f"a recipient that is not {email}", f"recipient {brief(found)}, theirs"
    )


def matches_hosted(evidence: ResponseEvidence, documents: Mapping[str, Any]) -> TermResult:
    """The badge in the answer is the one that the issuer hosts (API document, section issue).

    ``documents`` holds ``assertion``, ``badge`` class and ``issuer`` as they are hosted.
    """
    found = _member(evidence.body, "badge")
    for path, value in _hosted_values(**documents):
        saw = _at_path(found, path)
        if not is_same(saw, value):
            where = "badge." + ".".join(path)
            return violated(f"{where} {brief(value)}, as hosted", f"{where} {brief(saw)}")
    return fulfilled("the badge as hosted")


def keeps(evidence: ResponseEvidence, written: Mapping[str, Any]) -> TermResult:
    """What an issuer wrote into its documents comes back as it was written.

    ``written`` is a badge as the ``host`` step takes it: ``members`` of the assertion,
    ``badge_class`` and ``issuer``.
    """
    found = _member(evidence.body, "badge")
    for part, above in (("members", ()), ("badge_class", ("badge",)), ("issuer", BADGE_ISSUER)):
        for name, value in written.get(part, {}).items():
            saw = _at_path(found, (*above, name))
            if not is_same(saw, value):
                where = ".".join(("badge", *above, name))
                return violated(f"{where} {brief(value)}, as written", f"{where} {brief(saw)}")
    return fulfilled("every member as it was written")


def _hosted_values(
    assertion: Mapping[str, Any], badge: Mapping[str, Any], issuer: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in assertion.items():
        if name not in ("recipient", "badge"):
            yield (name,), value
    yield ("recipient",), assertion["recipient"]["identity"]
    for name, value in assertion["recipient"].items():
        yield ("_originalRecipient", name), value
    for name, value in badge.items():
        if name != "issuer":
            yield ("badge", name), value
    for name, value in issuer.items():
        yield ("badge", "issuer", name), value


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; JSON knows ``true`` and 1 apart, Python does not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)


def _at_path(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = _member(value, step)
    return value


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


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
    """Whether the situation of which an expectation speaks came about at all."""
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
    """All terms of an expectation; ``None`` when its situation did not come about."""
    if not comes_about(evidence, terms.get("when")):
        return None
    whole = fulfilled("")
    for name, term in TERMS.items():
        if name not in terms:
            continue
        judged = term(evidence, terms[name])
        if not judged.holds:
            return judged
        if not whole.expected or judged.reading:
            whole = judged
    return whole
