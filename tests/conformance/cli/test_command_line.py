"""The commands as a user runs them: what they print, write and exit with."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from junitparser import Failure, JUnitXml

from conformance.core.resources import folder
from conformance.record.reader import read_record
from tests.conformance.command import run_command
from tests.conformance.sound import REPORT, sound_run
from tests.conftest import needs_browser

pytestmark = pytest.mark.slow

SOME = "connect-granted or token-refresh or identity-told or revoke-ends-the-grant"


@pytest.fixture
def served(tmp_path: Path):
    """A mock in a process of its own, with one defect if a test wants it."""
    running: list[subprocess.Popen[str]] = []

    def serve(*options: str) -> str:
        command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        running.append(process)
        assert process.stdout is not None
        return process.stdout.readline().split()[-1]

    yield serve
    for process in running:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        process.stdout.close()


@needs_browser
def test_run_alone_does_the_main_job():
    """Without a word the mock is started, judged, found good, and the report's path printed."""
    where, ended = sound_run()
    assert ended.code == 0
    assert "Conforms: 67 of 67 MUST requirements passed." in ended.out
    report = Path(re.search(r"Report: (.+)", ended.out)[1])
    assert report == (where / REPORT / "conformance.html").resolve()
    assert "Conforms" in report.read_text()
    assert ended.err == ""


@needs_browser
@pytest.mark.exhaustive
def test_a_mock_in_another_process_conforms(served, tmp_path):
    """A Backpack at a URL is walked through like any other."""
    ended = run_command("run", served(), "--out", str(tmp_path / "out"))
    assert ended.code == 0, ended.out
    assert "Conforms" in ended.out


def test_a_defect_in_another_process_is_found(served, tmp_path):
    """The report says which sentence is broken, what came back, and how to see it again."""
    url = served("--defect", "token.no-rotation")
    ended = run_command("run", url, "--select", SOME, "--out", str(tmp_path / "out"))
    assert ended.code == 1
    for part in ("BC-TOKEN-04 MUST", "expected    another access_token", "reproduce   curl", url):
        assert part in ended.out
    html = (tmp_path / "out" / "conformance.html").read_text()
    assert "both tokens differ from the old ones" in html
    assert "Does not conform: 1 of 67 MUST requirements failed" in html


def test_a_part_of_the_suite_is_incomplete(tmp_path):
    """A selection is not certified, unless incomplete runs are allowed."""
    wanted = ("run", "--select", SOME, "--out", str(tmp_path))
    assert run_command(*wanted).code == 4
    assert run_command(*wanted, "--allow-incomplete").code == 0


def test_strict_makes_a_should_binding(tmp_path):
    """A warning becomes a failure."""
    wanted = ("run", "mock:token.cacheable", "--select", "token-refresh", "--out", str(tmp_path))
    assert run_command(*wanted).code == 4
    assert run_command(*wanted, "--strict").code == 1


def test_all_views_tell_the_same(tmp_path):
    """Record, JUnit and summary agree on what failed, and hold no secret."""
    run_command("run", "mock:identity.leaks-e-mail", "--select", SOME, "--out", str(tmp_path))
    record = read_record(tmp_path / "record.jsonl")
    failed = {
        judgement.requirement.id
        for judgement in record.judgements()
        if judgement.outcome == "failed"
    }
    summary = json.loads((tmp_path / "summary.json").read_text())["requirements"]
    suite = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    cases = [case for group in suite for case in group]
    assert failed == {"BC-IDENT-06"}
    assert {
        name for name, requirement in summary.items() if requirement["outcome"] == "failed"
    } == failed
    failures = [
        case for case in cases if any(isinstance(result, Failure) for result in case.result)
    ]
    assert {case.name.split()[0] for case in failures} == failed
    for file in tmp_path.iterdir():
        assert not re.search(r"(access|refresh)_token(=|\W+: \W+)[\w+/]{20,}", file.read_text())
        assert not re.search(r"ada\.\w+(@|%40)example\.org", file.read_text())


