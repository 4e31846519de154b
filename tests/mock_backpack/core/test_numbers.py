"""Numbers that no computer counts to are refused in a sentence, wherever they come in."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from mock_backpack.app import FAULT_HEADER, create_app
from mock_backpack.cli.cli import main
from mock_backpack.core.orders import BadRule
from tests.mock_backpack.earner import send

pytestmark = pytest.mark.anyio

HUGE = "9" * 400
RULES = {
    f"http.unavailable count={HUGE}": "when.count: expected a whole number from 0 to 1000000000",
    "http.unavailable count=-1": "when.count: expected a whole number",
    f"http.unavailable retry_after={HUGE}": "with.retry_after: expected seconds from 0 to 86400",
    f"http.unavailable after={HUGE}h": "when.after: expected seconds from 0 to",
    f"http.unavailable for={HUGE}": "when.for: expected seconds from 0 to",
    "http.unavailable probability=NaN": "when.probability: expected a number from 0 to 1",
    f"http.unavailable probability={HUGE}": "when.probability: expected a number from 0 to 1",
}


@pytest.mark.parametrize(("rule", "message"), RULES.items(), ids=range(len(RULES)))
async def test_a_rule_is_refused(http, mock, rule, message):
    """As text in the header and in the controls, and when the mock is made."""
    answer = await send(http, "GET", f"{mock}/issuer.js", headers={FAULT_HEADER: rule})
    assert (answer.status, message in answer.message) == (400, True), answer.message
    answer = await send(http, "POST", f"{mock}/_mock/rules", json=rule)
    assert (answer.status, message in answer.message) == (400, True), answer.message
    with pytest.raises(BadRule):
        create_app(rules=[rule])


@pytest.mark.parametrize(
    "body", ['{"advance": 1%s}' % ("0" * 400), '{"set": 1%s}' % ("0" * 400), '{"advance": NaN}']
)
async def test_a_clock_is_not_moved_so_far(http, mock, body):
    """The clock stays where it is."""
    answer = await send(http, "POST", f"{mock}/_mock/clock", data=body)
    assert answer.status == 400
    assert "expected" in answer.message


@pytest.mark.parametrize(
    "options",
    [
        ("--fault", f"http.unavailable count={HUGE}"),
        ("--expires", HUGE),
        ("--token-length", HUGE),
        ("--max-body", HUGE),
        ("--max-header", HUGE),
        ("--journal", HUGE),
        ("--fetch-seconds", "inf"),
        ("--fetch-seconds", "nan"),
        ("--fetch-redirects", HUGE),
        ("--seed", "\udcff"),
        ("--host-name", "a b"),
        ("--host-name", "a:80"),
        ("--url", "mock.example.org"),
        ("--url", "https://mock.example.org/?a"),
        ("--url", "https://mock.example.org"),
        ("--port", "65536"),
    ],
)
def test_an_option_is_a_usage_error(options):
    """Exit code 2, and no traceback."""
    done = CliRunner().invoke(main, ["serve", *options])
    assert done.exit_code == 2, done.output
    assert "Error: " in done.output


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '[{"fault": NaN}]', "[" + "1" * 5000 + "]", "{"]
)
def test_a_scenario_that_is_no_json_is_a_usage_error(tmp_path, content):
    """The file is named."""
    path = tmp_path / "scenario.json"
    path.write_text(content)
    done = CliRunner().invoke(main, ["serve", "--scenario", str(path)])
    assert done.exit_code == 2, done.output
    assert "scenario.json" in done.output


@pytest.mark.slow
def test_a_ready_file_that_cannot_be_written_is_told(tmp_path):
    """The message is about the file, and not about the port."""
    path = tmp_path / "nowhere" / "x"
    command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0"]
    done = subprocess.run(
        [*command, "--ready-file", path], capture_output=True, text=True, timeout=300, check=False
    )
    last = f"Error: --ready-file: cannot write {path}: No such file or directory"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, last)
