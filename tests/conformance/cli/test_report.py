"""The commands ``report`` and ``compare`` make views of records that lie there."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.record.reader import read_record
from conformance.report.views import VIEWS_BY_FORMAT
from tests.conformance.records import ALL, exchange, failed, footer, header, line_of, write
from tests.conformance.runs import TOKEN

LINES = [header(), line_of(failed(TOKEN), exchanges=[exchange()]), footer()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A record of a target that fails."""
    return write(tmp_path / "record.jsonl", *LINES)


def command(*words: object) -> Result:
    """Run ``backpack-conformance``."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("name", VIEWS_BY_FORMAT)
def test_each_format_is_the_view_that_a_run_writes(file, name):
    """Byte for byte, on standard output and in a file."""
    wanted = VIEWS_BY_FORMAT[name](read_record(file))
    assert command("report", file, "--format", name).stdout_bytes == wanted
    out = file.parent / "view"
    assert command("report", file, "--format", name, "--out", out).exit_code == 0
    assert out.read_bytes() == wanted


def test_html_is_what_one_gets_without_asking(file):
    """Of a folder, its record is taken."""
    assert command("report", file.parent).stdout_bytes == VIEWS_BY_FORMAT["html"](read_record(file))


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_records_are_compared(file, form):
    """On standard output or in a file."""
    other = write(file.parent / "other" / "record.jsonl", header(target="b"), *LINES[1:])
    done = command("compare", file, other, "--format", form)
    assert (done.exit_code, ALL[0] in done.output) == (0, True)
    assert f"0 of {len(ALL)} requirements differ between 2 records." in done.output


@pytest.mark.parametrize("given", [0, 1])
def test_less_than_two_records_are_not_compared(file, given):
    """The command reports it."""
    done = command("compare", *[file] * given)
    assert (done.exit_code, "expected two records or more" in done.output) == (2, True)


@pytest.mark.parametrize("words", [["report"], ["compare", "{good}"]], ids=["report", "compare"])
@pytest.mark.parametrize("spoiled", ["truncated", "altered"])
def test_a_spoiled_record_is_refused_by_its_line(file, words, spoiled):
    """Nothing is written, and a file that is there stays."""
    bad = file.with_name("bad.jsonl")
    lines = file.read_text().splitlines()
    if spoiled == "truncated":
        lines[1] = lines[1][:-20]
    else:
        lines[1] = json.dumps({**json.loads(lines[1]), "verdict": "conforms"})
    bad.write_text("\n".join(lines))
    out = file.with_name("out")
    out.write_text("mine")
    done = command(*[word.format(good=file) for word in words], bad, "--out", out)
    assert (done.exit_code, out.read_text()) == (2, "mine")
    assert f"{bad}:2: " in done.output
    assert "Traceback" not in done.output


def test_what_cannot_be_written_is_told(file):
    """Without a traceback."""
    done = command("report", file, "--out", file.parent / "no" / "folder")
    assert done.exit_code != 0
    assert "no/folder" in done.output
    assert "Traceback" not in done.output
