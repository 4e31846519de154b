"""The plugin inside a user's own pytest run."""

import json
import re
import subprocess
import sys
from html import unescape

import pytest

from tests.conformance.command import run_command
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

LOADED = str(
    [
        "conformance",
        "conformance.core",
        "conformance.core.resources",
        "conformance.pytest_plugin",
        "conformance.pytest_plugin.options",
        "conformance.pytest_plugin.plugin",
        "conformance.pytest_plugin.sockets",
        "conformance.target",
        "conformance.target.configuration",
        "conformance.target.configuration.keys",
    ]
)
HOME = 'href="https://pypi.python.org/pypi/pytest-html"'
"""A link that pytest-html has at its top."""
SCENARIO = """
id: mine
title: After a refresh the new access token works
steps:
  - connect: {earner: ada}
    save: first
  - refresh: {token: $first.refresh_token}
    save: second
  - identity: {token: $second.access_token}
    expect:
      BC-TOKEN-03: {status: 2xx}
      BC-IDENT-09: {header: {cache-control: {type: string, pattern: no-store}}}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A user's project with a test and a scenario."""
    pytester.path.joinpath("mine.backpack.yaml").write_text(SCENARIO)
    pytester.makepyfile("def test_of_their_own(): pass")
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    """pytest in a process of its own, as users run it."""
    ended = run_command("-p", "no:asyncio", *words, module="pytest", cwd=project.path)
    out, err = ended.out.splitlines(), ended.err.splitlines()
    return pytest.RunResult(ended.code, out, err, duration=0.0)


def test_scenarios_run_beside_tests(project):
    """A scenario file is collected like a test."""
    words = ("-p", "no:randomly", "-p", "no:asyncio", "-v", "-W", "error")
    result = project.runpytest_subprocess(*words)  # a new process, which imports all by itself
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*mine.backpack.yaml::mine PASSED*"])


def test_a_failure_reads_like_the_suites(project):
    """Sentence, expected, came back, exchange, curl, place; no traceback."""
    result = run(project, "--backpack-target", "mock:token.forgets-scope")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "BC-TOKEN-03 MUST  The new access token works.",
            "  expected    status 2xx",
            "  came back   401 *",
            "  how to fix  Store the new access token *",
            "  in          mine.backpack.yaml:11 [[]mine step 3[]]",
            "  reproduce   curl -i -X GET *",
            "  exchange    GET http://127.0.0.1:*/api/identity",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*run.py*")


def test_a_should_is_a_warning_and_no_failure(project):
    """The item passes, and says what it would like better."""
    result = run(project, "--backpack-target", "mock:identity.cacheable", "-rP")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*conformance warnings*", "BC-IDENT-09 SHOULD*"])


def test_a_broken_scenario_is_told_with_its_place(project):
    """A mistyped key is an error of collection, in one line."""
    project.path.joinpath("mine.backpack.yaml").write_text(SCENARIO.replace("refresh:", "refrsh:"))
    result = run(project)
    result.stdout.fnmatch_lines(["mine.backpack.yaml:7:5: *did you mean refresh?"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("target", "says"),
    [("nonsense", "target: expected mock*"), ("http://127.0.0.1:1", "*Connection refused*")],
)
def test_a_wrong_target_is_told_without_a_traceback(project, target, says):
    """Other tests still run."""
    result = run(project, "--backpack-target", target)
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines([says])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_what_cannot_be_provoked_is_skipped_with_its_reason(project):
    """Never a bare skip."""
    text = SCENARIO.replace("steps:", "needs: [badges]\nsteps:").replace(
        "  - identity:", "  - badges: {earner: ada}\n  - identity:"
    )
    project.path.joinpath("mine.backpack.yaml").write_text(text)
    with PlainBackpack() as backpack:
        result = run(project, "-rs", "--backpack-target", backpack.root)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*cannot list an earner's badges"])


def test_the_verdict_is_the_same_on_several_cores(project):
    """Findings survive pytest-xdist, and one record holds them all."""
    result = run(project, "-n", "2", "--backpack-out", "out", "--backpack-seed", "5")
    result.assert_outcomes(passed=2)
    assert '"ended": "finished"' in project.path.joinpath("out/record.jsonl").read_text()


DYING = """
import os, time

def pytest_runtest_teardown(item):
    if hasattr(item, "scenario"):
        time.sleep(1)  # until its report has gone through the pipe
        os._exit(9)

def pytest_runtest_logreport(report):
    is_controller = hasattr(report, "node")
    assert not is_controller or not [name for name in vars(report) if "secret" in name]

def pytest_terminal_summary(config):
    print("secrets:", *config.pluginmanager.get_plugin("backpack-recording")._of_workers.kinds)
"""


def test_what_a_worker_saw_before_it_died_is_known(project):
    """A worker sends its secrets with each scenario, and nobody else sees them."""
    project.makeconftest(DYING)
    result = run(project, "-n", "2", "--backpack-out", "out")
    result.stdout.fnmatch_lines(["*worker 'gw?' crashed*"])
    (line,) = [line for line in result.outlines if line.startswith("secrets:")]
    record = project.path.joinpath("out/record.jsonl").read_text()
    tokens = set(re.findall(r"«(access_token \d|refresh_token \d)", record))
    assert len(tokens) == 4
    assert len(line.split()) > len(tokens)
    assert not [secret for secret in line.split()[1:] if secret in record]


def run_log(project: pytest.Pytester, *words: str) -> str:
    """The run log of pytest-html, with the rows that it keeps as JSON in plain text."""
    run(project, "--html=run.html", "--self-contained-html", *words)
    html = project.path.joinpath("run.html").read_text()
    (kept,) = re.findall(r'data-jsonblob="([^"]*)"', html)
    return html.replace(kept, json.dumps(json.loads(unescape(kept)), ensure_ascii=False))


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["one process", "several"])
def test_pytest_html_tells_requirements_and_what_was_on_the_wire(project, words):
    """Columns of our own, and every exchange in the row that unfolds; on several cores, too."""
    html = run_log(project, *words)
    for column in ("Requirements", "Level", "Verdict"):
        assert f"<th>{column}</th>" in html
    assert "<td>BC-TOKEN-03, BC-IDENT-09</td>" in html
    assert "<td>MUST, SHOULD</td>" in html
    assert "<td>passed</td>" in html
    assert "POST http://127.0.0.1:" in html
    assert "< 200 OK" in unescape(html)


