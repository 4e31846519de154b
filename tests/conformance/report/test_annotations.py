"""Annotations for GitHub Actions say what failed, and a target cannot give commands in them."""

import re
from urllib.parse import unquote

import pytest

from conformance.core.catalogue import requirement
from conformance.report.annotations import to_annotations, workflow_command
from conformance.report.summary import summarize
from tests.conformance.runs import HOSTILE, RECORDS, TOKEN, failing, hostile

COMMAND = re.compile(r"::(error|warning|notice) ([^:\n]*)::(.*)")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands as the runner reads them; a line that is none is an error."""
    read = []
    for line in text.splitlines():
        found = COMMAND.fullmatch(line)
        assert found, line
        name, properties, message = found.groups()
        pairs = (pair.split("=", 1) for pair in properties.split(","))
        read.append((name, {key: unquote(value) for key, value in pairs}, unquote(message)))
    return read


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_the_verdict_is_the_last(made):
    """An error unless the run conforms."""
    name, properties, message = commands(to_annotations(made()))[-1]
    summary = summarize(made())
    assert message == summary.sentence
    assert (name == "notice") is (summary.exit_code == 0)
    assert properties == {"title": made().header["target"]}


def test_a_failure_says_what_to_do():
    """A MUST is an error, a SHOULD a warning, a MAY a notice."""
    first, second, third, _ = commands(to_annotations(failing()))
    assert [first[0], second[0], third[0]] == ["error", "warning", "notice"]
    assert first[1]["title"] == f"{TOKEN} MUST"
    wanted = requirement(TOKEN)
    for part in (
        wanted.statement,
        "expected: a new pair",
        "came back: 401 {}",
        wanted.mend,
        wanted.link,
    ):
        assert part in first[2]


def test_a_scenario_of_the_user_is_shown_at_its_line(tmp_path, monkeypatch):
    """One that is shipped with the suite has no place in the user's repository."""
    monkeypatch.chdir(tmp_path)
    record = failing()
    assert "file" not in commands(to_annotations(record))[0][1]
    file = tmp_path / record.scenarios[0].file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    properties = commands(to_annotations(record))[0][1]
    assert (properties["file"], properties["line"]) == (
        record.scenarios[0].file,
        str(record.scenarios[0].line),
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_no_command(text):
    """Each line is one of ours."""
    assert len(commands(to_annotations(hostile(text)))) == len(
        commands(to_annotations(hostile("harmless")))
    )


def test_what_ends_a_command_is_encoded():
    """Line ends everywhere; colon and comma in properties."""
    command = workflow_command("error", "50%\n::error::no", title="a,b:c\r\nd")
    assert command == "::error title=a%2Cb%3Ac%0Ad::50%25%0A::error::no"
