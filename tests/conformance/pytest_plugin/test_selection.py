"""The values of ``--select``, and how a report shows what was left out."""

import pytest

from conformance.core.errors import AuthoringError
from conformance.core.requirement import Level, Requirement
from conformance.core.verdict import Finding, Outcome, judge
from conformance.pytest_plugin.selection import check_expression, nothing_selected

ONE = Requirement("BC-X-01", "token", "backpack", Level.MUST, "It holds.", "documented", {}, "Fix.")


@pytest.mark.parametrize(
    "text", ["token", "token or BC-IDENT-04", "not (a and b[c-d])", "x/y.z::w"]
)
def test_names_with_operators_are_taken(text):
    """As pytest's -k reads them."""
    check_expression(text)


@pytest.mark.parametrize("text", ["token and (", "and", "a b", "f(x)", "a; b", "not", "(" * 5000])
def test_anything_else_is_refused_in_a_sentence(text):
    """Before anything runs."""
    with pytest.raises(AuthoringError, match="--select: expected names with and, or, not"):
        check_expression(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [("tokn", "token"), ("BC-TOKN-04", "BC-TOKEN-04"), ("not token-refesh", "token-refresh")],
)
def test_a_typo_is_told_with_what_comes_close(text, advice):
    """An area, a scenario or a requirement."""
    assert f"did you mean {advice}" in nothing_selected(text, ["token-refresh"])


def test_what_was_not_selected_is_the_reason_why_it_is_untested():
    """The reason is the selection, not a missing capability of another scenario."""
    lacking = Finding(ONE.id, Outcome.UNTESTED, reason="the target has no clock")
    reasons = [judge([ONE], findings, {ONE.id})[0].reason for findings in ({}, {ONE.id: [lacking]})]
    assert reasons == [
        "no selected scenario tests it",
        "not all of its scenarios were selected; the target has no clock",
    ]
