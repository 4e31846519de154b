"""With the defects of a family, the mock answers as providers of that family do."""

import pytest

from conformance.apis.registry import APIS as SUITE
from conformance.core.verdict import Outcome
from conformance.scenario.load import shipped_rows
from conformance.selftest.trial import run_all
from conformance.target.opening import TargetOptions
from mock_backpack.apis.all import APIS
from mock_backpack.apis.badge_connect.dialects import BADGR
from mock_backpack.faults.all import MISBEHAVIOURS

BADGE_CONNECT = SUITE["ob2.1"]


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_a_dialect_names_defects_that_there_are(api):
    """Each once."""
    for names in api.dialects.values():
        MISBEHAVIOURS.check_names("defect", names)
        assert len(set(names)) == len(names)


@pytest.mark.slow
def test_badgr_breaks_what_its_habits_break():
    """A consumer meets all of them in one provider; the suite tells each."""
    ids = (
        *("manifest-document", "registration-redirects", "exchange-credentials", "post-hosted"),
        *("post-signed", "post-again", "get-badges", "profile-read", "envelope-unknown"),
        "authorization-without-pkce",
    )
    rows = [row for row in shipped_rows(BADGE_CONNECT.language) if row.id in ids]
    told = run_all("ob2.1", TargetOptions(f"mock:{','.join(BADGR)}"), rows)
    assert told.having(Outcome.FAILED) >= {
        *("BC21-MANI-01", "BC21-MANI-04", "BC21-REG-06", "BC21-AUTHZ-07", "BC21-TOKEN-05"),
        *("BC21-POST-01", "BC21-POST-04", "BC21-GET-01", "BC21-GET-15", "BC21-PROF-01"),
        "BC21-ENV-06",
    }
