"""The configuration of the documentation site: ``sphinx-build -W docs docs/_build`` makes it."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

from reference_pages import write_pages  # noqa: E402 - a module of this folder
from sphinx.application import Sphinx  # noqa: E402

from mock_backpack.version import VERSION  # noqa: E402

project = "backpack-conformance"
author = "the authors of backpack-conformance"
version = release = VERSION
extensions = ["myst_parser", "sphinx_click", "sphinx_copybutton"]
exclude_patterns = ["_build", "ci"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "backpack-conformance"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = html_show_copyright = False

man_pages = [
    (f"reference/{name}", name, summary, [author], 1)
    for name, summary in (
        ("backpack-conformance", "test a Backpack, or an issuer of Open Badges"),
        ("mock-backpack", "a mock Backpack for testing issuers"),
    )
]
CHILDREN = {"requirements": "requirements/*", "decisions/README": "0*"}
"""Pages that list other pages: where those are, relative to them."""


def list_children(_app: Sphinx, page: str, source: list[str]) -> None:
    """Add the pages below a page to the navigation; GitHub would show the directive as text."""
    if page in CHILDREN:
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n\n{CHILDREN[page]}\n```\n"


def setup(app: Sphinx) -> None:
    """Make the reference pages, and let Sphinx call us."""
    write_pages(DOCS / "reference")
    app.connect("source-read", list_children)
