"""``badge.svg`` and ``badge.json``: the verdict in a few words, for a README."""

import json

from conformance.core.requirement import Level
from conformance.core.verdict import Outcome, RunVerdict
from conformance.record.model import Record
from conformance.report.summary import RunSummary, summarize

COLOURS = {
    RunVerdict.CONFORMS: ("success", "#17663a"),
    RunVerdict.DOES_NOT_CONFORM: ("critical", "#a3161f"),
    RunVerdict.INCOMPLETE: ("important", "#7a4b00"),
    RunVerdict.COULD_NOT_TELL: ("inactive", "#4f5a66"),
}
"""By verdict: the word that shields.io knows, and a colour on which white is readable."""
NARROW, WIDE = 4.2, 7.0
"""Widths of characters in units of the picture; ``textLength`` makes them true in every font."""
THIN = frozenset("fijlrt,. ")
MARGIN = 8
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">
<title>{title}</title>
<rect width="{width}" height="20" rx="3" fill="{colour}"/>
<path d="M3 0h{middle_edge}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#1b2430"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{margin}" y="14" textLength="{label_length}">{label}</text>
<text x="{message_at}" y="14" textLength="{message_length}">{message}</text>
</g>
</svg>
"""


def to_svg(record: Record) -> str:
    """A picture of the verdict; nothing in it comes from the target."""
    summary = summarize(record)
    label, message = record.title, _message(summary)
    label_length, message_length = _length(label), _length(message)
    edge = label_length + 2 * MARGIN
    return SVG.format(
        title=f"{label}: {message}",
        label=label,
        message=message,
        colour=COLOURS[summary.verdict][1],
        margin=MARGIN,
        label_length=label_length,
        middle_edge=edge - 3,
        message_at=edge + MARGIN,
        message_length=message_length,
        width=edge + message_length + 2 * MARGIN,
    )


def to_shields(record: Record) -> str:
    """The answer of an endpoint for shields.io (https://shields.io/badges/endpoint-badge)."""
    summary = summarize(record)
    body = {
        "schemaVersion": 1,
        "label": record.title,
        "message": _message(summary),
        "color": COLOURS[summary.verdict][0],
    }
    return json.dumps(body, indent=2) + "\n"


def _length(text: str) -> int:
    return round(sum(NARROW if char in THIN else WIDE for char in text))


def _message(summary: RunSummary) -> str:
    """The verdict with the number behind it."""
    musts = summary.of(Level.MUST, *Outcome)
    passed = len(summary.of(Level.MUST, Outcome.PASSED))
    match summary.verdict:
        case RunVerdict.COULD_NOT_TELL:
            return summary.verdict.in_words
        case RunVerdict.DOES_NOT_CONFORM:
            failed = len(summary.of(Level.MUST, Outcome.FAILED))
            return f"{summary.verdict}, {failed} failed"
        case _:
            return f"{summary.verdict}, {passed} of {len(musts)}"
