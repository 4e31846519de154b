"""The example issuers: good in every situation, and wrong in one way at a time."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mock_backpack.client import MockClient
from mock_backpack.issuer.situation import EARNER
from mock_backpack.issuer.situations import situations_of
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
PATIENCE = 300
COMMANDS = {
    "python": (sys.executable, "issuer.py", "mistakes.py"),
    "node": ("node", "issuer.mjs", "mistakes.mjs"),
    "shell": ("bash", "issuer.sh", "mistakes.sh"),
}
"""By language: what runs it, the good issuer, the one with mistakes."""
PYTHON = {
    "raw-token": ("BC-CLIENT-01", "healthy"),
    "base64-twice": ("BC-CLIENT-01", "healthy"),
    "guessed-api-root": ("BC-CLIENT-02", "api-root-elsewhere"),
    "querystring-as-json": ("BC-CLIENT-03", "healthy"),
    "assertion-object": ("BC-CLIENT-04", "healthy"),
    "ignored-denial": ("BC-CLIENT-05", "earner-denies"),
    "old-refresh-token": ("BC-CLIENT-06", "expires-twice"),
    "no-second-push": ("BC-CLIENT-06", "expired-token"),
    "refresh-race": ("BC-CLIENT-07", "parallel-workers"),
    "only-200": ("BC-CLIENT-08", "healthy"),
    "changing-salt": ("BC-CLIENT-09", "healthy"),
    "issued_on": ("BC-CLIENT-09", "healthy"),
    "served-as-html": ("BC-CLIENT-09", "healthy"),
    "other-origin": ("BC-CLIENT-09", "healthy"),
    "cut-tokens": ("BC-CLIENT-10", "long-tokens"),
    "lost-plus": ("BC-CLIENT-10", "odd-tokens"),
    "deaf-to-revocation": ("BC-CLIENT-11", "revoked"),
    "no-state": ("BC-CLIENT-12", "healthy"),
    "unchecked-state": ("BC-CLIENT-12", "forged-callback"),
    "planted-api-root": ("BC-CLIENT-13", "planted-api-root"),
    "token-follows-redirect": ("BC-CLIENT-13", "redirected-elsewhere"),
    "ignored-retry-after": ("BC-CLIENT-14", "busy"),
    "no-second-try": ("BC-CLIENT-14", "answer-lost"),
    "hashed-identity": ("BC-CLIENT-15", "healthy"),
    "case-of-the-address": ("BC-CLIENT-15", "healthy"),
}
NODE = {
    "parsed-304": ("BC-CLIENT-08", "already-there"),
    "html-page": ("BC-CLIENT-14", "error-page"),
    "for-ever": ("BC-CLIENT-14", "broken-for-good"),
    "no-head": ("BC-CLIENT-09", "healthy"),
    "plain-text": ("BC-CLIENT-03", "healthy"),
    "token-in-query": ("BC-CLIENT-01", "healthy"),
    "misnamed-refresh": ("BC-CLIENT-06", "expired-token"),
    "salt-first": ("BC-CLIENT-15", "healthy"),
}
SHELL = {
    "echoed-token": ("BC-CLIENT-01", "healthy"),
    "broken-base64": ("BC-CLIENT-10", "long-tokens"),
    "no-content-type": ("BC-CLIENT-09", "healthy"),
    "unread-error": ("BC-CLIENT-05", "earner-denies"),
    "no-queue": ("BC-CLIENT-14", "busy"),
    "no-refresh": ("BC-CLIENT-06", "expired-token"),
}
MISTAKES = [
    (language, mistake, *named)
    for language, all_ in (("python", PYTHON), ("node", NODE), ("shell", SHELL))
    for mistake, named in all_.items()
]


@pytest.fixture(scope="module")
def root():
    """A client of a mock in a process of its own."""
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as client:
        yield client


def verdict(root, situation, language, *mistake):
    """Run an example in a situation to its good end; the verdict."""
    program, good, wrong = COMMANDS[language]
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    with root.sandbox(situation=situation) as box:
        subprocess.run(
            [program, wrong if mistake else good, *mistake],
            env={**os.environ, **environment(box.url, situation)},
            cwd=EXAMPLES / language,
            timeout=PATIENCE,
            check=True,
            capture_output=True,
        )
        return box.verdict()


def environment(url, name):
    """The environment that ``backpack-conformance issuer`` gives a command."""
    known = situations_of("connect")[name]
    return {
        "BACKPACK_URL": url,
        "BACKPACK_ACCESS_URL": f"{url}/access",
        "BACKPACK_EARNER": EARNER,
        "BACKPACK_AWARDS": str(known.awards),
        "BACKPACK_AT_ONCE": "1" if known.at_once else "",
        "ISSUER_PATIENCE": "3",
    }


def outcomes(judged):
    """The outcome of each requirement."""
    return {ruling["id"]: ruling["outcome"] for ruling in judged["requirements"]}


def good_ones():
    """Each issuer in each situation; those in other languages than Python mostly by exhaustive."""
    for language in COMMANDS:
        for situation in situations_of("connect"):
            often = language == "python" or situation in ("healthy", "expired-token")
            marks = [] if often else [pytest.mark.exhaustive]
            yield pytest.param(language, situation, id=f"{language}-{situation}", marks=marks)


@pytest.mark.parametrize(("language", "situation"), list(good_ones()))
def test_a_good_issuer_passes_what_a_situation_tests(root, language, situation):
    """Everything that the situation puts to the test was seen, and nothing failed."""
    judged = verdict(root, situation, language)
    assert judged["failed"] == []
    tests = situations_of("connect")[situation].tests
    assert {name: outcomes(judged)[name] for name in tests} == dict.fromkeys(tests, "passed")
    assert judged["habits"] == []


@pytest.mark.parametrize(("language", "mistake", "requirement", "situation"), MISTAKES)
def test_a_mistake_is_named(root, language, mistake, requirement, situation):
    """The verdict names the requirement that is broken and no other, with an exchange."""
    judged = verdict(root, situation, language, mistake)
    assert judged["failed"] == [requirement]
    (ruling,) = [ruling for ruling in judged["requirements"] if ruling["id"] == requirement]
    numbers = {exchange["number"] for exchange in judged["exchanges"]}
    for finding in ruling["findings"]:
        assert finding["expected"]
        assert finding["saw"]
        assert finding["exchange"] in numbers


@pytest.mark.parametrize(
    ("file", "table", "pattern"),
    [
        ("node/mistakes.mjs", NODE, r'"([\w-]+)": [A-Z]'),
        ("shell/mistakes.sh", SHELL, r"^  ([\w-]+)\)$"),
    ],
)
def test_every_mistake_in_a_file_is_tried(file, table, pattern):
    """Every mistake of the examples is proven."""
    text = (EXAMPLES / file).read_text()
    assert re.findall(pattern, text, re.MULTILINE) == list(table)
    assert re.findall(r"(BC-CLIENT-\d+), in ([\w-]+)", text) == list(table.values())


def test_every_mistake_of_the_example_in_python_is_tried():
    """The table of the example and this one are the same."""
    program = "import mistakes; print({n: m[1:] for n, m in mistakes.MISTAKES.items()} == "
    done = subprocess.run(
        [sys.executable, "-c", f"{program}{PYTHON!r})"],
        env={**os.environ, "PYTHONPATH": str(EXAMPLES / "python")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"
