"""A broken adapter is a configuration error: it is reported, and nothing is judged."""

import json
import sys
from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.target.adapter.host import METHODS
from conformance.target.adapter.messages import methods
from conformance.target.opening import HOST, TargetOptions
from tests.conformance.command import run_command
from tests.conformance.node import BACKPACK, needs_node, printing
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

START = """
class Adapter:
    def start(self):
        return {"url": "http://127.0.0.1:1/"}
"""
PROCESS = """
import json, sys
say = lambda message: print(json.dumps(message), flush=True)
say({"protocol": 1, "methods": ["start"]})
for line in sys.stdin:
    asked = json.loads(line)
"""
EXITS = """
import os, sys
class Adapter:
    def start(self):
        print("out of disk", file=sys.stderr, flush=True)
        print("by print", flush=True)
        os._exit(7)
"""
LIMIT = 1.0
"""Seconds of a call, so that a test of what hangs takes no longer."""
BROKEN = {
    "no such module": ("", "nothing:Adapter", "ModuleNotFoundError: No module named 'nothing'"),
    "no such class": ("", "mine:Adapter", "has no attribute 'Adapter'"),
    "no such entry point": ("", "nobody", "no entry point of backpack_conformance.adapters"),
    "no Python": ("def", "mine:Adapter", "SyntaxError"),
    "cannot be made": (
        "class Adapter:\n    def __init__(self):\n        raise ValueError('no key')",
        "mine:Adapter",
        "ValueError: no key (",
    ),
    "no start": ("class Adapter:\n    pass", "mine:Adapter", "it has no method start"),
    "fails": (
        "class Adapter:\n    def start(self):\n        return 1 / 0",
        "mine:Adapter",
        "ZeroDivisionError: division by zero",
    ),
    "fails later": (
        "class Adapter:\n    async def start(self):\n        raise KeyError('db')",
        "mine:Adapter",
        "KeyError: 'db'",
    ),
    "gives no URL": (
        "class Adapter:\n    def start(self):\n        return 'here'",
        "mine:Adapter",
        "expected the URL of the Backpack",
    ),
    "gives a wrong URL": (
        "class Adapter:\n    def start(self):\n        return {'url': 'http://'}",
        "mine:Adapter",
        "expected a URL with a host",
    ),
    "gives what is no JSON": (
        "class Adapter:\n    def start(self):\n        return object()",
        "mine:Adapter",
        "is not JSON serializable",
    ),
    "takes too much": (
        "class Adapter:\n    def start(self, port):\n        return {'url': 'http://a/'}",
        "mine:Adapter",
        "missing 1 required positional argument: 'port'",
    ),
    "exits": (
        EXITS,
        "mine:Adapter",
        "the adapter exited with code 7",
    ),
    "hangs": (
        "import time\nclass Adapter:\n    def start(self):\n        time.sleep(60)",
        "mine:Adapter",
        "no reply within 1 seconds",
    ),
    "no earner": (
        f"{START}\n    def earner(self):\n        return {{'name': 'ada'}}",
        "mine:Adapter",
        "email: expected",
    ),
}
PROCESSES = {
    "is not there": (None, "no-such-program: No such file or directory"),
    "ends at once": ("import sys; sys.exit('no licence')", "exited with code 1"),
    "prints rubbish": ("print('Listening on 8080')", "saw 'Listening on 8080'"),
    "speaks another protocol": (
        """import json; print(json.dumps({"protocol": 2, "methods": []}))""",
        "protocol: expected 1, saw 2",
    ),
    "knows other methods": (
        """import json; print(json.dumps({"protocol": 1, "methods": ["fly"]}))""",
        "saw 'fly'",
    ),
    "says nothing": ("import time; time.sleep(60)", "no reply within 1 seconds"),
    "answers rubbish": (f"{PROCESS}    print('ok', flush=True)", "saw 'ok'"),
    "answers another call": (
        f"{PROCESS}    say({{'id': 99, 'result': None}})",
        "a reply to call 99, not 1",
    ),
    "answers both": (
        f"{PROCESS}    say({{'id': 1, 'result': None, 'error': 'no'}})",
        'expected a reply: {"id": 7',
    ),
    "says an error": (f"{PROCESS}    say({{'id': 1, 'error': 'no database'}})", "no database"),
    "closes its output": (
        f"{PROCESS}    import os, time; os.close(1); time.sleep(60)",
        "the adapter closed its output",
    ),
}


