"""Drawn parameters never contain anything that a Backpack issued, or may accept."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.apis.malformed import (
    EVERYWHERE,
    FAMILIES,
    GOOD_CALLBACK,
    LONGEST,
    body,
    credentials,
    query,
)
from conformance.apis.registry import DEFAULT
from conformance.scenario.load import load, shipped
from tests.conformance.written import check

EVERY = (*FAMILIES, *EVERYWHERE)
OVER_ALL = (
    ("safety-any-token-body", "safety-any-token-type"),
    ("safety-any-grant-type",),
    ("issue-any-body",),
)


def sent(family: str) -> st.SearchStrategy[tuple[str, bytes]]:
    """Label and bytes of a body of one family."""
    made = body(member="badge", family=family, beside={"other": "good"})
    return made.map(lambda drawn: (drawn["type"], base64.b64decode(drawn["body"])))


@pytest.mark.parametrize("family", EVERY)
def test_a_body_holds_no_good_badge(family):
    """A drawn body contains neither a URL nor a signature, however it is parsed."""

    @given(drawn=sent(family))
    @settings(max_examples=60, deadline=None)
    def is_bad(drawn):
        _, content = drawn
        assert b"http" not in content
        assert content.count(b".") < 2
        assert len(content) <= LONGEST + 100

    is_bad()


@pytest.mark.parametrize("family", ["types", "escapes", "surrogates", "nesting", "long", "labels"])
def test_what_can_be_read_has_the_other_parameters(family):
    """One parameter is bad, and the others are as they should be."""

    @given(drawn=sent(family))
    @settings(max_examples=40, deadline=None)
    def has_others(drawn):
        _, content = drawn
        try:
            found = json.loads(content)
        except RecursionError:
            return
        assert found["other"] == "good"
        assert set(found) == {"other", "badge"}

    has_others()


def test_a_family_that_there_is_not_is_told():
    """When the file is read, with the families that there are."""
    with pytest.raises(ValueError, match="family: expected one of types, bytes"):
        body(member="badge", family="colours")


@pytest.mark.parametrize("names", OVER_ALL, ids=lambda names: names[0])
def test_no_family_is_left_out(names):
    """The scenarios about a parameter have a row for each."""
    files = [file for file in shipped(DEFAULT.language) if file.name.partition(".")[0] in names]
    assert {row for file in files for row in load(file, DEFAULT.language).rows} == set(EVERY)


@given(drawn=credentials())
def test_credentials_can_be_sent(drawn):
    """A header holds no line ends, and no server need take more than 8 kB of it."""
    assert not set(drawn["value"]) & {"\r", "\n", "\0"}
    assert len(drawn["value"]) < 8000


@given(drawn=query())
def test_a_query_asks_for_nothing_that_could_be_granted(drawn):
    """If the drawn callback is valid, the scope is not."""
    if GOOD_CALLBACK in drawn["query"]:
        assert not drawn["query"].endswith("=issue")


def test_a_strategy_may_depend_on_the_row(tmp_path: Path):
    """The check tries it for each of them."""
    [file] = [file for file in shipped(DEFAULT.language) if file.name.startswith("issue-any-body.")]
    text = file.read_text()
    wrong = check(tmp_path / file.name, text.replace("[types,", "[colours,"))
    assert wrong.exit_code == 2
    assert "wire-body: family: expected one of" in wrong.output
