"""The example consumers of Open Badges 2.1: good in every situation, wrong in one way at a time."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from mock_backpack.client import MockClient
from mock_backpack.issuer.badge_connect.judges import JUDGES
from mock_backpack.issuer.situations import situations_of
from tests.consumers.judging import check_good, check_named, verdicts
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
sys.path.insert(0, str(EXAMPLES / "python"))

import consumer  # noqa: E402 - an example, which is no package
from consumer_mistakes import MISTAKES  # noqa: E402

SITUATIONS = situations_of("ob2.1")
NODE = {
    "first-entry": ("BC21-CLIENT-02", "older-version-first"),
    "posted-secret": ("BC21-CLIENT-03", "healthy"),
    "no-challenge": ("BC21-CLIENT-05", "healthy"),
    "refresh-by-body": ("BC21-CLIENT-09", "expired-token"),
    "no-label": ("BC21-CLIENT-11", "healthy"),
    "only-200": ("BC21-CLIENT-14", "created"),
    "array-of-errors": ("BC21-CLIENT-15", "duplicate"),
    "html-page": ("BC21-CLIENT-18", "error-page"),
    "needs-arrays": ("BC21-CLIENT-23", "odd-arrays"),
}


@pytest.fixture(scope="module")
def root():
    """A client of a mock in a process of its own."""
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as client:
        yield client


def in_python(kind):
    """A run of an example in this process."""
    return lambda variables: consumer.main(kind, variables)


def in_node(*words):
    """A run of an example in Node."""

    async def run(variables):
        child = await asyncio.create_subprocess_exec(
            "node", *words, cwd=EXAMPLES / "node", env={**os.environ, **variables}
        )
        assert await child.wait() == 0

    return run


@pytest.fixture(scope="module")
def python(root):
    """The verdicts on all examples in Python, by mistake and situation."""
    consumer.PATIENCE = 3.0
    runs = {("", name): (in_python(consumer.Consumer), name) for name in SITUATIONS}
    for mistake, (kind, _, situation) in MISTAKES.items():
        name = f"ob2.1/{situation}"
        runs[mistake, name] = (in_python(kind), name)
    return verdicts(root, runs)


@pytest.fixture(scope="module")
def node(root):
    """The verdicts on all examples in Node, by mistake and situation."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    runs = {("", name): (in_node("consumer.mjs"), name) for name in SITUATIONS}
    for mistake, (_, situation) in NODE.items():
        name = f"ob2.1/{situation}"
        runs[mistake, name] = (in_node("consumer-mistakes.mjs", mistake), name)
    return verdicts(root, runs)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_good_consumer_in_python_passes(python, situation):
    """In every situation."""
    check_good(python["", situation], situation)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_good_consumer_in_node_passes(node, situation):
    """In every situation."""
    check_good(node["", situation], situation)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_python_is_named(python, mistake):
    """Exactly."""
    _, requirement, situation = MISTAKES[mistake]
    check_named(python[mistake, f"ob2.1/{situation}"], requirement)


@pytest.mark.parametrize("mistake", NODE)
def test_a_mistake_in_node_is_named(node, mistake):
    """Exactly."""
    requirement, situation = NODE[mistake]
    check_named(node[mistake, f"ob2.1/{situation}"], requirement)


def test_every_requirement_is_broken_by_a_mistake():
    """Each judge can fail."""
    assert {requirement for _, requirement, _ in MISTAKES.values()} == set(JUDGES)


def test_every_mistake_in_node_is_tried():
    """With the requirement and the situation that its comment names."""
    text = (EXAMPLES / "node" / "consumer-mistakes.mjs").read_text(encoding="utf-8")
    assert re.findall(r'^  "([\w-]+)": [A-Z]', text, re.MULTILINE) == list(NODE)
    assert re.findall(r"// (BC21-CLIENT-\d+), in ([\w-]+)", text) == list(NODE.values())
