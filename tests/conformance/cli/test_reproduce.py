"""``reproduce`` prints a curl command that shows a failure again, and no file learns a secret."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.command import run_command, started_command
from tests.miniatures.plain import PlainBackpack
from tests.waiting import OF_A_RUN, eventually

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("curl") and shutil.which("bash")), reason="needs bash and curl"
    ),
]


@contextmanager
def reproducing(folder: Path, *words: str) -> Iterator[str]:
    """The command that ``reproduce`` prints, while what it serves is up."""
    with started_command("reproduce", *words, cwd=folder) as running:
        eventually(
            lambda: not running.process.is_alive() or "Ctrl+C" in running.err.read_text(), OF_A_RUN
        )
        yield running.out.read_text()
        ended = running.interrupted()
        assert (ended.code, ended.out) == (0, running.out.read_text())


def sent(command: str) -> str:
    """What a line prints that somebody pastes into a shell."""
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, timeout=20
    )
    return done.stdout


CASES = {
    "connect": ("token.no-rotation", "token-refresh", "BC-TOKEN-04", "200"),
    "ob2.1": ("exchange.any-verifier", "exchange-verifier", "BC21-TOKEN-06", "200"),
    "ob3": ("proof.all-must-verify", "upsert-several-proofs", "OB3-POST-19", "422"),
}


@pytest.mark.parametrize(("defect", "scenario", "failed", "again"), CASES.values(), ids=CASES)
def test_the_request_of_a_failure_is_sent_again(defect, scenario, failed, again, tmp_path):
    """The mock answers it as in the run, though it is another mock with another grant."""
    run_command("run", f"mock:{defect}", "--select", scenario, cwd=tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with reproducing(tmp_path, failed) as line:
        assert line.startswith("curl -i -X POST ")
        assert "«" not in line
        assert sent(line).startswith(f"HTTP/1.1 {again} ")
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_backpack_of_a_target_toml_is_asked_again(tmp_path):
    """The file in the folder says where it is, and who logs in."""
    accounts = {"ada@example.org": "ada-1815"}
    with PlainBackpack(accounts, defect="folds-refresh-tokens") as backpack:
        (tmp_path / "target.toml").write_text(
            f'url = "{backpack.root}"\napi = ["connect"]\n'
            '[[earners]]\nemail = "ada@example.org"\npassword = "ada-1815"\n'
        )
        ended = run_command("run", "--select", "token-bad-refresh-token", cwd=tmp_path)
        assert "`backpack-conformance reproduce BC-TOKEN-09` prints a curl command" in ended.out
        with reproducing(tmp_path, "BC-TOKEN-09") as line:
            assert backpack.api_root in line
            [token] = re.findall(r'"refresh_token": "([^"]+)"', line)
            assert '"access_token"' in sent(line)
    assert not [
        file
        for file in tmp_path.rglob("*")
        if file.is_file() and token.swapcase() in file.read_text()
    ]


def test_the_smallest_example_of_a_property_is_sent_again(tmp_path):
    """Its scenario lies beside the report."""
    run_command(
        "run",
        "mock:issue.drops-unknown-members",
        "--select",
        "issue-any-hosted",
        "--examples",
        "2",
        "--seed",
        "3",  # with it, one of the two has an unknown member
        cwd=tmp_path,
    )
    with reproducing(tmp_path, "issue-any-hosted") as line:
        assert sent(line).startswith("HTTP/1.1 ")


def test_what_cannot_be_reproduced_is_said(tmp_path):
    """Without a run, without such a failure, and where another target is named than was tested."""
    ended = run_command("reproduce", "BC-TOKEN-04", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert "expected the record of a run in conformance-report, saw none" in ended.err
    run_command("run", "mock:token.no-rotation", "--select", "token-refresh", cwd=tmp_path)
    ended = run_command("reproduce", "BC-TOKEN-05", cwd=tmp_path)
    assert ended.code == 2
    assert "did you mean BC-TOKEN-04?" in ended.err
    (tmp_path / "target.toml").write_text('url = "http://127.0.0.1:9"\n')
    with reproducing(tmp_path, "BC-TOKEN-04") as line:
        assert "http://127.0.0.1:9/" not in line
    ended = run_command("reproduce", "BC-TOKEN-04", "http://127.0.0.1:9", cwd=tmp_path)
    assert ended.code == 3
    assert "Traceback" not in ended.err
