"""Failing examples are stored in a database that several runs share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.redaction.secrets import Secrets
from conformance.core.verdict import ExitCode, Outcome
from conformance.engine.memory import Memory, example_store, without_password
from conformance.record.reader import read_record
from conformance.scenario.load import shipped
from tests.conformance.command import run_command
from tests.conformance.engine.test_counter_examples import DEFECT, SCENARIO, SIGNED, property_of
from tests.redis import running_redis

PASSWORD = "kJ3-vQ8w-not-to-be-shown"
PROPERTY = property_of(SIGNED, "BC-ISSUE-01")
EXAMPLE = {"badge": {"version": "1.0", "name": "Ä\U0001f469"}}


@pytest.fixture(params=["folder", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where examples are stored; an indirect parameter says in what."""
    if request.param == "folder":
        yield str(tmp_path / "examples")
        return
    pytest.importorskip("redis", reason="needs the extra soak")
    with running_redis(tmp_path, PASSWORD) as url:
        yield url


def run(place: str, out: Path, *words: str) -> tuple[dict[str, Outcome], int]:
    """What a run of one property judged, and how many examples it tried."""
    ended = run_command(
        *("run", DEFECT, "--select", SCENARIO, *words),
        *("--examples-database", place, "--out", str(out)),
    )
    assert PASSWORD not in ended.out + ended.err
    assert not any(PASSWORD.encode() in file.read_bytes() for file in out.rglob("*.*"))
    [line] = read_record(out / "record.jsonl").scenarios
    return {found.requirement: found.outcome for found in line.findings}, line.examples


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", [pytest.param("folder", marks=pytest.mark.exhaustive), "redis"], indirect=True
)
def test_what_one_run_found_another_one_tries_first(place, tmp_path):
    """Another seed and another folder: the first run needs many examples, the next only one."""
    found, tried = run(place, tmp_path / "one", "--examples", "12", "--seed", "9")
    assert (found["BC-ISSUE-24"], tried > 5) == (Outcome.FAILED, True)
    found, tried = run(place, tmp_path / "two", "--examples", "1")
    assert (found["BC-ISSUE-24"], tried) == (Outcome.FAILED, 1)
    found, _ = run(place, tmp_path / "seeded", "--examples", "1", "--seed", "9")
    assert found["BC-ISSUE-24"] is Outcome.PASSED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("defect", "scenario"),
    [
        ("mock:issue.error-as-200", "issue-any-broken"),
        pytest.param("mock:token.no-rotation", "stories-any-order", marks=pytest.mark.exhaustive),
    ],
)
def test_what_is_stored_depends_on_the_seed_alone(defect, scenario, tmp_path):
    """So it holds no token, no password and no address: those differ between two targets."""
    stored = []
    for name in ("one", "two"):
        database = tmp_path / name / "examples"
        words = ("--select", scenario, "--seed", "3", "--examples", "4")
        run_command(
            *("run", defect, *words, "--out", str(tmp_path / name)),
            *("--examples-database", str(database)),
        )
        stored.append({file.name: file.read_bytes() for file in database.glob("*/*")})
    assert stored[0] == stored[1]
    assert any(text.startswith(b"{") for text in stored[0].values())


@pytest.mark.slow
def test_an_example_is_stored_until_it_is_forgotten(place):
    """For its requirement, and for what it was drawn from."""
    memory = Memory(example_store(place))
    memory.learn(PROPERTY, "BC-ISSUE-01", EXAMPLE, Secrets())
    assert memory.recall(PROPERTY, "BC-ISSUE-01") == [EXAMPLE]
    assert memory.recall(PROPERTY, "BC-ISSUE-02") == []
    assert memory.recall(property_of({**SIGNED, "signed": True}), "BC-ISSUE-01") == []
    memory.forget(PROPERTY, "BC-ISSUE-01", EXAMPLE)
    assert memory.recall(PROPERTY, "BC-ISSUE-01") == []


def test_the_shortest_example_comes_first(place):
    """Several machines may have found several."""
    memory = Memory(example_store(place))
    examples = [{"badge": "A" * length} for length in (9, 2, 5)]
    for example in examples:
        memory.learn(PROPERTY, "BC-ISSUE-01", example, Secrets())
    recalled = memory.recall(PROPERTY, "BC-ISSUE-01")
    assert recalled == sorted(examples, key=lambda example: len(example["badge"]))