def test_the_same_seed_draws_the_same_examples(tmp_path):
    """A run can be repeated."""
    drawn = []
    for name in ("first", "second"):
        out = tmp_path / name
        wanted = ("run", "mock:issue.drops-unknown-members", "--seed", "7", "--out", str(out))
        run_command(*wanted, "--select", "issue-any-hosted")
        drawn.append([scenario.drawn for scenario in read_record(out / "record.jsonl").scenarios])
    assert drawn[0] == drawn[1]
    assert drawn[0] != [{}]


def test_ctrl_c_keeps_what_was_measured(tmp_path):
    """The record says that the run was interrupted, and no view calls it a pass."""
    command = [sys.executable, "-m", "conformance", "run", "--out", str(tmp_path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    record = tmp_path / "record.jsonl"
    deadline = time.monotonic() + 60
    while not record.exists() or record.read_text().count("\n") < 5:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 3
    assert "interrupted after" in out
    assert "Traceback" not in out + err
    found = read_record(record)
    assert found.ended == "interrupted"
    assert len(found.scenarios) >= 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "ftp://example.org"), "expected mock, mock:<defect>"),
        (("run", "http://127.0.0.1:99999"), "expected a URL with a host"),
        (("run", "mock:token.no-rotatoin"), "did you mean token.no-rotation"),
        (("run", "--select", "no-such-thing"), "no scenario matches --select"),
        (("run", "--select", "token or ("), "expected names with and, or, not"),
        (("run", "--earner", "ada"), "expected E-MAIL:PASSWORD"),
        (("run", "--out", "/proc/nowhere"), "cannot write into /proc/nowhere"),
        (("run", "moc"), "saw 'moc': did you mean mock?"),
        (("run", "127.0.0.1:5005"), "did you mean http://127.0.0.1:5005?"),
        (("run", "localhost:8000"), "did you mean http://localhost:8000?"),
        (("run", "--select", "tokn"), "no scenario matches --select 'tokn': did you mean token or"),
        (("explain", "BC-TOKN-04"), "did you mean BC-TOKEN-04"),
        (("explain", "BC-TOKEN-4"), "did you mean BC-TOKEN-04?"),
        (("explain", "token.no-rotatoin"), "did you mean token.no-rotation"),
        (("check", "nowhere.backpack.yaml"), "does not exist"),
        (("list", "everything"), "is not one of"),
    ],
)
def test_wrong_words_are_told_in_a_few_lines(words, says, tmp_path):
    """Exit code 2, what was expected, no traceback."""
    ended = run_command(*words, cwd=tmp_path)
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.out + ended.err
    assert len(ended.err.splitlines()) <= 5


