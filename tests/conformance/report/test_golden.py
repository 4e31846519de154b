"""Every view of a small record, word for word."""

import pytest

from tests.golden import FOLDER, views

VIEWS = dict(views())
WRITE = "after a change of a view: python -m tests.golden; then read the diff"


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: file.name)
def test_a_view_shows_what_it_did(file):
    """Byte for byte."""
    assert file.is_file(), WRITE
    assert VIEWS[file] == file.read_bytes().decode(), WRITE


def test_there_is_no_other_file():
    """A view that is gone leaves nothing behind."""
    assert set(FOLDER.iterdir()) == set(VIEWS), WRITE
