"""The commands under bad conditions: full disks, closed pipes, unexpected errors."""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.record.reader import read_record
from tests.conformance.command import Ended

pytestmark = pytest.mark.slow

RUN = ("run", "--select", "token-refresh", "--out", "out")
KIBIBYTE = 1024
CRASHING = """
import sys
from conformance.cli import main
from conformance.cli import check

def broken(*_):
    raise {error}

check.files_of = broken
sys.argv = ["backpack-conformance", "check", "."]
main()
"""


def command(*words: str, module: str = "conformance", **options: Any) -> Ended:
    """One of our commands with standard output, limits or variables of a test's own."""
    variables: Mapping[str, str] = options.pop("variables", {})
    done = subprocess.run(
        [sys.executable, *(words if words[0] == "-c" else ("-m", module, *words))],
        stderr=subprocess.PIPE,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1", **variables},
        check=False,
        **{"stdout": subprocess.PIPE, **options},
    )
    return Ended(done.returncode, done.stdout or "", done.stderr)


def small_files(kibibytes: int) -> Mapping[str, Any]:
    """Options of a process whose files cannot grow beyond a size, as on a full disk.

    It writes no bytecode: Python would leave the truncated file to every later process.
    """
    size = kibibytes * KIBIBYTE
    return {
        "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        "variables": {"PYTHONDONTWRITEBYTECODE": "1"},
    }


def test_a_run_whose_reports_do_not_fit_names_them_and_keeps_its_record(tmp_path):
    """The verdict is printed, the record is whole, and the exit code is no verdict."""
    ended = command(*RUN, cwd=tmp_path, **small_files(80))
    assert ended.code == 3
    assert "Incomplete: " in ended.out
    assert "cannot write into out: File too large: conformance.html" in ended.err
    assert "Traceback" not in ended.out + ended.err
    assert "Report:" not in ended.out
    assert not (tmp_path / "out" / "conformance.html").exists()
    assert read_record(tmp_path / "out" / "record.jsonl").ended == "finished"
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_record_that_does_not_fit_keeps_its_whole_lines(tmp_path):
    """The record so far is readable, and says that it is incomplete."""
    words = ("run", "--select", "token", "--out", "out")
    ended = command(*words, cwd=tmp_path, **small_files(80))
    assert ended.code == 3
    assert "Incomplete: " in ended.out
    assert "record.jsonl" in ended.err
    record = read_record(tmp_path / "out" / "record.jsonl")
    assert record.ended == "broke off"
    assert record.scenarios


def test_an_issuers_run_whose_reports_do_not_fit_names_them(tmp_path):
    """The same for the other role."""
    words = ("issuer", "--situations", "healthy", "--", sys.executable, "-c", "pass")
    ended = command(*words, cwd=tmp_path, **small_files(12))
    assert ended.code == 3
    assert "cannot write into issuer-report: File too large: conformance.html" in ended.err
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (("explain", "BC-TOKEN-04"), "conformance"),
        (("list", "requirements"), "conformance"),
        (("--help",), "conformance"),
        (("faults",), "mock_backpack"),
        (("catalogue",), "mock_backpack"),
    ],
)
def test_output_that_cannot_be_written_is_told_in_a_sentence(words, module):
    """Exit code 3, also for what click itself prints."""
    with Path("/dev/full").open("w") as full:
        ended = command(*words, module=module, stdout=full)
    assert ended.code == 3
    assert ended.err == "standard output: No space left on device\n"


def test_a_run_goes_on_when_its_output_cannot_be_written(tmp_path):
    """The exit code is that of the verdict, and the reports are there."""
    with Path("/dev/full").open("w") as full:
        ended = command(*RUN, cwd=tmp_path, stdout=full)
    assert ended.code == 4
    assert (tmp_path / "out" / "conformance.html").exists()


@pytest.mark.parametrize(
    ("words", "module", "code"),
    [
        ((*RUN, "-v"), "conformance", 4),
        (("list", "scenarios"), "conformance", 0),
        (("catalogue",), "mock_backpack", 0),
    ],
)
def test_a_reader_that_goes_away_is_no_trouble(words, module, code, tmp_path):
    """A closed pipe is quiet, and the exit code means what it always means."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = command(*words, module=module, cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (ended.code, ended.err) == (code, "")


def test_an_unexpected_error_is_told_in_a_sentence():
    """No traceback, exit code 3, and how to report it."""
    ended = command("-c", CRASHING.format(error="RuntimeError('a bug')"))
    assert ended.code == 3
    first, second = ended.err.splitlines()
    assert first == "unexpected RuntimeError: a bug"
    assert second.startswith("This is a bug of backpack-conformance")
    assert "BACKPACK_DEBUG=1" in second


def test_the_traceback_of_an_unexpected_error_can_be_shown():
    """With a variable that the sentence names."""
    crashing = CRASHING.format(error="RuntimeError('a bug')")
    ended = command("-c", crashing, variables={"BACKPACK_DEBUG": "1"})
    assert ended.code == 3
    assert "Traceback" in ended.err
    assert "in broken" in ended.err


def test_trouble_of_the_machine_is_no_bug():
    """A file that cannot be written is named, with the reason."""
    error = "OSError(28, 'No space left on device', '/somewhere/file')"
    ended = command("-c", CRASHING.format(error=error))
    assert (ended.code, ended.err) == (3, "/somewhere/file: No space left on device\n")


def test_a_run_leaves_nothing_but_its_report(tmp_path):
    """There is no cache of Hypothesis, pytest or Python in the user's folder."""
    command(*RUN, cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
