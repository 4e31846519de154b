"""What the project offers to CI: the GitHub action, and files for GitHub and GitLab."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conformance.command import HANGS, run_command, unfolded
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step.get("name", step.get("uses")): step for step in ACTION["runs"]["steps"]}
FILES = sorted((ROOT / "docs" / "ci").glob("*.yml"))


def run_action(folder: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run the step that tests as GitHub does: exit code, output, and the files that it fills."""
    given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
    step = STEPS["Test"]
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={
            **unfolded(),
            **variables,
            **{name: str(file) for name, file in files.items()},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    filled = {name: file.read_text() if file.exists() else "" for name, file in files.items()}
    return done.returncode, done.stdout + done.stderr, filled


def test_a_backpack_is_tested(tmp_path):
    """With a summary, annotations, an exit code and a report to keep."""
    with PlainBackpack() as backpack:
        code, printed, filled = run_action(
            tmp_path, target=backpack.root, arguments="--select token-refresh --jobs 1"
        )
    assert code == 4
    assert filled["GITHUB_OUTPUT"] == "exit-code=4\n"
    assert "Incomplete: " in filled["GITHUB_STEP_SUMMARY"]
    assert re.search(rf"^::error title=.*{backpack.root[-5:]}::Incomplete", printed, re.MULTILINE)
    assert (tmp_path / ACTION["inputs"]["report"]["default"] / "conformance.html").is_file()


def test_an_issuer_is_tested(tmp_path):
    """Its failure is an annotation."""
    mistakes = ROOT / "examples" / "python" / "mistakes.py"
    code, printed, filled = run_action(
        tmp_path,
        issuer=f"{shlex.quote(sys.executable)} {shlex.quote(str(mistakes))} raw-token",
        arguments="--situations healthy",
        report="issuer-report",
    )
    assert code == 1
    assert filled["GITHUB_OUTPUT"] == "exit-code=1\n"
    assert re.search(r"^::error title=BC-CLIENT-01 MUST::The issuer sends", printed, re.MULTILINE)
    assert (tmp_path / "issuer-report" / "conformance.html").is_file()


@pytest.mark.parametrize("inputs", [{}, {"target": "mock", "issuer": "true"}], ids=["none", "both"])
def test_a_wrong_use_of_the_action_is_an_error(inputs, tmp_path):
    """It says which inputs there are."""
    code, printed, filled = run_action(tmp_path, **inputs)
    assert code == 2
    assert (
        printed == "::error title=Backpack conformance::set one of the inputs target and issuer\n"
    )
    assert filled["GITHUB_OUTPUT"] == ""


@pytest.mark.parametrize("arguments", ["--select tokn", "--nonsense"])
def test_a_run_without_a_report_shows_none(arguments, tmp_path):
    """Neither an empty one nor that of an earlier step; it points to the log."""
    (tmp_path / "earlier").mkdir()
    for report, times in (("fresh", None), ("earlier", (0, 0))):
        if times:
            (tmp_path / report / "summary.md").write_text("conforms")
            os.utime(tmp_path / report / "summary.md", times)
        code, printed, filled = run_action(
            tmp_path, target="mock", arguments=arguments, report=report
        )
        assert code == 2
        assert filled["GITHUB_STEP_SUMMARY"] == ""
        assert "no report was written (exit code 2)" in printed
        assert printed.count("::error ") == 1
        assert "No such file" not in printed


def test_a_target_that_is_not_there_has_its_exit_code(tmp_path):
    """And the sentence of the command."""
    code, printed, filled = run_action(tmp_path, target="http://127.0.0.1:9")
    assert code == 3
    assert filled["GITHUB_OUTPUT"] == "exit-code=3\n"
    assert "http://127.0.0.1:9" in printed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_ci_file_uses_what_there_is(file, tmp_path):
    """Inputs of the action, or a command that writes what the job keeps."""
    (job,) = [
        value
        for value in _jobs(yaml.safe_load(file.read_text(encoding="utf-8")))
        if isinstance(value, dict)
    ]
    if file.name.startswith("github"):
        ours = job["steps"][-1]
        assert ours["uses"].endswith("/backpack-conformance@main")
        assert set(ours["with"]) <= set(ACTION["inputs"])
        return
    install, command = job["script"][0], job["script"][-1]
    assert "pip install" in install
    ours, _, _ = command.partition(" -- ")
    words = shlex.split(ours.replace("http://127.0.0.1:8000", "mock --select token-refresh"))[1:]
    if " -- " in command:
        words += ["--timeout", "20", "--", "true"]
    ended = run_command(*words, cwd=tmp_path)
    assert ended.code in (0, 4), ended.err
    kept = [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]
    assert all((tmp_path / path).exists() for path in kept)


def _jobs(read: dict[object, object]) -> list[object]:
    """The jobs of a GitHub workflow or a GitLab file."""
    jobs = read.get("jobs")
    return list((jobs if isinstance(jobs, dict) else read).values())
