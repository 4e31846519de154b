"""The page for providers of Open Badges 2.1 is complete, and its examples run."""

import re
import shlex
from pathlib import Path

import pytest

from conformance.apis.registry import APIS
from conformance.core.verdict import ExitCode
from tests.conformance.command import run_command
from tests.console import assert_shown, examples
from tests.miniatures.modern import ModernProvider

pytestmark = pytest.mark.slow

TEXT = (Path(__file__).parent.parent / "docs" / "providers.md").read_text(encoding="utf-8")
SHOWN = examples(TEXT)
ROOT = "http://127.0.0.1:8000"
ENDS = {"doctor": ExitCode.CONFORMS, "run": ExitCode.INCOMPLETE}
LANGUAGE = APIS["ob2.1"].language


@pytest.mark.parametrize(
    ("command", "output"), SHOWN, ids=[example[0].split()[1] for example in SHOWN]
)
def test_a_command_ends_as_shown(command: str, output: str, tmp_path: Path):
    """In the order of the page."""
    with ModernProvider() as provider:
        words = shlex.split(command.replace(ROOT, provider.root))[1:]
        ended = run_command(*words, cwd=tmp_path)
        printed = ended.out.replace(provider.root, ROOT)
    assert ended.code == ENDS[words[0]], ended.out + ended.err
    assert_shown(output, printed)


def test_the_features_are_those_of_the_api():
    """Each with what offers it."""
    assert re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE) == [
        name
        for name in ("write", "read", "profile", "offline", "token-revocation", "public-host")
        if name in LANGUAGE.features
    ]


def test_the_numbers_are_right():
    """Of flaws and of variants."""
    assert f"{len(LANGUAGE.flaws)} flaws" in TEXT
    assert f"{len(LANGUAGE.variants)} other ways" in TEXT