def test_a_mistyped_key_stops_the_run_before_it_begins(tmp_path):
    """File, line and column, and what was probably meant."""
    file = tmp_path / "typo.backpack.yaml"
    file.write_text("id: typo\ntitle: A typo\nsteps:\n  - conect: {earner: ada}\n")
    ended = run_command("run", "--scenarios", str(file), "--out", str(tmp_path), cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith("typo.backpack.yaml:4:5: ")
    assert "did you mean connect?" in ended.err
    assert not (tmp_path / "conformance.html").exists()


def test_a_schema_that_is_no_json_is_told_with_its_place(tmp_path):
    """`check` names file, line and column."""
    file = tmp_path / "broken.json"
    file.write_text('{"type": "object",\n "required": [')
    ended = run_command("check", str(file), cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith("broken.json:2:")


def test_users_settings_do_not_leak_in(tmp_path):
    """A run from the command line obeys neither a user's conftest nor their addopts."""
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not for you')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    ended = run_command("run", "--select", "token-refresh", "--out", "out", cwd=tmp_path)
    assert ended.code == 4


def test_python_beside_scenarios_is_not_run(tmp_path):
    """Tests and conftest of the user are no scenarios."""
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not for you')\n")
    (tmp_path / "test_mine.py").write_text("raise RuntimeError('nor this')\n")
    ended = run_command("run", "--scenarios", str(tmp_path), "--out", str(tmp_path / "out"))
    assert (ended.code, ended.err) == (2, f"no scenario in {tmp_path}\n")
    shutil.copy(folder("scenarios") / "connect" / "token" / "token-refresh.backpack.yaml", tmp_path)
    ended = run_command("run", "--scenarios", str(tmp_path), "--out", str(tmp_path / "out"))
    assert "4 of 67 MUST requirements passed" in ended.out


@pytest.mark.parametrize("name", ["test_mine.py", "mine.yaml"])
def test_a_file_that_is_no_scenario_is_told(tmp_path, name):
    """And not run, whatever it is."""
    file = tmp_path / name
    file.write_text("raise RuntimeError('not for you')\n")
    ended = run_command("run", "--scenarios", str(file), "--out", str(tmp_path / "out"))
    expected = f"--scenarios: expected *.backpack.yaml, or a folder, saw {file}\n"
    assert (ended.code, ended.err) == (2, expected)


@pytest.mark.parametrize("what", ["requirements", "faults"])
def test_lists_are_for_people_and_programs(what):
    """A line each, or JSON with the same entries."""
    lines = run_command("list", what).out.splitlines()
    entries = json.loads(run_command("list", what, "--json").out)
    assert len(lines) == len(entries) > 5
    for line, entry in zip(lines, entries, strict=True):
        assert line.startswith(next(iter(entry.values())))


def test_explain_tells_all_about_a_requirement():
    """Sentence, source, proof, defects and fix, for an id in any case."""
    printed = run_command("explain", "bc-token-04").out
    for part in ("MUST", "both tokens differ", "token-refresh", "token.no-rotation", "How to fix"):
        assert part in printed


def test_a_failure_is_told_by_its_mismatch_and_how_to_fix_it(tmp_path):
    """Live and at the end; a crash is called one, and the badge that was pushed is described."""
    target = "mock:bearer.crashes-on-bad-base64,issue.skips-optional-members"
    names = "issue-malformed-hosted or bearer-refused or bearer-odd-base64"
    ended = run_command("run", target, "--select", names, "--out", str(tmp_path), cwd=tmp_path)
    lines = ended.out.splitlines()
    assert lines[0] == "API connect: a defect of the mock breaks it"
    assert lines[1].startswith("Running ")
    [live] = [line for line in lines if line.startswith("FAIL         BC-AUTH-03 MUST")]
    assert live.startswith("FAIL         BC-AUTH-03 MUST  it crashed: 500")
    assert len([line for line in lines if line.startswith("FAIL         BC-ISSUE-07")]) == 1
    text = " ".join(ended.out.split())
    assert "how to fix It crashed: see the log of your Backpack for this request." in text
    assert "pushed a flawed badge: the" in text
    assert "more rows" in text
    assert text.index("Warnings (SHOULD") < text.index("BC-AUTH-02 A token in base64")
    assert "no selected scenario tests it" in text
    assert "since ;" not in text


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_colours_are_given_when_they_are_asked_for(variables, is_coloured):
    """Without a terminal FORCE_COLOR enables colours, and NO_COLOR wins."""
    names = ("NO_COLOR", "FORCE_COLOR")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    program = "from conformance.core.terminal import say; say('x', colour='red')"
    out = subprocess.check_output([sys.executable, "-c", program], env={**clean, **variables})
    assert (b"\x1b[" in out) is is_coloured


def test_text_folds_to_a_narrow_terminal():
    """Sixty columns, as COLUMNS says; never wider than a hundred."""
    program = "from conformance.core.terminal import fold; print(fold('word ' * 60, '', '  '))"
    for columns, most in (("60", 60), ("300", 100)):
        out = subprocess.check_output(
            [sys.executable, "-c", program], env={**os.environ, "COLUMNS": columns}, text=True
        )
        assert most - 10 < max(map(len, out.splitlines())) <= most


def test_every_summary_of_the_help_is_whole():
    """No command's sentence is cut."""
    usage, _, out = run_command("--help").out.partition("\n")
    assert usage.endswith("COMMAND [ARGS]...")
    assert "..." not in out
    assert "Verify a certificate from its record, without a network." in " ".join(out.split())
