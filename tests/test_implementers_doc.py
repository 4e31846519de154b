"""The page for implementers is complete, and its examples run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.core.verdict import ExitCode
from conformance.target.configuration.file import read_target
from conformance.target.configuration.keys import keys
from tests.conformance.command import run_command, started_command
from tests.console import assert_shown, examples
from tests.miniatures.foreign import ForeignBackpack
from tests.miniatures.plain import PlainBackpack
from tests.waiting import OF_A_RUN, eventually

pytestmark = pytest.mark.slow

TEXT = (Path(__file__).parent.parent / "docs" / "implementers.md").read_text(encoding="utf-8")
TOML = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
SHOWN = [example for example in examples(TEXT) if "reproduce" not in example[0]]
[REPRODUCED] = [shown for command, shown in examples(TEXT) if "reproduce" in command]
ROOT = "http://127.0.0.1:8000"
ENDS = {
    "doctor": ExitCode.CONFORMS,
    "run": ExitCode.INCOMPLETE,
    "init": ExitCode.CONFORMS,
    "connect": ExitCode.COULD_NOT_TELL,
}


def run(folder: Path, command: str) -> tuple[int, str]:
    """How a command ends, and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *shlex.split(command)[1:]],
        capture_output=True,
        text=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1", "ADA_PASSWORD": "difference engine"},
        timeout=600,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "shown"), SHOWN, ids=[command.split()[1] for command, _ in SHOWN]
)
def test_a_command_prints_what_is_shown(command, shown, tmp_path):
    """In the order of the page."""
    with PlainBackpack() as backpack:
        code, printed = run(tmp_path, command.replace(ROOT, backpack.root))
        shown = shown.replace(ROOT, backpack.root)
    assert code == ENDS[command.split()[1]], printed
    assert_shown(shown, printed)


def test_a_failure_is_reproduced_as_shown(tmp_path):
    """After a run that failed, until Ctrl+C."""
    with PlainBackpack(defect="folds-refresh-tokens") as backpack:
        selected = ("--select", "token-bad-refresh-token", "--api", "connect")
        run_command("run", backpack.root, *selected, cwd=tmp_path)
        with started_command("reproduce", "BC-TOKEN-09", cwd=tmp_path) as running:
            eventually(lambda: "Ctrl+C" in running.err.read_text(), OF_A_RUN)
            ended = running.interrupted()
    shown = [row for row in REPRODUCED.splitlines() if not row.startswith("curl")]
    assert ended.code == ExitCode.CONFORMS
    assert_shown("\n".join(shown), ended.err)
    assert ended.out.startswith("curl -i -X POST ")
    assert ended.out.endswith("/api/token\n")


def test_the_file_and_its_recipe_work(tmp_path):
    """The page shows it in several pieces, which are of one file."""
    account, recipe, again, revoke, dialog, site = TOML
    with ForeignBackpack() as backpack:
        file = tmp_path / "target.toml"
        file.write_text((account + recipe).replace(ROOT, backpack.root))
        code, printed = run(tmp_path, "backpack-conformance doctor")
        assert code == ExitCode.CONFORMS, printed
        file.write_text(file.read_text().replace("value=x1", "value=ja"))
        code, printed = run(tmp_path, "backpack-conformance doctor")
    [message] = re.findall(r"^```\n(step .*?)```", TEXT, re.MULTILINE | re.DOTALL)
    assert " ".join(message.replace(ROOT, backpack.root).split()) in " ".join(printed.split())
    file.write_text(account + site + recipe)
    assert read_target(file).value["issuer"]["bind"] == "0.0.0.0"
    for other in (again, revoke, dialog):
        file.write_text(other)
        assert read_target(file).value


def test_every_key_stands_in_the_table():
    """With its option, and in the words of the schema; the target itself is an argument."""
    rows = re.findall(r"^\| `([\w.]+)` \| `(--[^`]*)` \| (.*) \|$", TEXT, re.MULTILINE)
    assert rows == [
        (key.name, f"{key.option} {key.metavar}".strip(), key.described)
        for key in keys()
        if key.flag != "target"
    ]
