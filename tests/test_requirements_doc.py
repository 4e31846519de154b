"""The page of requirements says what catalogue, scenarios and defects say."""

import re
from pathlib import Path

import pytest

from conformance.core.catalogue import requirements
from conformance.target.mock import defects, faults

DOC = Path(__file__).parents[1] / "docs" / "requirements.md"
TEXT = DOC.read_text(encoding="utf-8")


@pytest.mark.parametrize("one", requirements().values(), ids=lambda one: one.id)
def test_a_requirement_is_told_in_full(one):
    """Sentence, level, source and fix; who judges it, or why it cannot be judged."""
    section = TEXT.partition(f"### {one.id}\n")[2].partition("\n##")[0]
    assert f"**{one.level}** {one.statement}" in section
    assert f"[{one.cited}]({one.link}) ({one.basis})" in section
    assert f"how to fix: {one.mend}" in section
    assert ("not judged: " if one.excluded else "judged by: ") in section
    assert one.answer is None or f"answer: `{one.answer}`" in section
    for trouble in (*defects().values(), *faults().values()):
        assert (f"`{trouble.name}`" in section) is (one.id in trouble.requirements)


def test_links_lead_to_scenarios():
    """To files that there are."""
    found = re.findall(r"\]\((\.\./[^)]+)\)", TEXT)
    assert len(found) > 50
    assert [one for one in found if not (DOC.parent / one).is_file()] == []