@pytest.mark.parametrize(("text", "named", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_python_adapter_is_told(
    text: str, named: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What was tried, what came back, what to do; no traceback."""
    (tmp_path / "mine.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    expect_trouble(message, (sys.executable, *HOST, named))


@pytest.mark.parametrize(("text", "message"), PROCESSES.values(), ids=PROCESSES)
def test_a_broken_process_is_told(
    text: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The same for any process, with or without valid JSON lines."""
    (tmp_path / "mine.py").write_text(text or "")
    monkeypatch.chdir(tmp_path)
    expect_trouble(message, ("no-such-program",) if text is None else (sys.executable, "mine.py"))


def expect_trouble(message: str, command: tuple[str, ...]) -> None:
    """A runner that judges nothing, and says this."""
    target = TargetOptions(named="adapter:mine", adapter=command)
    with open_runner(DEFAULT, RunOptions(target=target, timeout=LIMIT)) as runner:
        trouble = runner.trouble
    assert trouble is not None
    shown = f"{trouble.came_back} {trouble.advice}"
    assert message in shown
    assert "Traceback" not in shown
    assert trouble.advice


@pytest.mark.parametrize("way", ["--adapter", "--adapter-command"])
def test_a_broken_adapter_judges_nothing(way: str, tmp_path: Path):
    """Exit code 3, with advice and the reports; no traceback."""
    (tmp_path / "mine.py").write_text("print('Listening on 8080')")
    named = "mine:Adapter" if way == "--adapter" else "python3 mine.py"
    ended = run_command("run", way, named, "--out", "out", cwd=tmp_path)
    assert ended.code == 3, ended.out
    assert "result     " in ended.out
    assert "advice" in ended.out
    assert "Traceback" not in ended.out + ended.err
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["ended"] == "preflight"
    assert {requirement["outcome"] for requirement in summary["requirements"].values()} <= {
        "untested",
        "cantTell",
    }


def test_its_last_words_are_shown(tmp_path: Path):
    """The advice contains its standard error, and its output among it."""
    (tmp_path / "mine.py").write_text(EXITS)
    ended = run_command("run", "--adapter", "mine:Adapter", "--out", "out", cwd=tmp_path)
    assert "Its last output:\n    out of disk\n    by print" in ended.out


def test_an_adapter_that_fails_in_the_middle_loses_nothing(tmp_path: Path):
    """If the clock breaks, requirements that need it are inconclusive; the rest is judged."""
    (tmp_path / "mine.py").write_text(
        "class Adapter:\n    def advance(self, seconds):\n        raise OSError('no clock')"
    )
    with PlainBackpack() as backpack:
        words = ("run", backpack.root, "--adapter", "mine:Adapter", "--out", "out")
        ended = run_command(*words, "--select", "token", cwd=tmp_path)
    assert ended.code == 4, ended.out
    assert "advance() of the adapter mine:Adapter: OSError: no clock (" in ended.out
    assert "The run could not start" not in ended.out
    requirements = json.loads((tmp_path / "out" / "summary.json").read_text())["requirements"]
    assert requirements["BC-TOKEN-12"]["outcome"] == "passed"


def test_a_failure_that_was_seen_stays_one_when_the_adapter_ends(tmp_path: Path):
    """The process dies in the middle: the verdict is still that the target does not conform."""
    (tmp_path / "mine.py").write_text(
        "import os\nclass Adapter:\n    def advance(self, seconds):\n        os._exit(7)"
    )
    with PlainBackpack(defect="folds-case") as backpack:
        words = ("run", backpack.root, "--adapter", "mine:Adapter", "--out", "out")
        ended = run_command(*words, "--select", "bearer or issue-expired-token", cwd=tmp_path)
    assert ended.code == 1, ended.out
    assert "the adapter exited with code 7" in ended.out


ODD = """
import json, sys
def reply(asked):
    return {RESULTS}[asked["call"]]
print(json.dumps({"protocol": 1, "methods": list({RESULTS})}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], "result": reply(asked)}), flush=True)
"""
GOOD = {"access_token": "a", "refresh_token": "r", "expires": "3600"}
ODD_GRANTS = {
    "no api_root": (GOOD, "api_root: expected an absolute http(s) URL, saw no such member"),
    "odd expires": (
        {**GOOD, "api_root": "http://127.0.0.1:9/api", "expires": "soon"},
        "expires: expected a number of seconds above 0",
    ),
    "a number as token": (
        {**GOOD, "api_root": "http://127.0.0.1:9/api", "access_token": 5},
        "access_token: expected a non-empty string, saw a value of the type int",
    ),
}


@pytest.mark.parametrize(("grant", "message"), ODD_GRANTS.values(), ids=ODD_GRANTS)
def test_an_odd_grant_that_an_adapter_passes_on_is_a_finding(grant, message, tmp_path: Path):
    """The Backpack sends this to callbacks: the target fails, not the adapter."""
    (tmp_path / "mine.py").write_text(ODD.replace("{RESULTS}", repr({"grant": grant})))
    words = ("--adapter-command", f"{sys.executable} mine.py", "--access", "nowhere")
    with PlainBackpack() as backpack:
        ended = run_command(
            "run", backpack.root, *words, "--select", "connect-granted or identity-told",
            "--timeout", "5", "--recovery", "0", "--out", "out", cwd=tmp_path,
        )  # fmt: skip
    assert ended.code == 1, ended.out
    assert "BC-CONNECT-05" in ended.out
    assert message in ended.out
    assert "Fix the adapter" not in ended.out


def test_odd_badges_that_an_adapter_passes_on_are_a_finding(tmp_path: Path):
    """A uid that is a number is what the Backpack keeps."""
    badges = [{"uid": 7}, "none", {"name": "x"}]
    (tmp_path / "mine.py").write_text(ODD.replace("{RESULTS}", repr({"badges": badges})))
    words = ("--adapter-command", f"{sys.executable} mine.py", "--select", "issue-stored")
    with PlainBackpack() as backpack:
        ended = run_command("run", backpack.root, *words, "--out", "out", cwd=tmp_path)
    assert ended.code == 1, ended.out
    assert "Fix the adapter" not in ended.out


FLOODS = {
    "lines": "while True: print('{\"id\": 1}')",
    "one line": "import sys\nwhile True: sys.stdout.write('x' * 65536)",
    "after its greeting": (
        'import sys\nprint(\'{"protocol": 1, "methods": ["start"]}\', flush=True)\n'
        "while True: sys.stdout.write('x' * 65536)"
    ),
    "to standard error": "import sys\nwhile True: sys.stderr.write('x' * 65536)",
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS)
def test_an_adapter_that_writes_without_end_hangs_nobody(text: str, tmp_path: Path):
    """It is reported, and its process is stopped."""
    (tmp_path / "mine.py").write_text(text)
    ended = run_command(
        "run", "adapter", "--adapter-command", f"{sys.executable} mine.py", "--timeout", "3",
        "--out", "out", cwd=tmp_path, timeout=90,
    )  # fmt: skip
    assert ended.code == 3, ended.out
    assert "Traceback" not in ended.out + ended.err


def test_a_failing_adapter_shows_its_own_line(tmp_path: Path):
    """Not a line of the library that it called."""
    (tmp_path / "mine.py").write_text(
        "import json\nclass Adapter:\n    def start(self):\n        return json.loads('{')"
    )
    ended = run_command("run", "--adapter", "mine:Adapter", "--out", "out", cwd=tmp_path)
    assert "mine.py:4: return json.loads('{'))" in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--adapter", "a:B", "--adapter-command", "node a.js"), "saw both"),
        (("mock", "--adapter", "a:B"), "the mock needs no adapter"),
        (("--adapter", "no colon"), "expected module:Class"),
        (("--adapter-command", "'unbalanced"), "expected a command"),
    ],
)
def test_options_that_do_not_fit_are_a_matter_of_usage(words: tuple[str, ...], message: str):
    """Exit code 2, before anything is started."""
    ended = run_command("run", *words)
    assert ended.code == 2
    assert message in ended.err


def test_the_command_that_tries_an_adapter_says_what_works_and_what_does_not(tmp_path: Path):
    """One line a method: works, fails with the reason, not there with what that costs."""
    (tmp_path / "mine.py").write_text(
        f"{START}\n    def badges(self, earner):\n        raise KeyError('uid')"
    )
    ended = run_command("adapter", "--adapter", "mine:Adapter", cwd=tmp_path)
    assert ended.code == 3
    lines = {line.split()[0]: line for line in ended.out.splitlines() if line[0] != " "}
    assert "works" in lines["start"]
    assert "fails" in lines["badges"]
    assert "uid" in lines["badges"]
    assert "missing    expiry is untested" in lines["advance"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("--adapter", "os:nothing"), "os:nothing"),
        (("--adapter-command", f"{sys.executable} -c exit(1)"), f"{sys.executable} -c exit(1)"),
    ],
    ids=["class", "command"],
)
def test_an_adapter_is_told_by_its_name_whatever_the_target_is(words, name, tmp_path: Path):
    """Even if the URL of the Backpack is given too."""
    (tmp_path / "target.toml").write_text('url = "http://127.0.0.1:1/"\n')
    ended = run_command("adapter", *words, cwd=tmp_path)
    assert ended.code == 3
    assert f"start the adapter {name}\n" in ended.out


