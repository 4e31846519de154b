"""The page of faults and defects says what the catalogue says."""

from pathlib import Path

from mock_backpack.cli.listing import as_markdown
from mock_backpack.faults.catalogue import CATALOGUE

DOC = Path(__file__).parents[1] / "docs" / "catalogue.md"


def test_the_page_is_current():
    """After a change of the catalogue: ``mock-backpack catalogue > docs/catalogue.md``."""
    assert DOC.read_text(encoding="utf-8") == as_markdown(CATALOGUE)
