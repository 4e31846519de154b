"""Findings roll up to one outcome for a requirement, and to one verdict for a run."""

import pytest
from attrs import evolve

from conformance.core.catalogue import requirement
from conformance.core.requirement import Level
from conformance.core.verdict import (
    EXIT_CODES,
    ExitCode,
    Finding,
    Judgement,
    Outcome,
    RunVerdict,
    judge,
    run_verdict,
    worst,
)

PASSED, FAILED, CANT_TELL = Outcome.PASSED, Outcome.FAILED, Outcome.CANT_TELL
INAPPLICABLE, UNTESTED = Outcome.INAPPLICABLE, Outcome.UNTESTED
MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY
ANY = requirement("BC-TOKEN-01")


def judged(*outcomes: tuple[Level, Outcome]) -> list[Judgement]:
    """Requirements of these levels with these outcomes."""
    return [Judgement(evolve(ANY, level=level), outcome) for level, outcome in outcomes]


def found(*outcomes: Outcome) -> list[Finding]:
    """Findings with these outcomes, each with a reason."""
    return [
        Finding(ANY.id, outcome, reason=f"because {number}")
        for number, outcome in enumerate(outcomes)
    ]


@pytest.mark.parametrize(
    ("outcomes", "counts"),
    [
        ([], UNTESTED),
        ([PASSED], PASSED),
        ([PASSED, PASSED, FAILED], FAILED),
        ([CANT_TELL, FAILED, PASSED], FAILED),
        ([PASSED, CANT_TELL], CANT_TELL),
        ([UNTESTED, CANT_TELL], CANT_TELL),
        ([UNTESTED, PASSED], PASSED),
        ([INAPPLICABLE, PASSED], PASSED),
        ([UNTESTED, FAILED], FAILED),
        ([UNTESTED, INAPPLICABLE], INAPPLICABLE),
        ([UNTESTED], UNTESTED),
    ],
)
def test_the_worst_finding_counts(outcomes, counts):
    """failed, cantTell, passed; untested only where nothing else was found."""
    assert worst(outcomes) is counts
    assert worst(reversed(outcomes)) is counts


def test_every_requirement_is_judged_in_the_order_of_the_catalogue():
    """A requirement without findings is untested; an unknown one is left out."""
    other = requirement("BC-TOKEN-02")
    judgements = judge([other, ANY], {ANY.id: found(PASSED), "BC-NOBODY-01": found(FAILED)})
    assert [(judgement.requirement, judgement.outcome) for judgement in judgements] == [
        (other, UNTESTED),
        (ANY, PASSED),
    ]


def test_the_reason_is_one_of_the_outcome_that_counts():
    """The finding that left a requirement open gives the reason."""
    assert judge([ANY], {ANY.id: found(PASSED, UNTESTED, CANT_TELL)})[0].reason == "because 2"


@pytest.mark.parametrize("outcome", [PASSED, FAILED])
def test_what_was_judged_needs_no_reason(outcome):
    """A reason says why there is no judgement."""
    assert judge([ANY], {ANY.id: found(UNTESTED, outcome)})[0].reason == ""


def test_what_nobody_looked_at_says_so():
    """An untested requirement has a reason too."""
    assert judge([ANY], {})[0].reason == "no scenario of the run tests it"


@pytest.mark.parametrize(
    ("judgements", "lenient", "strict"),
    [
        pytest.param([(MUST, PASSED)], "conforms", "conforms", id="all passed"),
        pytest.param([(MUST, INAPPLICABLE)], "conforms", "conforms", id="inapplicable"),
        pytest.param(
            [(MUST, FAILED), (MUST, UNTESTED)], "does not conform", "does not conform", id="failed"
        ),
        pytest.param(
            [(MUST, PASSED), (SHOULD, FAILED)], "conforms", "does not conform", id="warning"
        ),
        pytest.param([(MUST, PASSED), (MAY, FAILED)], "conforms", "conforms", id="may"),
        pytest.param([(MUST, PASSED), (MUST, UNTESTED)], "incomplete", "incomplete", id="untested"),
        pytest.param([(MUST, CANT_TELL)], "incomplete", "incomplete", id="inconclusive"),
        pytest.param(
            [(MUST, PASSED), (SHOULD, UNTESTED)], "conforms", "incomplete", id="should untested"
        ),
        pytest.param(
            [(MUST, UNTESTED), (SHOULD, FAILED)], "incomplete", "does not conform", id="both"
        ),
        pytest.param([], "incomplete", "incomplete", id="nothing"),
        pytest.param([(MAY, PASSED)], "incomplete", "incomplete", id="nothing that binds"),
    ],
)
def test_a_run_is_judged_by_what_binds(judgements, lenient, strict):
    """MUST always binds, SHOULD when it was asked for, MAY never; nothing measured is no pass."""
    assert run_verdict(judged(*judgements), strict=False) == lenient
    assert run_verdict(judged(*judgements), strict=True) == strict


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (RunVerdict.CONFORMS, 0),
        (RunVerdict.DOES_NOT_CONFORM, 1),
        (RunVerdict.COULD_NOT_TELL, 3),
        (RunVerdict.INCOMPLETE, 4),
    ],
)
def test_every_verdict_has_an_exit_code_of_its_own(verdict, code):
    """Only a target that conforms ends with 0."""
    assert EXIT_CODES[verdict] == code


def test_usage_is_told_apart_from_every_verdict():
    """2 says that nothing was judged because of the command or a file."""
    assert ExitCode.USAGE == 2
    assert ExitCode.USAGE not in EXIT_CODES.values()
    assert set(EXIT_CODES) == set(RunVerdict)