def test_trying_needs_an_adapter():
    """Without one the command says how one is named."""
    ended = run_command("adapter")
    assert ended.code == 2
    assert "--adapter module:Class" in ended.err


def test_host_and_schema_know_the_same_methods():
    """A method of one alone could never be called."""
    assert methods() == METHODS


STAND_IN = """
import json, pathlib, urllib.request
class Adapter:
    def __init__(self):
        self.controls = pathlib.Path("controls").read_text()
    def grant(self, earner, callback, scope):
        origin = "/".join(callback.split("/")[:3])
        return self.ask("grant", earner, origin, scope)
    def revoke(self, earner, origin):
        self.ask("revoke", earner, origin)
    def ask(self, what, *arguments):
        sent = json.dumps(arguments).encode()
        return json.load(urllib.request.urlopen(self.controls + what, data=sent))
"""


@needs_node
def test_an_adapter_grants_where_nobody_can_walk_through_consent(tmp_path: Path):
    """The API is judged; what is said of the pages is untested, and the verdict incomplete."""
    (tmp_path / "mine.py").write_text(STAND_IN)
    few = "token-refresh or issue-signed or revoke-spares or connect-granted or safety-session"
    with printing(2, BACKPACK / "server.mjs", "--control", "0") as (url, controls):
        (tmp_path / "controls").write_text(controls)
        words = ("run", url, "--access", "nowhere", "--adapter", "mine:Adapter", "--out", "out")
        ended = run_command(*words, "--select", few, cwd=tmp_path)
    assert ended.code == 4, ended.out
    requirements = json.loads((tmp_path / "out" / "summary.json").read_text())["requirements"]
    outcomes = {name: requirement["outcome"] for name, requirement in requirements.items()}
    assert "failed" not in outcomes.values()
    assert {outcomes[name] for name in ("BC-TOKEN-03", "BC-ISSUE-05", "BC-REVOKE-03")} == {"passed"}
    assert outcomes["BC-CONNECT-04"] == "untested"
    assert "only the adapter's grant() gives grants" in requirements["BC-CONNECT-04"]["reason"]
