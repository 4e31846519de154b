"""The pages of requirements say what catalogue, scenarios and defects say."""

import re
from pathlib import Path

import pytest

from conformance.cli.catalogue import page_of
from conformance.core.api import areas
from conformance.core.catalogue import requirements
from conformance.target.mock import defects, faults

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("area", areas())
def test_a_requirement_is_told_in_full(area):
    """Sentence, level, source and fix; who judges it, or why it cannot be judged."""
    text = (DOCS / page_of(area)).read_text(encoding="utf-8")
    misbehaviours = (*defects().values(), *faults().values())
    for name, entry in requirements().items():
        if entry.area != area:
            continue
        section = text.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert f"**{entry.level}** {entry.statement}" in section
        assert f"[{entry.cited}]({entry.link}) ({entry.basis})" in section
        assert f"how to fix: {entry.mend}" in section
        assert ("not judged: " if entry.excluded else "judged by: ") in section
        assert entry.answer is None or f"answer: `{entry.answer}`" in section
        named = {
            misbehaviour.name
            for misbehaviour in misbehaviours
            if f"`{misbehaviour.name}`" in section
        }
        assert named == {
            misbehaviour.name for misbehaviour in misbehaviours if name in misbehaviour.requirements
        }, name


def test_there_is_a_page_for_each_area_and_no_other():
    """A page of an area that is gone would stay."""
    areas = {page_of(requirement.area) for requirement in requirements().values()}
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
