"""A badge says the verdict, and nothing of a target's."""

import json
from xml.etree import ElementTree as ET

import pytest

from conformance.report.badge import to_shields, to_svg
from tests.conformance.records import MUST
from tests.conformance.runs import HOSTILE, RECORDS, hostile

SAID = {
    "conforming": ("success", f"conforms, {len(MUST)} of {len(MUST)}"),
    "failing": ("critical", "does not conform, 1 failed"),
    "incomplete": ("important", f"incomplete, {len(MUST) - 2} of {len(MUST)}"),
    "preflight": ("inactive", "inconclusive"),
    "interrupted": ("inactive", "inconclusive"),
    "broken off": ("inactive", "inconclusive"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_shields_io_is_told_the_verdict(name):
    """In the members of its endpoint, colours by their names."""
    colour, message = SAID[name]
    assert json.loads(to_shields(RECORDS[name]())) == {
        "schemaVersion": 1,
        "label": "Backpack Connect",
        "message": message,
        "color": colour,
    }


@pytest.mark.parametrize("name", RECORDS)
def test_the_picture_says_the_same(name):
    """For sighted users and for screen readers."""
    root = ET.fromstring(to_svg(RECORDS[name]()))  # noqa: S314 - our own
    label = f"Backpack Connect: {SAID[name][1]}"
    assert root.get("aria-label") == label
    assert root.findtext("{*}title") == label
    assert [
        element.text for element in root.iter("{http://www.w3.org/2000/svg}text")
    ] == label.split(": ")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_in_the_picture_comes_from_the_target(text):
    """For any text of the target, the badge stays the same."""
    assert to_svg(hostile(text)) == to_svg(hostile("harmless"))
    assert to_shields(hostile(text)) == to_shields(hostile("harmless"))
