"""Nothing that a target says can do harm in a report."""

import pytest

from conformance.core.catalogue import requirement
from conformance.report.html import to_html
from conformance.report.views import VIEWS
from conformance.report.wirelog import LONGEST_SHOWN, pretty
from tests.conformance.reading import attributes, text_of, tree
from tests.conformance.records import ALL, exchange, failed, line_of, record
from tests.conformance.runs import HOSTILE, TOKEN, failing, hostile

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "surrogate"])
def test_a_report_with_hostile_text_is_right_html(name):
    """For any text of a target, the HTML stays valid."""
    assert tree(to_html(hostile(HOSTILE[name]))).tag == "html"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["script", "comment", "attribute", "address", "template"])
def test_hostile_text_is_shown_and_does_nothing(name):
    """No script, no handler, no image, no link that came from the wire."""
    html = to_html(hostile(HOSTILE[name]))
    tags = {element.tag for element in tree(html).iter()}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base", "svg"})
    assert [
        attribute
        for attribute in attributes(html)
        if attribute[0].startswith("on") or attribute[0] == "src"
    ] == []
    links = {value for name, value in attributes(html) if name == "href" and value[0] != "#"}
    assert links - {requirement(name).link for name in ALL} <= {"data:,"}
    assert " ".join(HOSTILE[name].split()) in text_of(html)


def test_the_report_forbids_scripts_by_its_policy():
    """If a script gets into the page, no browser runs it."""
    [policy] = [
        element.get("content")
        for element in tree(to_html(failing())).iter("meta")
        if element.get("http-equiv") == "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    assert "script" not in policy


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "junit.xml"])
def test_bytes_that_are_no_text_can_be_reported(name):
    """A header in Latin-1 reaches us with surrogates in it."""
    assert VIEWS[name](hostile(HOSTILE["surrogate"]))


def test_text_cannot_turn_what_stands_beside_it():
    """Marks that change the direction of writing are shown, and not obeyed."""
    html = to_html(hostile(HOSTILE["bidi"]))
    assert not any(mark in html for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068")


@pytest.mark.parametrize(
    "body", [b"x" * 200_000, b'["' + b"x" * 200_000 + b'"]', b"\xff" * 200_000]
)
def test_a_huge_body_is_bounded(body):
    """The report says how much is missing, and stays small."""
    small, large = (
        to_html(record(line_of(failed(TOKEN), exchanges=[exchange(1, content)])))
        for content in (b"x", body)
    )
    assert len(large) - len(small) < 2 * LONGEST_SHOWN
    assert len(pretty(body)) < LONGEST_SHOWN + 40


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"a":["\xc3\xa9"]}', '{\n  "a": [\n    "é"\n  ]\n}'),
        (b"plain", "plain"),
        (b"\xff\x00\x10", "3 binary bytes: ff 00 10…"),
        (b"[" * 5000, "[" * LONGEST_SHOWN + "\n… 1000 characters more"),
    ],
    ids=["JSON", "text", "bytes", "deep"],
)
def test_a_body_is_shown_for_people(body, shown):
    """JSON indented, binary abbreviated."""
    assert pretty(body) == shown
