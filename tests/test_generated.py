"""Files that are made of what the code declares are current."""

import pytest

from tests.generated import GENERATED


@pytest.mark.slow
@pytest.mark.parametrize("file", GENERATED, ids=lambda file: file.name)
def test_a_generated_file_is_current(file):
    """After a change of what it is made of: ``python -m tests.generated``."""
    assert file.read_text(encoding="utf-8") == GENERATED[file]()
