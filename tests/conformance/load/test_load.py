"""The command ``load``: many earners at the same time, one record at the end."""

import json

import pytest

from conformance.apis.registry import APIS
from conformance.core.catalogue import requirements
from conformance.core.errors import AuthoringError
from conformance.core.verdict import ExitCode, Outcome, RunVerdict
from conformance.load import extra
from conformance.load.extra import need_locust
from conformance.record.model import RECORD
from conformance.record.reader import read_record
from conformance.report.load import load_of
from conformance.report.views import HTML, SUMMARY
from tests.conformance.command import run_command
from tests.conformance.load.runs import failed, having, load_run

ALL = ("connect", "ob2.1", "ob3")


@pytest.mark.slow
def test_a_sound_backpack_is_not_accused(tmp_path):
    """By no API, no task is cut short, and each task judges what it says it does."""
    record = load_run(tmp_path, "mock", *ALL, earners=9, texts={"requests": "500"})
    assert failed(record) == set()
    assert having(record, Outcome.CANT_TELL) == set()
    assert record.verdict() is RunVerdict.INCOMPLETE
    figures = load_of(record)
    assert figures is not None
    assert figures.cut == []
    assert figures.members["unanswered"] == 0
    assert figures.members["requests"] == sum(
        second["requests"] for second in figures.members["timeline"]
    )
    assert {each["api"] for each in figures.members["endpoints"]} == set(ALL)
    assert read_record(tmp_path / RECORD) == record


@pytest.mark.slow
def test_the_command_ends_as_the_findings_say(tmp_path):
    """0 although most requirements are untested; 1 with a MUST that failed."""
    words = ("--api", "connect", "--task", "push-at-once", "--earners", "8")
    sound = run_command("load", "mock", *words, "--duration", "1", cwd=tmp_path)
    assert sound.code == ExitCode.CONFORMS, sound.out + sound.err
    assert "Load: 8 earners" in sound.out
    wrong = "mock:load.race-adds-twice"
    found = run_command(
        "load", wrong, *words, "--duration", "60", "--maxfail", "1", "--out", "out", cwd=tmp_path
    )
    assert found.code == ExitCode.DOES_NOT_CONFORM, found.out + found.err
    assert "BC-ISSUE-11 MUST" in found.out
    page = (tmp_path / "out" / HTML).read_text(encoding="utf-8")
    assert '<svg class="chart"' in page
    assert "Errors by requirement" in page
    summary = json.loads((tmp_path / "out" / SUMMARY).read_text(encoding="utf-8"))
    assert summary["load"]["requirements"][0]["requirement"] == "BC-ISSUE-11"


@pytest.mark.slow
def test_a_limit_of_requests_ends_the_run(tmp_path):
    """Long before its time is over, and nobody is accused of what was not sent."""
    record = load_run(
        tmp_path, "mock", "connect", earners=3, texts={"requests": "40"}, tasks=("identity",)
    )
    figures = load_of(record)
    assert figures is not None
    assert 0 < figures.members["requests"] <= 40
    assert figures.cut == []
    assert failed(record) == set()


def test_a_live_target_needs_permission(tmp_path):
    """Before any request of an earner is sent."""
    with pytest.raises(AuthoringError, match="pass --allow load"):
        load_run(tmp_path, "http://backpack.invalid/", "connect")


def test_a_target_that_is_not_there_is_inconclusive(tmp_path):
    """The record says what the preflight saw."""
    record = load_run(tmp_path, "http://127.0.0.1:9/", "connect", seconds=1.0)
    assert record.ended == "preflight"
    assert record.verdict() is RunVerdict.COULD_NOT_TELL


def test_there_are_no_more_earners_than_accounts(tmp_path):
    """Two earners with one account would end each other's grants."""
    texts = {"earner": ["ada@example.org:secret-of-ada"]}
    with pytest.raises(AuthoringError, match="--earners: expected at most 1"):
        load_run(tmp_path, "mock", "connect", earners=2, texts=texts)


def test_an_unknown_task_is_refused(tmp_path):
    """With the names of those that there are."""
    with pytest.raises(
        AuthoringError, match=r"--task: expected one of push, push-again, .* saw 'x'"
    ):
        load_run(tmp_path, "mock", "connect", tasks=("x",))


def test_without_locust_the_extra_is_named(monkeypatch):
    """The base install works without it."""
    monkeypatch.setattr(extra, "find_spec", lambda _name: None)
    with pytest.raises(AuthoringError, match=r"pip install 'backpack-conformance\[load\]'"):
        need_locust()


def test_tasks_judge_requirements_of_their_api():
    """That exist, and each task has a name of its own."""
    for api in APIS.values():
        tasks = (api.load.begin, *api.load.tasks, api.load.end)
        assert len({task.name for task in tasks}) == len(tasks)
        for task in tasks:
            assert all(api.name in requirements()[name].apis for name in task.judges)
