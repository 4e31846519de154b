"""Every view of a small record, word for word."""

import pytest

from tests.golden import FOLDER, views

VIEWS = dict(views())


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: file.name)
def test_a_view_shows_what_it_did(file):
    """After a change of a view: ``python -m tests.golden``; then read the diff."""
    assert VIEWS[file] == file.read_text(encoding="utf-8")


def test_there_is_no_other_file():
    """A view that is gone leaves nothing behind."""
    assert set(FOLDER.iterdir()) == set(VIEWS)
