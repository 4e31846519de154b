"""The tutorials of the documentation site are true, and its index leads to every page."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.command import HANGS, unfolded
from tests.console import assert_shown, examples
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
ADDRESS = "http://127.0.0.1:8000"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
SHOWN = [
    (file, command, output)
    for file in TUTORIALS
    for command, output in examples(file.read_text(encoding="utf-8"))
]
MODULES = {"backpack-conformance": "conformance", "mock-backpack": "mock_backpack"}
JSON = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONTENTS = re.compile(r"```\{toctree\}\n.*?\n\n(.*?)\n```", re.DOTALL)
MADE = tuple(
    f"reference/{name}" for name in ("target", "scenario-format", "admin-api", "record", *MODULES)
)
"""Pages that are made when the site is built."""


@pytest.mark.parametrize(
    ("file", "command", "output"), SHOWN, ids=[f"{file.stem}-{line}" for file, line, _ in SHOWN]
)
def test_a_command_of_a_tutorial_prints_what_is_shown(
    file: Path, command: str, output: str, tmp_path: Path
):
    """In the order of the page."""
    for badge in JSON.findall(file.read_text(encoding="utf-8")):
        (tmp_path / "badge.json").write_text(badge)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with PlainBackpack() as backpack:
        program, *words = shlex.split(command.replace(ADDRESS, backpack.root))
        done = subprocess.run(
            [sys.executable, "-m", MODULES[program], *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=HANGS,
            env={
                **unfolded(),
                "NO_COLOR": "1",
                "PYTHONPATH": str(ROOT),
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            },
            check=False,
        )
    assert "Traceback" not in done.stderr
    assert_shown(output, done.stdout)


def test_the_index_lists_every_page():
    """Each page is in a table of contents, and each entry is a page."""
    contents = CONTENTS.findall((DOCS / "index.md").read_text(encoding="utf-8"))
    listed = {line for block in contents for line in block.splitlines()}
    pages = {file.stem for file in DOCS.glob("*.md")} - {"index"}
    tutorials = {f"tutorials/{file.stem}" for file in TUTORIALS}
    assert listed == {*pages, *tutorials, *MADE, "decisions/README"}


def test_shells_complete_commands_and_options(tmp_path: Path):
    """With the lines of the page, in Bash."""
    text = (DOCS / "terminal.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    asked = "COMP_WORDS=(backpack-conformance run --allow-inc) COMP_CWORD=2"
    script = f"{lines}\n{asked}\n_backpack_conformance_completion $1\necho ${{COMPREPLY[@]}}"
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script, "bash", "backpack-conformance"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": programs},
        check=True,
    )
    assert done.stdout.split() == ["--allow-incomplete"]
