"""A host that is composed of libraries is never accused, and a wrong one is caught."""

import re
from pathlib import Path

import pytest

from conformance.core.verdict import Outcome
from conformance.openbadges.v3.canonical import canonical
from conformance.openbadges.v3.credential import CredentialSpec, make_credential
from conformance.openbadges.v3.variants import variants_3
from conformance.scenario.model import Scenario
from conformance.selftest.trial import is_slow
from conformance.target.target import PagePaths
from tests.conformance.chosen import one_of_each_area
from tests.conformance.hosts import API, about, everything, rows, waits
from tests.conformance.providers import accused, judged_as
from tests.miniatures.composed import ComposedHost
from tests.miniatures.composed.defects import DEFECTS
from tests.miniatures.composed.reading import text_of

pytestmark = pytest.mark.slow
PAGES = PagePaths(**ComposedHost.paths)
SOME, FEW = 3, 3
"""Rows of a scenario about what is broken, and other scenarios in its areas."""
LIFE = 5
"""Seconds that tokens live where their end is waited for."""
UNJUDGED = {
    "OB3-PROF-04",
    "OB3-TOKEN-12",
    "OB3-TOKEN-08",
    "OB3-POST-26",
    "BC-SAFE-06",
    "BC-SAFE-14",
}
"""It answers 202 to a new profile, and no refresh token takes the place of another; nobody waits
ten minutes for a code, or for a key without an end; no address is forbidden, and its login page has
no parameter that leads elsewhere."""
NAMELESS = {
    "identifier": [
        {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
        for name in "abbacab"
    ]
}


def outcomes_of(
    host: ComposedHost, chosen: list[Scenario], wait: float = 0.0
) -> dict[str, set[Outcome]]:
    return judged_as(API, host.root, chosen, wait, pages=PAGES)


def check_conforms(outcomes: dict[str, set[Outcome]]) -> None:
    """Each requirement passes, but for what nobody can see on this machine."""
    assert accused(outcomes) == set()
    fine = ({Outcome.PASSED}, {Outcome.PASSED, Outcome.INAPPLICABLE})
    assert {name for name in everything() if outcomes.get(name) not in fine} <= UNJUDGED


def test_a_host_of_libraries_conforms():
    """Some rows of each scenario; what it answers is allowed, and is not what others answer."""
    with ComposedHost() as host:
        chosen = [row for row in about(everything(), some=1) if not waits(row)]
        check_conforms(outcomes_of(host, chosen))


def test_its_tokens_end():
    """It says so itself, since its access tokens are JWT."""
    with ComposedHost(expires=LIFE) as host:
        outcomes = outcomes_of(host, [row for row in rows() if waits(row)], LIFE + 4.0)
    assert accused(outcomes) == set()
    assert outcomes["OB3-AUTH-02"] == {Outcome.PASSED}


@pytest.mark.exhaustive
def test_it_conforms_in_every_row():
    """All that neither waits nor takes long."""
    with ComposedHost() as host:
        chosen = [row for row in rows() if not waits(row) and not is_slow(row)]
        check_conforms(outcomes_of(host, chosen))


def test_it_is_a_reading_of_its_own():
    """It imports nothing of the suite, the mock, the other miniatures or their libraries."""
    folder = Path(__file__).parents[2] / "miniatures" / "composed"
    imports = re.compile(r"^\s*(?:from|import)\s+(\S+)", re.MULTILINE)
    names = {name for file in folder.rglob("*.py") for name in imports.findall(file.read_text())}
    own = ("tests.miniatures.composed", "tests.miniatures.defect")
    foreign = ("conformance", "mock", "pyld", "pyoxigraph", "joserfc", "cryptography", "tests")
    assert {
        name for name in names if name.startswith(foreign) and not name.startswith(own)
    } == set()


@pytest.mark.parametrize("name", ["", *variants_3()])
def test_it_reads_credentials_as_the_suite_signs_them(name: str):
    """Two libraries that know nothing of each other come to the same canonical statements."""
    urls = {key: f"https://issuer.example/{key}" for key in KEYS}
    texts = {"badge": 'A "badge"\n', "description": "é", "issuer": "An issuer"}
    made = make_credential(CredentialSpec("ada@example.org", texts), urls)
    document = (variants_3()[name].change(made) if name else made).document
    assert text_of(document) == canonical(document)


KEYS = ("assertion", "badge", "issuer", "image", "criteria", "key", "copy", "revocations")


def test_it_tells_nameless_nodes_apart_as_the_suite_does():
    """Nodes that look alike are where algorithms of canonicalization can differ."""
    urls = {key: f"https://issuer.example/{key}" for key in KEYS}
    texts = {"badge": "A badge", "description": "What it is", "issuer": "An issuer"}
    made = make_credential(CredentialSpec("ada@example.org", texts), urls)
    subject = {**made.document["credentialSubject"], **NAMELESS}
    document = {**made.document, "credentialSubject": subject}
    assert text_of(document) == canonical(document)


@pytest.mark.parametrize("defect", one_of_each_area(DEFECTS, lambda name: DEFECTS[name].breaks))
def test_a_wrong_host_is_caught(defect: str):
    """It fails what the defect breaks, and is accused of nothing else in the areas concerned."""
    breaks: frozenset[str] = DEFECTS[defect].breaks
    with ComposedHost(defect=defect) as host:
        chosen = [row for row in about(breaks, SOME, FEW) if not waits(row)]
        assert accused(outcomes_of(host, chosen)) == breaks
