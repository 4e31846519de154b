"""The verdict as a value for tests: what is said of a requirement that is not judged."""

import pytest

from conformance.issuers.outcomes import Verdict

HEALTHY = {"id": "healthy", "api": "connect", "tests": ["BC-CLIENT-01"], "title": "", "does": ""}
ANSWER = {
    "situation": {**HEALTHY, "sees": ""},
    "heard": 0,
    "failed": [],
    "requirements": [{"id": "BC-CLIENT-01", "outcome": "untested", "reason": "x", "findings": []}],
    "habits": [],
    "exchanges": [],
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BC21-CLIENT-08", "is not judged in the situation healthy, which is of another API"),
        ("BC21-TOKEN-01", "is not a requirement for issuers"),
        ("BC-CLIENT-01", "untested    x"),
    ],
)
def test_a_requirement_that_is_not_judged_is_told(name, words):
    """Whether it is another API's, or a Backpack's, or was not seen."""
    with pytest.raises(AssertionError, match=words):
        Verdict(ANSWER).check([name], ())
