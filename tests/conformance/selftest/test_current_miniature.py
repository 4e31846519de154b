"""A correct host that is not our mock is never accused, and a wrong one is caught."""

import re
from pathlib import Path

import pytest

from conformance.certificates.recheck import recheck
from conformance.certificates.suite import this_suite
from conformance.core.verdict import Outcome
from conformance.record.reader import read_record
from conformance.selftest.trial import is_slow
from tests.conformance.chosen import one_of_each_area
from tests.conformance.command import run_command
from tests.conformance.hosts import API, about, everything, rows, waits
from tests.conformance.providers import accused, judged_as
from tests.miniatures.current import CurrentHost
from tests.miniatures.current.choices import OTHER, USUAL
from tests.miniatures.current.defects import DEFECTS
from tests.miniatures.current.discovery import WRITE

pytestmark = pytest.mark.slow
LIFE = 6
"""Seconds that tokens live where their end is waited for."""
UNSEEN = {"OB3-POST-26", "BC-SAFE-06"}
"""Nobody waits for documents that never end, and no address is forbidden."""
UNJUDGED = {"OB3-TOKEN-08": {Outcome.UNTESTED}}
"""Nobody waits ten minutes for a code."""
DECIDED = {"OB3-AUTH-04"}
"""A SHOULD that the other host decides against: it answers 401 where a scope is missing."""
OFFERED = {"OB3-TOKEN-10", "OB3-TOKEN-13", "OB3-PROF-03"}
"""Requirements of what the other host does not offer."""


def test_a_host_conforms():
    """Each requirement passes, but for what nobody can see on this machine."""
    with CurrentHost(expires=LIFE) as host:
        outcomes = judged_as(API, host.root, filter(waits, rows()), wait=LIFE + 5.0)
    with CurrentHost() as host:
        chosen = [row for row in rows() if not waits(row) and not is_slow(row)]
        outcomes |= judged_as(API, host.root, chosen)
    assert accused(outcomes) == set()
    backpack = everything() - UNSEEN
    left = {name: outcomes.get(name) for name in backpack if outcomes.get(name) != {Outcome.PASSED}}
    # a did:web needs an issuer site with https
    assert left.pop("OB3-POST-21") == {Outcome.PASSED, Outcome.INAPPLICABLE}
    # that all is https is asked of hosts on other machines
    assert left.pop("OB3-DISC-08") == {Outcome.PASSED, Outcome.INAPPLICABLE}
    assert left == UNJUDGED


@pytest.mark.exhaustive
def test_a_host_with_other_habits_conforms():
    """Below a tenant's path, with another order, other statuses, and without what is optional."""
    with CurrentHost(choices=OTHER) as host:
        chosen = [row for row in about(everything()) if not waits(row)]
        outcomes = judged_as(API, host.root, chosen)
    assert accused(outcomes) == DECIDED
    assert set().union(*(outcomes[name] for name in OFFERED)) == {Outcome.INAPPLICABLE}


def test_a_record_can_be_judged_again(tmp_path: Path):
    """From its exchanges, as a certificate is."""
    out = tmp_path / "out"
    selected = "discovery or listing or upsert-proof or upsert-jwt or tokens-code or errors"
    with CurrentHost() as host:
        options = ("--api", "ob3", "--settings", "permissions", "--out", str(out))
        run_command("run", f"{host.root}/", "--select", selected, *options)
    judged_again = recheck(read_record(out / "record.jsonl"), this_suite([API.name]))
    assert judged_again.complaints == ()
    assert judged_again.confirmed > 50


def test_it_is_a_reading_of_its_own():
    """It imports nothing of the suite or the mock."""
    folder = Path(__file__).parents[2] / "miniatures" / "current"
    imports = re.compile(r"^\s*(?:from|import)\s+(\S+)", re.MULTILINE)
    names = {name for file in folder.rglob("*.py") for name in imports.findall(file.read_text())}
    foreign = {
        name for name in names if name.startswith(("conformance", "mock", "pyld", "joserfc"))
    }
    assert foreign == set()


def test_what_a_host_does_not_offer_is_never_green():
    """A host that can only be written to is not judged by what it would answer to readers."""
    names = ("upsert-proof", "upsert-proof-listed", "listing-credentials", "profiles-read")
    chosen = [row for row in rows() if row.id in names]
    with CurrentHost(choices=USUAL, scopes=(WRITE,)) as host:
        outcomes = judged_as(API, host.root, chosen)
    assert outcomes.pop("OB3-POST-01") == outcomes.pop("OB3-POST-04") == {Outcome.PASSED}
    assert outcomes.pop("OB3-POST-05") == {Outcome.PASSED}
    assert set().union(*outcomes.values()) == {Outcome.INAPPLICABLE}
    assert set(outcomes) >= {"OB3-POST-06", "OB3-GET-01", "OB3-PROF-01"}


@pytest.mark.parametrize("defect", one_of_each_area(DEFECTS, lambda name: DEFECTS[name].breaks))
def test_a_wrong_host_is_caught(defect: str):
    """It fails what the defect breaks, and is accused of nothing else in the areas concerned."""
    breaks: frozenset[str] = DEFECTS[defect].breaks
    with CurrentHost(defect=defect) as host:
        assert accused(judged_as(API, host.root, about(breaks))) == breaks