def test_the_run_log_is_one_file_without_secrets(project):
    """No external resources, and tokens are replaced by their names."""
    html = run_log(project)
    assert "«access_token 1" in html
    assert not re.search(r"(access|refresh)_token[^«\w]{1,12}\w{8}", html)
    assert not re.search(r"""(src|href)=["']?https?://""", html.replace(HOME, ""))


def test_other_runs_import_nothing_of_ours():
    """An installed but unused suite costs two modules and the list of options."""
    program = (
        "import sys, pytest; pytest.main(['--co', '-q', '--no-header', '/dev/null']); "
        "print(sorted(n for n in sys.modules if n.startswith(('conformance', 'mock_backpack'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == LOADED


def test_options_can_be_asked_for_in_every_run(project):
    """A conftest reads ours as it reads any other, in a run that names none of them."""
    project.makeconftest(
        """
        def pytest_configure(config):
            assert config.getoption("--backpack-target") is None
            assert config.getoption("--backpack-wait-expiry") is None
            assert config.getoption("backpack_budget") == "quick"
        """
    )
    run(project, "test_options_can_be_asked_for_in_every_run.py").assert_outcomes(passed=1)


CUT_SHORT = """
import pytest
import conformance.issuers.backpack as issuers
import conformance.pytest_plugin.items as items

open_bench, running_mock, opened, begun = items.open_bench, issuers.running_mock, [], []

def cut_short(options):
    opened.append(options)
    if len(opened) == 1:
        pytest.fail("Timeout >1.0s")
    return open_bench(options)

def within_a_test_cut_short():
    if begun:
        pytest.fail("Timeout >1.0s")
    return running_mock()

items.open_bench, issuers.running_mock = cut_short, within_a_test_cut_short

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    begun.append(item)
"""
"""As pytest-timeout ends a test whose fixtures take too long to start."""


def test_a_time_limit_during_the_start_does_not_fail_every_test(project):
    """The mock is up before the first test; a runner that was cut short is started again."""
    project.makeconftest(CUT_SHORT)
    project.path.joinpath("second.backpack.yaml").write_text(SCENARIO.replace("mine", "second"))
    project.path.joinpath("test_mock.py").write_text(
        "def test_one(backpack): pass\ndef test_two(backpack): pass\n"
    )
    result = run(project, "test_mock.py", "mine.backpack.yaml", "second.backpack.yaml")
    result.assert_outcomes(passed=3, errors=1)


@pytest.mark.parametrize("way", ["arguments", "addopts", "environment", "program"])
def test_options_are_there_wherever_they_are_said(project, monkeypatch, way):
    """On the command line, in an ini file, in the environment, and in a call of pytest."""
    option = "--backpack-target=nonsense"
    words = [option] if way == "arguments" else []
    if way == "addopts":
        project.makeini(f"[pytest]\naddopts = {option}")
    if way == "environment":
        monkeypatch.setenv("PYTEST_ADDOPTS", option)
    if way == "program":
        result = project.runpython_c(
            f"import pytest; pytest.main(['-p', 'no:asyncio', {option!r}])"
        )
    else:
        result = run(project, *words)
    result.stdout.fnmatch_lines(["*target: expected mock, *nonsense*"])
