"""The options of ``serve``: what they change, and what is said when they cannot be."""

import json
import urllib.error
import urllib.request

import pytest

from mock_backpack.faults.all import MISBEHAVIOURS
from tests.mock_backpack.cli.test_command import lines_of, run, serving, url_in


def get(url, **headers):
    """Status and body of a GET."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


@pytest.mark.slow
def test_the_ready_file_holds_the_url(tmp_path):
    """A program that cannot read the output finds the URL in a file."""
    path = tmp_path / "ready"
    with serving("--port", "0", "--ready-file", str(path)) as (_, line):
        assert path.read_text() == f"{url_in(line)}\n"


@pytest.mark.slow
def test_a_fault_is_armed_and_one_that_never_fired_is_told():
    """At the end the mock lists the faults that never acted."""
    rules = ("http.status endpoint=script status=418 count=1", "http.unavailable endpoint=token")
    flags = [word for rule in rules for word in ("--fault", rule)]
    with serving("--port", "0", *flags) as (process, line):
        assert get(f"{url_in(line)}/issuer.js")[0] == 418
        assert get(f"{url_in(line)}/issuer.js")[0] == 200
        process.terminate()
        printed = process.stderr.read()
    assert "armed, never fired: http.unavailable" in printed
    assert "never fired: http.status" not in printed


@pytest.mark.slow
def test_a_file_of_rules_is_armed(tmp_path):
    """A list, or an object with the member rules."""
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": ["http.status endpoint=script status=418"]}))
    with serving("--port", "0", "--scenario", str(path)) as (_, line):
        assert get(f"{url_in(line)}/issuer.js")[0] == 418


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "content", "message"),
    [
        (("--fault", "http.stauts"), "", "did you mean http.status?"),
        (("--fault", "http.status status=9"), "", "with.status: expected"),
        (("--fault", "http.status colour=red"), "", "colour: expected one of status"),
        (("--scenario", "FILE"), "{", "expected JSON"),
        (("--scenario", "FILE"), "{}", "expected a list of rules"),
        (("--state", "FILE"), "{", "expected the state of a mock"),
        (("--fetch-seconds", "nan"), "", "expected seconds, saw nan"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(tmp_path, flags, content, message):
    """Exit code 2, at most three lines, no traceback."""
    file = tmp_path / "file.json"
    file.write_text(content)
    done = run("serve", "--port", "0", *(str(file) if flag == "FILE" else flag for flag in flags))
    assert done.returncode == 2
    assert message in done.stderr
    assert len(lines_of(done.stderr)) <= 4


@pytest.mark.slow
def test_controls_ask_for_the_token():
    """With --admin-token, every operation needs it."""
    with serving("--port", "0", "--admin-token", "open sesame") as (_, line):
        url = f"{url_in(line)}/_mock/health"
        assert get(url)[0] == 401
        assert get(url, Authorization="Bearer open sesame")[0] == 200


@pytest.mark.slow
def test_a_seed_makes_tokens_repeat():
    """Two mocks with one seed give the same tokens."""
    body = json.dumps({"earner": "ada@example.org", "origin": "https://issuer.example"}).encode()
    seen = []
    for _ in range(2):
        with (
            serving("--port", "0", "--seed", "7") as (_, line),
            urllib.request.urlopen(f"{url_in(line)}/_mock/grants", body) as answer,  # noqa: S310
        ):
            seen.append(json.load(answer)["access_token"])
    assert seen[0] == seen[1]


@pytest.mark.slow
def test_faults_lists_all_of_them_with_what_can_be_chosen():
    """One line a fault, one for each parameter."""
    printed = run("faults").stdout
    for fault in MISBEHAVIOURS.entries_of("fault").values():
        assert fault.name in printed
        assert all(f"{name}=" in printed for name in fault.parameters)
