"""The response of a step is summarized in a line."""

import pytest

from conformance.scenario.expectations.evidence import ResponseEvidence
from tests.conformance.responses import HTML, lands, says


@pytest.mark.parametrize(
    ("response", "summary"),
    [
        (says(204), "204 without a body"),
        (says(400, {"message": "né"}), '400 {"message": "né"}'),
        (says(200, "<h1>\n  Hello", HTML), "200 <h1> Hello"),
        (lands(302, error="a"), "302, the browser at https://issuer.example/callback"),
        (
            {**says(200, [says(201), says(304), None]), "at_once": True},
            "in parallel: 201, 304, none",
        ),
    ],
)
def test_an_answer_is_told_in_a_line(response, summary):
    """Status and the beginning of the body."""
    assert ResponseEvidence(response).summary() == summary


def test_a_summary_is_bounded():
    """For a body of any length."""
    assert len(ResponseEvidence(says(200, "x" * 100_000, HTML)).summary()) < 200


@pytest.mark.parametrize("body", [[], [None], [{"status": "unauthorized"}]])
def test_a_list_in_an_answer_is_told_with_its_status(body):
    """A target may answer with a list of its own."""
    assert ResponseEvidence(says(418, body)).summary().startswith("418 ")


def test_a_summary_shows_what_is_telling():
    """A stack trace goes, long texts are cut, and what was wrong is there."""
    body = {"stack": "at x\n" * 200, "html": "y" * 500, "message": "expires: no date", "code": 7}
    summary = ResponseEvidence(says(400, body)).summary()
    assert '"message": "expires: no date"' in summary
    assert '"code": 7' in summary
    assert "at x" not in summary
    assert len(summary) < 200
