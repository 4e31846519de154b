"""The client for Node works, and its types describe what it has."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mock_backpack.version import VERSION
from tests.conformance.command import HANGS
from tests.conformance.node import needs_node

pytestmark = pytest.mark.slow

CLIENT = Path(__file__).parent.parent / "clients" / "node"
COMMAND = [sys.executable, "-m", "mock_backpack"]


def node(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run Node to its end."""
    return subprocess.run(
        ["node", *words], capture_output=True, text=True, timeout=HANGS, check=False, **options
    )


@needs_node
def test_its_own_tests_pass():
    """Against a mock that it starts."""
    environment = {**os.environ, "MOCK_BACKPACK": json.dumps(COMMAND)}
    done = node("--test", cwd=CLIENT, env=environment)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE)


@needs_node
def test_the_example_of_its_page_runs(tmp_path):
    """With the package as an installation has it."""
    (example,) = re.findall(
        r"^```js\n(.*?)^```", (CLIENT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "mock-backpack").symlink_to(CLIENT)
    command = example.replace("start()", f"start({{ command: {json.dumps(COMMAND)} }})")
    (tmp_path / "example.mjs").write_text(command)
    done = node("example.mjs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_its_types_have_the_same_names():
    """Each export and each method."""
    code = (CLIENT / "index.mjs").read_text(encoding="utf-8")
    types = (CLIENT / "index.d.ts").read_text(encoding="utf-8")
    exports = r"^export (?:async )?(?:class|function) (\w+)"
    assert re.findall(exports, types, re.MULTILINE) != []
    assert set(re.findall(exports, code, re.MULTILINE)) == set(
        re.findall(exports, types, re.MULTILINE)
    )
    methods = r"^  (?:async |get |readonly )*(\w+)(?:\(|: string;)"
    mine, theirs = (text.partition("export class Mock {")[2] for text in (code, types))
    assert set(re.findall(methods, mine, re.MULTILINE)) == set(
        re.findall(methods, theirs, re.MULTILINE)
    ) - {"url"}


def test_its_version_is_that_of_the_mock():
    """They are released together."""
    package = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == VERSION
