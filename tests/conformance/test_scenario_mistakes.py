"""Mistakes in scenarios that would show only when they run, as a fault of somebody else."""

from pathlib import Path

import pytest

from tests.conformance.written import GRACE, JUDGED, changed, check


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file to be written."""
    return tmp_path / "mine.backpack.yaml"


def late(where: str) -> pytest.MarkDecorator:
    """What is found only when the scenario runs, as a fault of the suite."""
    return pytest.mark.xfail(strict=True, reason=f"scenarios._Checker: {where}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(JUDGED, "{schema: nothing}", id="schema"),
        pytest.param(JUDGED, "{absent: $site.orign}", id="site", marks=late("members of $site")),
        pytest.param(
            JUDGED, "{absent: $earner.adda.email}", id="earner", marks=late("names of $earner")
        ),
        pytest.param(
            JUDGED,
            "{header: {Location: null}}",
            id="header that is never there",
        ),
        pytest.param(
            JUDGED, "{body: {a: {format: emial}}}", id="format", marks=late("unknown formats")
        ),
        pytest.param(
            JUDGED, "{body: {a: {$ref: nowhere}}}", id="$ref", marks=late("unknown references")
        ),
        pytest.param(
            GRACE,
            "host: {assertion: {signed: true, flaw: assertion-404}}",
            id="flaw that does not fit",
        ),
        pytest.param(
            GRACE, "host: {withdraw: $grant}", id="no badge", marks=late("what withdraw refers to")
        ),
        pytest.param("BC-TOKEN-03", "BC-CLIENT-01", id="role"),
    ],
)
def test_what_could_only_fail_later_is_told_at_once(file, old, new):
    """A mistake of ours never looks like one of the target, or like a pass."""
    text = changed(old, new).replace("needs: [second-earner]\n", "").replace(f"  - {GRACE}\n", "")
    text = text.replace("each: {one: {code: 200}, two: {code: 201}}\n", "")
    text = text.replace(JUDGED, "{status: 2xx}")
    assert check(file, text).exit_code == 2


@pytest.mark.parametrize("value", ["null", "7", "[a]"])
def test_a_row_with_a_name_that_is_no_text_is_refused(file, value):
    """It is told, and breaks nothing; a flaw is a text."""
    text = changed(GRACE, "host: {assertion: {flaw: $each.code}}").replace("200", value)
    text = text.replace("201", "issuer-404").replace("needs: [second-earner]\n", "")
    assert check(file, text).exit_code == 2
