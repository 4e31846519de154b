"""The example issuer in Python: good in every situation, and wrong in one way at a time."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mock_backpack.client import MockClient
from mock_backpack.issuer.situations import EARNER, situations
from tests.mock_backpack.test_command import serving, url_in

FOLDER = Path(__file__).parents[2] / "examples" / "python"
PATIENCE = 60
MISTAKES = {
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


@pytest.fixture(scope="module")
def root():
    """A client of a mock in a process of its own."""
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as client:
        yield client


def verdict(root, situation, *command):
    """Run an issuer in a situation to its good end; the verdict."""
    with root.sandbox(situation=situation) as box:
        subprocess.run(
            [sys.executable, *command],
            env={**os.environ, **environment(box.url, situation)},
            cwd=FOLDER,
            timeout=PATIENCE,
            check=True,
            capture_output=True,
        )
        return box.verdict()


def environment(url, name):
    """What ``backpack-conformance issuer`` tells a command."""
    known = situations()[name]
    return {
        "BACKPACK_URL": url,
        "BACKPACK_ACCESS_URL": f"{url}/access",
        "BACKPACK_EARNER": EARNER,
        "BACKPACK_AWARDS": str(known.awards),
        "BACKPACK_AT_ONCE": "1" if known.at_once else "",
        "ISSUER_PATIENCE": "3",
    }


def outcomes(told):
    """The outcome of each requirement."""
    return {one["id"]: one["outcome"] for one in told["requirements"]}


@pytest.mark.parametrize("situation", situations())
def test_a_good_issuer_passes_what_a_situation_tests(root, situation):
    """Everything that the situation puts to the test was seen, and nothing failed."""
    told = verdict(root, situation, "issuer.py")
    assert told["failed"] == []
    tests = situations()[situation].tests
    assert {name: outcomes(told)[name] for name in tests} == dict.fromkeys(tests, "passed")
    assert told["habits"] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(root, mistake):
    """The verdict names the requirement that is broken and no other, with an exchange."""
    requirement, situation = MISTAKES[mistake]
    told = verdict(root, situation, "mistakes.py", mistake)
    assert told["failed"] == [requirement]
    (ruling,) = [one for one in told["requirements"] if one["id"] == requirement]
    numbers = {one["number"] for one in told["exchanges"]}
    for finding in ruling["findings"]:
        assert finding["expected"]
        assert finding["saw"]
        assert finding["exchange"] in numbers


def test_every_mistake_of_the_example_is_tried():
    """The table of the example and this one are the same."""
    program = "import mistakes; print({n: m[1:] for n, m in mistakes.MISTAKES.items()} == "
    done = subprocess.run(
        [sys.executable, "-c", f"{program}{MISTAKES!r})"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"


def test_nothing_is_green_by_silence(root):
    """Nobody was heard, so nothing is judged, whatever the situation."""
    for situation in situations():
        with root.sandbox(situation=situation) as box:
            told = box.verdict()
        assert set(outcomes(told).values()) == {"untested"}
        assert {one["reason"] for one in told["requirements"]} == {"the issuer was not heard"}


def test_a_verdict_hides_tokens(root):
    """Neither findings nor exchanges show a token."""
    with root.sandbox(situation="healthy") as box, contextlib.closing(box):
        grant = box.grant(EARNER, "http://issuer.example")
        box._ask("GET", "/grants")
        path = f"{box._path}/api/identity?access_token={grant.access_token}"
        box._exchange("GET", path, None, 5)
        told = box.verdict("all")
    assert told["failed"] == ["BC-CLIENT-01"]
    assert grant.access_token not in str(told)
