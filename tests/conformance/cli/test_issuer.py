"""``backpack-conformance issuer`` judges any command in every situation."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.record.reader import read_record
from conformance.report.views import VIEWS
from tests.conformance.command import Ended, run_command
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

ISSUER = Path(__file__).parents[3] / "examples" / "python" / "issuer.py"
MISTAKES = ISSUER.with_name("mistakes.py")
ALONE = ("healthy", "expired-token")


def judge(out: Path, *command: str, situations: str = "healthy", options=()) -> Ended:
    """Run the command."""
    wanted = ("--situations", situations, "--out", str(out), *options)
    return run_command("issuer", *wanted, "--", *command)


def python(program: str) -> tuple[str, ...]:
    """A command that is a line of Python."""
    return (sys.executable, "-c", program)


def summary(out: Path):
    """The outcomes that were written."""
    return json.loads((out / "summary.json").read_text())["requirements"]


def test_a_good_issuer_passes(tmp_path):
    """A line for the situation, the reports, and what other situations would test."""
    ended = judge(tmp_path, sys.executable, str(ISSUER))
    assert ended.code == 4, ended.out + ended.err
    assert ended.out.startswith("pass         healthy ")
    assert "BC-CLIENT-06  When its access token has expired" in ended.out
    assert "Incomplete: 4 of 7 MUST requirements passed; 3 untested." in ended.out
    assert summary(tmp_path)["BC-CLIENT-09"] == {"level": "MUST", "outcome": "passed"}


def test_all_situations_make_a_verdict(tmp_path):
    """A good issuer conforms, with exit code 0; several situations run at once."""
    ended = judge(tmp_path, sys.executable, str(ISSUER), situations="all", options=("--jobs", "4"))
    assert ended.code == 0, ended.out + ended.err
    assert "Conforms: 7 of 7 MUST requirements passed." in ended.out
    assert {requirement["outcome"] for requirement in summary(tmp_path).values()} == {"passed"}


def test_a_mistake_is_told_with_its_exchange(tmp_path):
    """Sentence, expected, saw, exchange; no token in sight, and exit code 1."""
    ended = judge(tmp_path, sys.executable, str(MISTAKES), "raw-token")
    assert ended.code == 1
    assert "BC-CLIENT-01 MUST  The issuer sends the base64 of its access token" in ended.out
    assert "  expected    Authorization: Bearer <base64(access_token)>" in ended.out
    assert "  saw         the token itself, not in base64" in ended.out
    assert "             > Authorization: Bearer «dead token 1»" in ended.out
    assert "Does not conform: 1 of 7 MUST requirements failed" in ended.out


def test_a_should_that_failed_is_a_warning(tmp_path):
    """It fails the run with --strict."""
    command = (sys.executable, str(MISTAKES), "only-200")
    ended = judge(tmp_path, *command)
    assert ended.code == 4
    assert ended.out.startswith("WARN         healthy ")
    assert "BC-CLIENT-08 SHOULD expected no further push" in " ".join(ended.out.split())
    assert judge(tmp_path, *command, options=("--strict",)).code == 1


def test_the_reports_fit_the_role(tmp_path):
    """The record can be read, and every view of it is about issuers."""
    judge(tmp_path, sys.executable, str(MISTAKES), "raw-token")
    record = read_record(tmp_path / "record.jsonl")
    assert record.role == "issuer"
    assert record.header["target"].endswith("mistakes.py raw-token")
    assert all((tmp_path / name).stat().st_size for name in VIEWS)
    html = (tmp_path / "conformance.html").read_text()
    assert "Backpack Connect conformance of an issuer" in html
    assert "The issuer: see the requests" in html
    assert "<h2>Situations</h2>" in html
    junit = (tmp_path / "junit.xml").read_text()
    assert "; saw the token itself, not in base64" in junit


def test_a_command_that_does_nothing_is_not_green(tmp_path):
    """Everything is untested, and the report says that no request arrived."""
    ended = judge(tmp_path, *python("pass"), situations=",".join(ALONE))
    assert ended.code == 4
    assert ended.out.count("no request below BACKPACK_URL, which is in its environment") >= len(
        ALONE
    )
    assert {requirement["outcome"] for requirement in summary(tmp_path).values()} == {"untested"}


def test_a_command_that_talks_to_the_wrong_path_is_told(tmp_path):
    """Requests outside of the sandbox are shown."""
    program = (
        "import os, urllib.request as u, urllib.parse as p; "
        "u.urlopen(p.urljoin(os.environ['BACKPACK_URL'], '/issuer.js'))"
    )
    ended = judge(tmp_path, *python(program))
    assert ended.code == 4
    assert "but 1 requests outside it: GET /issuer.js" in " ".join(ended.out.split())


def test_a_command_that_fails_proves_nothing(tmp_path):
    """The command may have been cut short; its last lines are shown."""
    program = f"import runpy, sys; sys.argv = ['x']; runpy.run_path({str(ISSUER)!r}, "
    program += "run_name='__main__'); print('the badge is not green'); sys.exit(7)"
    ended = judge(tmp_path, *python(program))
    assert ended.code == 4
    assert "the command ended with exit code 7" in ended.out
    assert "| the badge is not green" in ended.out
    assert summary(tmp_path)["BC-CLIENT-01"]["outcome"] == "cantTell"


def test_a_command_that_hangs_is_killed_with_its_children(tmp_path):
    """After the time-out neither it nor what it started is there any more."""
    program = (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid)); time.sleep(600)"
    )
    ended = judge(tmp_path, *python(program), options=("--timeout", "2"))
    assert ended.code == 4
    assert "did not end within 2 s, and was killed" in " ".join(ended.out.split())
    assert has_ended(int((tmp_path / "pid").read_text()))


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or dead and waits for its parent to notice."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_an_interrupted_run_kills_its_command(tmp_path):
    """Ctrl-C ends at once, and the report says that the run was interrupted."""
    program = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); "
    words = ("issuer", "--out", str(tmp_path), "--", *python(program + "time.sleep(600)"))
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=300)
    assert process.returncode == 3
    assert "the run was interrupted after 0 situations" in out
    assert has_ended(int((tmp_path / "pid").read_text()))


def test_a_site_that_the_mock_cannot_reach_is_told(tmp_path):
    """The push is refused, and the finding says which connection failed."""
    program = (
        "import base64, json, os, urllib.error, urllib.request as u; e = os.environ; "
        "token = base64.b64encode(e['BACKPACK_ACCESS_TOKEN'].encode()).decode(); "
        "headers = {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'}; "
        "body = json.dumps({'badge': 'http://127.0.0.1:1/assertion'}).encode()\n"
        "try: u.urlopen(u.Request(e['BACKPACK_API_ROOT'] + '/issue', body, headers))\n"
        "except urllib.error.HTTPError: pass"
    )
    ended = judge(tmp_path, *python(program), options=("--origin", "http://127.0.0.1:1"))
    assert ended.code == 1
    printed = " ".join(ended.out.split())
    assert "expected assertion: an answer from http://127.0.0.1:1/assertion; saw no conn" in printed


def test_a_habit_is_told_and_is_no_fault(tmp_path):
    """A form body is reported on the terminal and in the report, apart from failures."""
    program = (
        "import os, urllib.parse as p, urllib.request as u; e = os.environ; "
        "said = {'grant_type': 'refresh_token', 'refresh_token': e['BACKPACK_REFRESH_TOKEN']}; "
        "u.urlopen(e['BACKPACK_API_ROOT'] + '/token', p.urlencode(said).encode())"
    )
    ended = judge(tmp_path, *python(program), options=("--origin", "http://127.0.0.1:1"))
    assert ended.code == 4
    assert "habit, not an error: a form body instead of JSON" in ended.out
    html = (tmp_path / "conformance.html").read_text()
    assert "<h2>Habits</h2>" in html
    assert "<li>a form body instead of JSON</li>" in html
    assert read_record(tmp_path / "record.jsonl").scenarios[0].habits


def test_a_requirement_may_be_declared_inapplicable(tmp_path):
    """An issuer without identity says so, and is not incomplete for it."""
    options = ("--inapplicable", "bc-client-15")
    judge(tmp_path, *python("pass"), options=options)
    assert summary(tmp_path)["BC-CLIENT-15"]["outcome"] == "inapplicable"


def test_a_mock_that_runs_already_can_be_used(tmp_path):
    """Its sandboxes are dropped again."""
    with serving("--port", "0", "--admin-token", "s3cret") as (_, line):
        options = ("--mock", url_in(line), "--admin-token", "s3cret")
        ended = judge(tmp_path, sys.executable, str(ISSUER), options=options)
    assert ended.code == 4, ended.out + ended.err
    assert ended.out.startswith("pass ")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--situations", "helthy", "--", "true"), 2, "did you mean healthy?"),
        ((), 2, "expected a command after --"),
        (("--", "./no-such-command"), 2, "cannot run './no-such-command': No such file"),
        (("--origin", "example.org", "--", "true"), 2, "expected such as http://127.0.0.1:8080"),
        (
            ("--inapplicable", "BC-TOKEN-01", "--", "true"),
            2,
            "BC-TOKEN-01 is not a requirement for issuers",
        ),
        (("--out", "/proc/x", "--", "true"), 2, "--out: cannot write into /proc/x"),
        (
            ("--mock", "http://127.0.0.1:1", "--", "true"),
            3,
            "saw Connection refused; is it running?",
        ),
    ],
)
def test_a_wrong_option_is_told(tmp_path, words, code, says):
    """In a line, without a traceback."""
    out = () if "--out" in words else ("--out", str(tmp_path))
    ended = run_command("issuer", *out, *words)
    assert ended.code == code
    assert says in ended.err
    assert "Traceback" not in ended.err


CALLS = """
import json, os, urllib.parse, urllib.request
assert "BACKPACK_ACCESS_TOKEN" not in os.environ
told = {"assertions": json.dumps(["/assertions/1"]), "origin": "http://issuer.example"}
data = urllib.parse.urlencode(told).encode()
urllib.request.urlopen(os.environ["BACKPACK_URL"] + "/issuer/offer", data)
"""


def test_a_page_is_judged_by_requirements_of_its_own(tmp_path):
    """An issuer that uses the Issuer API needs neither token nor callback, also with an origin."""
    options = ("--api", "issuer-api", "--origin", "http://issuer.example")
    ended = judge(tmp_path, *python(CALLS), situations="accepted", options=options)
    assert ended.code == 1, ended.out + ended.err
    assert '  saw         "/assertions/1": not an absolute http or https URL' in ended.out
    assert "Does not conform: 1 of 6 MUST requirements failed; 5 untested." in ended.out
    assert {name.rpartition("-")[0] for name in summary(tmp_path)} == {"BC-PAGE"}
    (section,) = read_record(tmp_path / "record.jsonl").sections
    assert section.api.name == "connect"


def test_situations_can_be_listed():
    """Name, requirements, what happens, what is seen."""
    ended = run_command("issuer", "--list")
    assert ended.code == 0
    assert "expired-token          BC-CLIENT-06\n" in ended.out
    assert "    The issuer refreshes, and pushes the same badge again" in ended.out


@pytest.fixture(autouse=True, scope="module")
def quick_issuer():
    """The example gives up waiting after three seconds."""
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyError):
        patch.setitem(os.environ, "ISSUER_PATIENCE", "3")
        yield
