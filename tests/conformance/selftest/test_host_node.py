"""The example host in Node conforms, and what is wrong with its variants is told."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from conformance.target.target import PagePaths
from tests.conformance.hosts import API, about, area_of, everything, waits
from tests.conformance.node import EXAMPLES, example_host, needs_node, serving, variants_of
from tests.conformance.providers import accused, judged_as

EXAMPLE = EXAMPLES / "host-node" / "server.mjs"
PAGES = PagePaths(settings="permissions")
BREAKS = {
    "believes-proofs": {"OB3-GET-04", "OB3-POST-11"},
    "any-key": {"OB3-POST-15"},
    "ignores-claims": {"OB3-POST-13"},
    "drops-terms": {"OB3-POST-22"},
    "ignores-lists": {"OB3-POST-18"},
    "ignores-schemas": {"OB3-POST-27"},
    "plural": {"OB3-GET-02", "OB3-POST-06"},
    "no-scope": {"OB3-AUTHZ-02"},
    "own-errors": {"OB3-ERR-01", "OB3-ERR-04", "OB3-ERR-07"},
}
"""By the name of a variant: the requirements that it fails."""
SOME, FEW = 3, 2
"""Rows of a scenario about what is broken, and other scenarios in its areas."""
OWN = {"OB3-DISC", "OB3-GET", "OB3-PROF"}
PUSHED = {"OB3-POST-01", "OB3-POST-03", "OB3-POST-06", "OB3-POST-20"}
"""What is tried at every change; clients, consent and tokens are those of the provider in Node."""
SHOWN = ("any-key", "ignores-schemas", "no-scope", "plural")
"""Variants that are tried at every change: one of each file."""
pytestmark = [pytest.mark.slow, needs_node]


def at_every_change(name: str) -> Any:
    """A variant as a parameter of a test, which takes its time unless it is one of these."""
    return pytest.param(name, marks=[] if name in SHOWN else [pytest.mark.exhaustive])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its packages."""
    return example_host(tmp_path_factory)


def judge(root: str, requirements: frozenset[str], some: int, few: int) -> set[str]:
    """What the example is accused of in scenarios about some requirements."""
    chosen = [row for row in about(requirements, some, few) if not waits(row)]
    return accused(judged_as(API, root, chosen, pages=PAGES))


def test_the_example_conforms(server: Path):
    """No requirement fails that is more than a MAY, of those that are tried at every change."""
    own = {name for name in everything() if area_of(name) in OWN}
    with serving(server) as root:
        assert judge(root, frozenset(own | PUSHED), some=1, few=0) == set()


@pytest.mark.exhaustive
def test_the_example_conforms_in_every_area(server: Path):
    """In every row of every scenario that does not wait."""
    with serving(server) as root:
        assert judge(root, everything(), some=99, few=0) == set()


@pytest.mark.parametrize("name", list(map(at_every_change, BREAKS)))
def test_a_wrong_variant_is_told_what_is_wrong(server: Path, name: str):
    """By the requirements that it fails, and no others in the areas concerned."""
    with serving(server, "--wrong", name) as root:
        assert judge(root, frozenset(BREAKS[name]), SOME, FEW) == BREAKS[name]


def test_all_variants_are_tried():
    """The example lists them in one line."""
    assert variants_of(EXAMPLE) == set(BREAKS)


def test_an_unknown_variant_is_a_sentence(server: Path):
    """With the names that there are."""
    command = ["node", str(server), "--wrong", "everything"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("--wrong: expected one of believes-proofs, ")
