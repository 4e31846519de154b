"""The pages of requirements say what catalogue, scenarios and defects say."""

import re
from pathlib import Path

import pytest

from conformance.cli.catalogue import page_of
from conformance.core.catalogue import requirements
from conformance.target.mock import defects, faults

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("one", requirements().values(), ids=lambda one: one.id)
def test_a_requirement_is_told_in_full(one):
    """Sentence, level, source and fix; who judges it, or why it cannot be judged."""
    text = (DOCS / page_of(one.area)).read_text(encoding="utf-8")
    section = text.partition(f"## {one.id}\n")[2].partition("\n## ")[0]
    assert f"**{one.level}** {one.statement}" in section
    assert f"[{one.cited}]({one.link}) ({one.basis})" in section
    assert f"how to fix: {one.mend}" in section
    assert ("not judged: " if one.excluded else "judged by: ") in section
    assert one.answer is None or f"answer: `{one.answer}`" in section
    for trouble in (*defects().values(), *faults().values()):
        assert (f"`{trouble.name}`" in section) is (one.id in trouble.requirements)


def test_there_is_a_page_for_each_area_and_no_other():
    """A page of an area that is gone would stay."""
    areas = {page_of(one.area) for one in requirements().values()}
    assert {f"requirements/{file.name}" for file in (DOCS / "requirements").iterdir()} == areas


def test_links_lead_to_files():
    """From the index to each page, and from there to scenarios and misbehaviours."""
    links = {
        page.parent / link
        for page in [DOCS / "requirements.md", *(DOCS / "requirements").iterdir()]
        for link in re.findall(r"\]\(((?!http)[^)#]+)\)", page.read_text(encoding="utf-8"))
    }
    assert len(links) > 50
    assert [link for link in links if not link.is_file()] == []