def test_a_secret_of_the_run_is_not_stored(place):
    """A scenario may bring one in: its own parameters are no draw."""
    secrets = Secrets()
    secrets.add("b7f7f1f2-secret-token", "token")
    memory = Memory(example_store(place))
    memory.learn(PROPERTY, "BC-ISSUE-01", {"badge": "Bearer b7f7f1f2-secret-token"}, secrets)
    assert memory.recall(PROPERTY, "BC-ISSUE-01") == []


@pytest.mark.parametrize("text", ["\xff", "[]", "null", json.dumps({"other": 1}), ""])
def test_what_is_no_example_is_not_tried(text, tmp_path):
    """Somebody else may write to the database."""
    store = example_store(str(tmp_path))
    memory = Memory(store)
    memory.learn(PROPERTY, "BC-ISSUE-01", EXAMPLE, Secrets())
    [file] = [file for file in tmp_path.glob("*/*") if b"badge" in file.read_bytes()]
    file.write_bytes(text.encode("latin-1"))
    assert memory.recall(PROPERTY, "BC-ISSUE-01") == []


def test_a_run_goes_on_without_its_database(tmp_path):
    """Redis may stop while a run takes hours."""
    pytest.importorskip("redis", reason="needs the extra soak")
    with running_redis(tmp_path, PASSWORD) as url:
        memory = Memory(example_store(url))
        memory.learn(PROPERTY, "BC-ISSUE-01", EXAMPLE, Secrets())
        assert memory.recall(PROPERTY, "BC-ISSUE-01")
    memory.learn(PROPERTY, "BC-ISSUE-01", EXAMPLE, Secrets())
    memory.forget(PROPERTY, "BC-ISSUE-01", EXAMPLE)
    assert memory.recall(PROPERTY, "BC-ISSUE-01") == []


@pytest.mark.slow
def test_a_wrong_password_is_refused(tmp_path):
    """Before anything is sent to the target; the password is not shown."""
    pytest.importorskip("redis", reason="needs the extra soak")
    with running_redis(tmp_path, PASSWORD) as url:
        wrong = url.replace(PASSWORD, "guessed")
        ended = run_command("run", "mock", "--examples-database", wrong, cwd=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert f"expected a Redis at {without_password(wrong)}, saw: " in ended.err
    assert "guessed" not in ended.out + ended.err


UNUSABLE = {
    "redis://:guessed@127.0.0.1:1/0": "expected a Redis at redis://…@127.0.0.1:1/0, saw: ",
    "redis://:gues/sed@h:1/0": "expected redis://HOST:PORT/NUMBER, saw redis://…@h:1/0",
    "redis://h:x/0?password=guessed": "expected redis://HOST:PORT/NUMBER, saw redis://h:x/0?…",
    "mysql://h/0": "expected a folder or redis://HOST:PORT/NUMBER, saw mysql://h/0",
    "/proc/examples": "expected a folder to write to at /proc/examples, saw no write access",
}


@pytest.mark.slow
@pytest.mark.parametrize(("place", "message"), UNUSABLE.items())
def test_an_unusable_database_is_wrong_usage(place, message, tmp_path):
    """Said in one line: what was expected, what was seen."""
    if place.startswith("redis"):
        pytest.importorskip("redis", reason="needs the extra soak")
    ended = run_command("run", "mock", "--examples-database", place, cwd=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert f"examples database: {message}" in ended.err
    assert "guessed" not in ended.out + ended.err
    assert "Traceback" not in ended.err


@pytest.mark.slow
def test_pytest_says_what_is_wrong_with_it(pytester: pytest.Pytester, monkeypatch):
    """The plugin reads the variable, too."""
    [scenario] = [each for each in shipped(DEFAULT.language) if each.name.startswith(SCENARIO)]
    (pytester.path / scenario.name).write_text(scenario.read_text())
    monkeypatch.setenv("BACKPACK_EXAMPLES_DATABASE", "mysql://h/1")
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    outcome.stdout.fnmatch_lines(["*examples database: expected a folder*mysql://h/1*"])
