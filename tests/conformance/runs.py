"""Runs for tests: one for each way in which a run may end, and one of a hostile target."""

from conformance.core.exchange import Answer, Exchange, Landing, Request
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import Record
from conformance.record.reader import record_of
from tests.conformance.records import (
    ALL,
    MUST,
    PREFLIGHT,
    conforming,
    exchange,
    failed,
    header,
    line_of,
    passed,
    record,
)

REASON = "the target has one earner only"
TOKEN = "BC-TOKEN-01"


def failing() -> Record:
    """Two failures of one requirement, a warning, and a MAY that is not done."""
    line = line_of(
        failed(TOKEN, example={"assertion": {"flaw": "issuer-404"}}, alone="alone.yaml"),
        failed("BC-SAFE-02", exchange=2),
        failed("BC-ISSUE-03", exchange=None),
        passed("BC-ISSUE-11", exchange=1, reading="409"),
        exchanges=[exchange(1, b'{"message":"no"}'), exchange(2)],
        drawn={"assertion": {"flaw": "issuer-404"}},
    )
    return record(line, line_of(failed(TOKEN, line=13), exchanges=[exchange()], name="two"))


def incomplete() -> Record:
    """Some passed, one was not tested, one is inconclusive."""
    return record(
        line_of(
            *map(passed, ALL[2:]),
            Finding(ALL[0], Outcome.UNTESTED, reason=REASON),
            Finding(ALL[1], Outcome.CANT_TELL, reason="it broke before this at step 2"),
        )
    )


def stopped() -> Record:
    """The preflight failed."""
    finding = Finding(TOKEN, Outcome.CANT_TELL, reason="no connection")
    return record(line_of(finding), ended="preflight", preflight=PREFLIGHT)


def interrupted() -> Record:
    """The run was interrupted with Ctrl-C."""
    return record(line_of(*map(passed, ALL)), ended="interrupted")


def broken_off() -> Record:
    """There is no footer."""
    return record_of([header(), line_of(*map(passed, ALL))])


RECORDS = {
    "conforming": conforming,
    "failing": failing,
    "incomplete": incomplete,
    "preflight": stopped,
    "interrupted": interrupted,
    "broken off": broken_off,
}

HOSTILE = {
    "script": "</script><script>alert(1)</script>",
    "comment": "<!-- --><style></style></pre></details>",
    "attribute": "\"><img src=x onerror=alert(1)>' onload='",
    "address": "javascript:alert(1)",
    "template": "{{ record.header }}{% for x in y %}${x}",
    "entity": "&lt;b&gt;&#0;&amp",
    "bidi": "\u202egnp.exe\u202c\u2066\u200f",
    "escape": "\x1b[31mred\x07\x9b0m",
    "zero": "a\x00b",
    "no character": "\ufffe\U0001ffff\ufdd0",
    "surrogate": "caf\udce9",
}


def hostile(text: str) -> Record:
    """A record with this text wherever a target can bring one in."""
    request = Request("GET", f"http://backpack.example/{text}", (("X", text),), b"")
    bodies = [text.encode(errors="surrogateescape"), b"\xff\xfe" + text.encode(errors="replace")]
    answers = [Answer(400, text, (("X-Y", text), ("Location", text)), body) for body in bodies]
    landing = Landing(text, {text: text}, acted=True)
    exchanges = [
        Exchange(number, request, answer, 0.5, landing=landing)
        for number, answer in enumerate(answers, start=1)
    ]
    texts = {"expected": text, "came_back": text, "reading": text, "alone": text}
    example = {text: [text]}
    return record(
        line_of(
            failed(TOKEN, example=example, **texts),
            failed("BC-ISSUE-11", exchange=2, **texts),
            passed("BC-CONNECT-11", reading=text),
            Finding(MUST[-1], Outcome.CANT_TELL, reason=text),
            exchanges=[*exchanges, Exchange(3, request, None, 0.5, text)],
            drawn={text: [text]},
            trouble=text,
        ),
        product=text,
    )
