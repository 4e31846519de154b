"""The page for issuers is complete, and its examples run."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.cli.issuer import issuer
from conformance.core.catalogue import of_role
from conformance.issuers.backpack import Backpack
from mock_backpack.issuer.situations import situations_of
from tests.conformance.command import unfolded
from tests.conftest import needs_browser
from tests.mock_backpack.cli.test_command import serving, url_in

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "browser"))
from page_mistakes import MISTAKES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "issuers.md").read_text(encoding="utf-8")
PORT = "8765"
PATIENCE = 600
COMMANDS = re.findall(r"^\$ (backpack-conformance issuer .*)$", TEXT, re.MULTILINE)


def block(language):
    """The one block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return found


def environment():
    """Our commands first, and an example that is quick to give up."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    python = {"PYTHONPATH": str(ROOT), "ISSUER_PATIENCE": "3"}
    return {**unfolded(), **python, "PATH": path, "NO_COLOR": "1"}


def run(*words, **options):
    """Run words in the checkout, as the page does."""
    wanted = {"cwd": ROOT, "env": environment(), "timeout": PATIENCE, **options}
    return subprocess.run(words, capture_output=True, text=True, check=False, **wanted)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_says_what_the_page_shows(command, tmp_path):
    """Line by line; … stands for anything."""
    words = shlex.split(command)
    if shutil.which(words[words.index("--") + 1]) is None:
        pytest.skip("needs node")
    if "issuer-api" in words and needs_browser.args[0]:
        pytest.skip("needs Chromium and playwright")
    shown = TEXT.split(f"$ {command}\n")[1].split("```")[0]
    wanted = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", shown))
    done = run(*words[:2], "--out", str(tmp_path), *words[2:])
    assert re.match(wanted.replace("\\ ", " +"), done.stdout, re.DOTALL), done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_the_way_over_http_runs():
    """It ends with a verdict in which nothing failed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run("bash", "-c", block("bash").replace(PORT, str(port)))
    verdict = json.loads(done.stdout[done.stdout.index('{"situation"') :])
    assert verdict["failed"] == []
    outcomes = {ruling["id"]: ruling["outcome"] for ruling in verdict["requirements"]}
    assert outcomes["BC-CLIENT-06"] == "passed"


ISSUER = f"""
import asyncio, os, sys
sys.path.insert(0, {str(ROOT / "examples" / "python")!r})
import issuer

def award(access_url, earner):
    os.environ["BACKPACK_ACCESS_URL"] = access_url
    asyncio.run(issuer.main())
"""


def test_the_tests_of_the_page_run(pytester):
    """With a separate issuer, and without settings of this project."""
    pytester.makepyfile(my_issuer=ISSUER, test_mine=block("python"))
    result = pytester.runpytest_subprocess("-p", "no:asyncio", "-W", "error")
    result.assert_outcomes(passed=2)


def test_every_situation_stands_on_the_page():
    """With what happens, what is seen, and what it tests."""
    for situation in (*situations_of("connect").values(), *situations_of("issuer-api").values()):
        tests = ", ".join(name.rpartition("-")[2] for name in situation.tests)
        assert f"| `{situation.id}` | {situation.does} | {situation.sees} | {tests} |" in TEXT


def test_the_page_counts_rightly():
    """Situations, MUST, mistakes."""
    assert len(situations_of("connect")) == 30
    own = [requirement for requirement in of_role("issuer") if requirement.level == "MUST"]
    assert [requirement.area for requirement in own] == ["issuer"] * 7 + ["page"] * 6
    assert f"of {len(MISTAKES)} [mistakes]" in TEXT


@pytest.mark.parametrize(
    "option",
    [parameter.opts[-1] for parameter in issuer.params if parameter.opts[0].startswith("-")],
)
def test_every_option_stands_on_the_page(option):
    """Every option is documented; --help describes the common ones."""
    assert option in TEXT or option in ("--strict", "--list")


@pytest.mark.parametrize("name", [name for name in vars(Backpack) if not name.startswith("_")])
def test_every_member_of_the_fixture_stands_on_the_page(name):
    """So do those that it makes at its start."""
    assert f"`{name}" in TEXT


def test_links_lead_somewhere():
    """To files, and to headings of this page."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).strip().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        file, _, heading = link.partition("#")
        assert (ROOT / "docs" / file).exists(), link
        assert file or heading in headings, link


def test_the_container_starts_what_there_is():
    """Its command serves, and demands a token as it says."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    entry = json.loads(re.search(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)[1])
    command = json.loads(re.search(r"^CMD (.*)$", text, re.MULTILINE)[1])
    sources = [words.split()[0] for words in re.findall(r"^COPY (.*)$", text, re.MULTILINE)]
    assert [(ROOT / source / "pyproject.toml").is_file() for source in sources] == [True]
    exposed = re.search(r"^EXPOSE (.*)$", text, re.MULTILINE)[1].split()
    assert entry == ["mock-backpack"]
    ports = [command[command.index(name) + 1] for name in ("--port", "--second-port")]
    assert ports == exposed
    refused = run(*entry, *command)
    assert "needs --admin-token" in refused.stderr
    free = ["0" if word in exposed else word for word in command[1:]]
    with serving(*free, "--admin-token", "x") as (_, line):
        assert url_in(line).startswith("http://0.0.0.0:")
