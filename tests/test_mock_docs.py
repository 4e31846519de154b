"""The page for an issuer's team is complete, and its examples run."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mock_backpack.app import FAULT_HEADER
from mock_backpack.cli.cli import serve_command
from mock_backpack.control.filters import FILTERS
from mock_backpack.control.operations import OPERATIONS
from mock_backpack.core.orders import MATCHED, MEMBERS, TIMED
from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.openbadges.three.contexts import states
from tests.mock_backpack.cli.test_command import serving, url_in

TEXT = (Path(__file__).parent.parent / "docs" / "mock.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8765"
SITE = "http://127.0.0.1:8080"
LIVE_PAGE = ("/", "/live.css", "/live.js")
"""For browsers; the page tells its address in another way."""
PATIENCE = 300
"""Seconds after which an example that should have ended is a failure."""

needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="needs bash and curl"
)
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node 20")


def example(language):
    """The one example in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return found


def run(language, file, *command):
    """Run an example against a mock of its own, to its good end; what it said."""
    with serving("--port", "0") as (_, line), socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        site = f"http://127.0.0.1:{free.getsockname()[1]}"
        free.close()
        text = example(language).replace(ADDRESS, url_in(line)).replace(SITE, site)
        file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [*command, str(file)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            check=False,
        )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.mark.slow
@needs_curl
def test_the_example_in_curl_runs(tmp_path):
    """The badge is created, then come the fault and the expiry."""
    printed = run("bash", tmp_path / "flow.sh", "bash")
    assert '{"exists":false,"badge":' in printed
    assert '{"badges": [{"uid": "1"' in printed
    assert '"exchanges":[{"number":1,' in printed
    assert re.findall(r"^.*}(\d{3})$", printed, re.MULTILINE) == ["503", "401"]
    assert '{"dropped": "curl"' in printed


@pytest.mark.slow
def test_the_example_in_python_runs(tmp_path):
    """It asserts for itself."""
    assert run("python", tmp_path / "flow.py", sys.executable) == "Ada has her badge\n"


@pytest.mark.slow
def test_the_example_of_open_badges_2_1_runs(tmp_path):
    """It ends with the earner's profile."""
    assert run("py", tmp_path / "flow21.py", sys.executable) == "ada@example.org\n"


@pytest.mark.slow
def test_the_example_of_open_badges_3_0_runs(tmp_path):
    """The credential is created, and comes back as it was."""
    assert run("py3", tmp_path / "flow30.py", sys.executable) == "201\nTrue\n"


def test_every_shipped_context_stands_on_the_page():
    """And no other."""
    assert all(url.rpartition("/")[2] in TEXT for url in states())


@pytest.mark.slow
@needs_node
def test_the_example_in_node_runs(tmp_path):
    """It asserts for itself."""
    assert run("js", tmp_path / "flow.mjs", "node") == "Ada has her badge\n"


@pytest.mark.skipif(shutil.which("php") is None, reason="needs php with its curl extension")
def test_the_example_in_php_runs(tmp_path):
    """The push is refused with a message, then come the fault and the expiry."""
    lines = run("php", tmp_path / "flow.php", "php").splitlines()
    assert lines[0].startswith("400 invalid assertion: ")
    assert lines[1:] == ["0 badges", "1 pushes received", "503", "401"]


def words():
    """Every word that a caller can say: options, controls, endpoints, filters, members of rules."""
    options = [parameter.opts[-1] for parameter in serve_command.params]
    controls = [f"{method} {path}" for method, path in OPERATIONS if path not in LIVE_PAGE]
    return [*options, *controls, *MISBEHAVIOURS.endpoints, *FILTERS, *MEMBERS, *MATCHED, *TIMED]


def test_every_word_stands_on_the_page():
    """No option, control, endpoint, filter or member of a rule is a secret."""
    for word in words():
        assert re.search(rf"`{re.escape(word)}\b", TEXT) or f"`{word}`" in TEXT, word


@pytest.mark.slow
@needs_curl
def test_the_manifest_is_where_the_page_says():
    """At the root, and for a sandbox at the root of its host."""
    [command] = re.findall(r"^\$ (curl \S+badgeconnect\.json)$", TEXT, re.MULTILINE)
    [at_host] = re.findall(r"`(http://demo\.localhost:8765\S+)`", TEXT)
    with serving("--port", "0") as (_, line):
        url = url_in(line)
        local = url.replace("127.0.0.1", "demo.localhost")
        made = ["curl", "-s", "-d", '{"name": "demo"}', f"{url}/_mock/sandboxes"]
        asked = ["curl", "-s", *command.replace(ADDRESS, url).split()[1:]]
        there = at_host.replace("http://demo.localhost:8765", local)
        sandbox = ["curl", "-s", "--resolve", f"{local[7:]}:127.0.0.1", there]
        outputs = [
            subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True)
            for words in (made, asked, sandbox)
        ]
    bases = [json.loads(done.stdout)["badgeConnectAPI"][0]["apiBase"] for done in outputs[1:]]
    assert bases == [f"{url}/ims/ob/v2p1", f"{local}/s/demo/ims/ob/v2p1"]


def test_the_header_and_the_live_page_stand_on_the_page():
    """Nor is what has no table."""
    assert f"-H '{FAULT_HEADER}: " in TEXT
    assert f"{ADDRESS}/_mock/`" in TEXT


@pytest.mark.slow
@needs_curl
def test_the_lines_of_curl_do_what_the_page_says():
    """Consent redirects with tokens, and a header injects a fault into its own request."""
    lines = re.findall(r"^\$ curl (.*)$", TEXT, re.MULTILINE)
    with serving("--port", "0") as (_, line):
        url = url_in(line)
        printed = "".join(curl(line.replace(ADDRESS, url)) for line in lines)
    assert re.findall(r"HTTP/1.1 (\d+)", printed) == ["418", "303"]
    assert "Location: http://127.0.0.1:8080/callback?access_token=" in printed


def curl(words):
    """The output of a line of curl."""
    done = subprocess.run(
        ["bash", "-c", f"curl -sS {words}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout
