"""``run --watch`` runs again what a change concerns, and ends with the last exit code."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.cli.watching import Watched, again, changed
from conformance.core.verdict import ExitCode
from conformance.target.configuration.configuration import configured
from tests.conformance.command import Running, started_command
from tests.waiting import OF_A_RUN, eventually

SCENARIO = """\
id: {id}
title: Identity is told
steps:
  - connect: {{earner: ada}}
    save: grant
  - identity: {{token: $grant.access_token}}
    expect: {{BC-IDENT-01: {{status: {status}}}}}
"""
ALL = ["run", "--scenarios", "mine", "--failed", "--open", "--scenarios=more", "--watch", "-v"]


def write(folder: Path, name: str, *, status: int = 200) -> Path:
    """A scenario file of one step."""
    file = folder / f"{name}.backpack.yaml"
    file.write_text(SCENARIO.format(id=name, status=status))
    return file


def test_of_changed_scenarios_only_those_run(tmp_path):
    """In place of all folders, and whether they failed last time or not."""
    [one, two] = [write(tmp_path, name) for name in ("one", "two")]
    named = ["--scenarios", str(one), "--scenarios", str(two)]
    assert again(ALL, [one, two]) == ["run", "-v", *named]


def test_after_any_other_change_everything_runs(tmp_path):
    """A block, a target.toml, an adapter, and a scenario that is gone."""
    usual = ["run", "--scenarios", "mine", "--failed", "--scenarios=more", "-v"]
    scenario = write(tmp_path, "one")
    for other in ("target.toml", "adapter.py", "a.block.yaml"):
        (tmp_path / other).touch()
        assert again(ALL, [scenario, tmp_path / other]) == usual
    assert again(ALL, [tmp_path / "gone.backpack.yaml"]) == usual


def test_what_a_run_depends_on_is_watched(tmp_path, monkeypatch):
    """Scenarios, blocks, target.toml, adapter and baseline; but nothing that the run writes."""
    monkeypatch.chdir(tmp_path)
    for folder in ("blocks", "out"):
        (tmp_path / folder).mkdir()
    for file in ("blocks/b.block.yaml", "known.toml", "mine.py", "other.txt"):
        (tmp_path / file).touch()
    (tmp_path / "target.toml").write_text(
        'baseline = "known.toml"\n[adapter]\npython = "mine:Adapter"\n'
    )
    scenario = write(tmp_path, "one")
    write(tmp_path / "out", "counter-example")
    watched = Watched.of(configured({}, {}), [Path()], Path("out"))
    before = watched.state()
    names = {"target.toml", "known.toml", "mine.py", "one.backpack.yaml", "b.block.yaml"}
    assert {file.name for file in before} == names
    assert {
        file.name for file in Watched.of(configured({}, {}), [scenario], Path("out")).state()
    } == names
    write(tmp_path, "one", status=404)
    new = write(tmp_path, "two")
    (tmp_path / "mine.py").unlink()
    seen = {file.name for file in changed(before, watched.state())}
    assert seen == {"one.backpack.yaml", new.name, "mine.py"}


@contextmanager
def watching(folder: Path, *words: str) -> Iterator[Running]:
    """A command that watches, after its first run."""
    with started_command("run", "--watch", *words, cwd=folder) as running:
        eventually(lambda: runs(running) == 1, OF_A_RUN)
        yield running


def runs(running: Running) -> int:
    """How many runs have ended."""
    return running.out.read_text().count("Ctrl+C ends.")


@pytest.mark.slow
def test_a_run_is_repeated_until_ctrl_c(tmp_path):
    """The exit code is that of the last run, which was of the changed scenario."""
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine", "one")
    write(tmp_path / "mine", "two")
    words = ("--scenarios", "mine", "--out", "mine/out", "--api", "connect")
    with watching(tmp_path, *words) as running:
        write(tmp_path / "mine", "two", status=404)
        eventually(lambda: runs(running) == 2, OF_A_RUN)
        ended = running.interrupted()
    assert ended.code == ExitCode.DOES_NOT_CONFORM
    assert re.findall(r"Running (\d+) scenario", ended.out) == ["2", "1"]
    assert "Changed: mine/two.backpack.yaml" in ended.out
    assert (ended.err, "Traceback" in ended.out) == ("", False)


@pytest.mark.slow
def test_a_mistake_in_a_file_is_said_and_the_watch_goes_on(tmp_path):
    """Until the file is right again."""
    file = write(tmp_path, "one")
    with watching(tmp_path, "--scenarios", str(file), "--api", "connect") as running:
        file.write_text("steps: 1\n")
        eventually(lambda: runs(running) == 2, OF_A_RUN)
        assert "one.backpack.yaml:1:1: id: expected an id" in running.err.read_text()
        write(tmp_path, "one")
        eventually(lambda: runs(running) == 3, OF_A_RUN)
        assert running.interrupted().code == ExitCode.INCOMPLETE
