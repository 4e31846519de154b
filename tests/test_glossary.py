"""The glossary defines every term of the project, once."""

import re
from pathlib import Path

import pytest

from conformance.core.requirement import Level
from conformance.core.schemas import load as schema

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
DEFINED = dict(re.findall(r"^\| \*\*([\w ]+)\*\* \| (.*) \|$", TEXT, re.MULTILINE))
TERMS = [
    "adapter",
    "assertion",
    "basis",
    "capability",
    "defect",
    "earner",
    "exchange",
    "expectation",
    "fault",
    "finding",
    "flaw",
    "grant",
    "issuer",
    "journal",
    "level",
    "misbehaviour",
    "record",
    "requirement",
    "sandbox",
    "scenario",
    "step",
    "target",
    "verdict",
    "view",
    "visits",
]


@pytest.mark.parametrize("term", [*TERMS, "issuer site"])
def test_a_term_is_defined(term):
    """In one or a few sentences."""
    assert re.fullmatch(r"[A-Z`].*\.", DEFINED[term])


def test_no_term_is_defined_twice():
    """One term, one meaning."""
    rows = re.findall(r"^\| \*\*([\w ]+)\*\*", TEXT, re.MULTILINE)
    assert len(rows) == len(set(rows)) == len(DEFINED)


def test_every_value_of_the_catalogue_is_explained():
    """Each level and each basis that a requirement can have."""
    bases = schema("requirement")["$defs"]["requirement"]["properties"]["basis"]["enum"]
    assert [basis for basis in bases if f"`{basis}`" not in DEFINED["basis"]] == []
    assert [level for level in Level if level not in DEFINED["level"]] == []


def test_every_profile_is_explained():
    """Each profile that a run can have."""
    folders = sorted(path.name for path in (ROOT / "schemas" / "answers" / "connect").iterdir())
    assert [folder for folder in folders if f"`{folder}`" not in DEFINED["profile"]] == []


def test_links_lead_somewhere():
    """To pages of this folder."""
    for link in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (ROOT / "docs" / link).is_file(), link
