"""The example provider in Node conforms, and what is wrong with its variants is told."""

import subprocess

import pytest

from conformance.scenario.model import Scenario
from conformance.selftest.trial import is_slow
from conformance.target.target import PagePaths
from tests.conformance.node import EXAMPLES, needs_node, serving, variants_of
from tests.conformance.providers import accused, area_of, judged, rows

EXAMPLE = EXAMPLES / "provider-node" / "server.mjs"
PAGES = PagePaths(settings="permissions")
BREAKS = {
    "no-pkce": {"BC21-AUTHZ-07"},
    "any-redirect": {"BC21-AUTHZ-05"},
    "codes-work-twice": {"BC21-TOKEN-07"},
    "no-duplicates-check": {"BC21-POST-08"},
    "trusts-the-copy": {"BC21-POST-12"},
    "no-envelope": {"BC21-ENV-01"},
    "all-pages": {"BC21-GET-04", "BC21-GET-05", "BC21-GET-08", "BC21-GET-09"},
}
"""By the name of a variant: the requirements that it fails."""
SHOWN = ("trusts-the-copy", "no-envelope")
AT_EVERY_CHANGE = [
    pytest.param(name, marks=[] if name in SHOWN else [pytest.mark.exhaustive]) for name in BREAKS
]

pytestmark = [pytest.mark.slow, needs_node]


def one_of_each() -> list[Scenario]:
    """The first row of each scenario; every area of the specification is among them."""
    first: dict[str, Scenario] = {}
    for row in rows():
        if not is_slow(row):
            first.setdefault(row.id, row)
    return list(first.values())


def test_the_example_conforms():
    """No requirement fails that is more than a MAY."""
    with serving(EXAMPLE) as root:
        assert accused(judged(root, one_of_each(), pages=PAGES)) == set()


@pytest.mark.parametrize("name", AT_EVERY_CHANGE)
def test_a_wrong_variant_is_told_what_is_wrong(name: str):
    """By the requirements that it fails, and no others in the areas concerned."""
    areas = {area_of(id_) for id_ in BREAKS[name]}
    near = [row for row in one_of_each() if areas & {area_of(id_) for id_ in row.requirements}]
    with serving(EXAMPLE, "--wrong", name) as root:
        assert accused(judged(root, near, pages=PAGES)) == BREAKS[name]


def test_all_variants_are_tried():
    """The example lists them in one line."""
    assert variants_of(EXAMPLE) == set(BREAKS)


def test_an_unknown_variant_is_a_sentence():
    """With the names that there are."""
    command = ["node", str(EXAMPLE), "--wrong", "everything"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("--wrong: expected one of no-pkce, ")
