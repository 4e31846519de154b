"""What a page does when a dialog has ended: with an answer, and without one."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from mock_backpack.apis.connect.issuing.offer import Reason
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.issuer_api.evidence import (
    ANSWERED,
    CALLED,
    CLOSED,
    PRESSED,
    RETURNED,
    STUCK,
    THREW,
    Evidence,
    PageEvent,
)
from mock_backpack.issuer.issuer_api.judges import reasons
from mock_backpack.openbadges.complaint import shortened

ADDED = ""
DONE = (ADDED, Reason.EXISTS)
REFUSED = (Reason.DENIED, CLOSED)
BAD = (Reason.INACCESSIBLE, Reason.MALFORMED, Reason.INVALID)
FEW = 3
"""So often a page may offer a badge again by itself that could not be added."""
DEAF = {
    PRESSED: "the button was pressed, and the page did not call",
    STUCK: "the button is still disabled, and the page did not call",
}
"""What shows that a page waits for an answer that does not come any more."""
WORDS = {ADDED: "it was added", CLOSED: "the earner closed the dialog"}


@frozen
class Ended:
    """What became of one badge in one dialog, and how often the page itself offered it then."""

    assertion: str
    event: PageEvent
    outcome: str
    """`ADDED`, a reason, or `CLOSED`."""
    again: tuple[PageEvent, ...]
    """Calls without the earner, until the earner acted or the badge got another outcome."""

    @property
    def why(self) -> str:
        """The outcome in words."""
        return WORDS.get(self.outcome, f"the reason {self.outcome}")


@judges("BC-PAGE-05", reasons.of_callbacks)
def takes_every_answer(evidence: Evidence) -> Findings:
    """The callback returns, whatever the outcome."""
    for page in evidence.pages:
        answer: PageEvent | None = None
        for event in page:
            if event.what == ANSWERED:
                answer = event
            elif event.what in (RETURNED, THREW) and answer is not None:
                expected = f"a callback that takes {_outcome(answer)}"
                is_good = event.what == RETURNED
                saw = f"it threw {shortened(event.saw)}"
                yield passed(event, expected) if is_good else failed(event, expected, saw)


def _outcome(answer: PageEvent) -> str:
    """The arguments of a callback, in a few words."""
    why = [reason for reason in answer.outcomes.values() if reason]
    added = len(answer.outcomes) - len(why)
    errors = f"errors with {', '.join(why)}" if why else "no errors"
    return f"{errors} and {added or 'no'} success{'' if added == 1 else 'es'}"


@judges("BC-PAGE-06", reasons.of_added)
def knows_what_is_done(evidence: Evidence) -> Findings:
    """What was added, or was there already, is not offered again by the page itself."""
    yield from _left_alone(evidence, DONE, 0)


@judges("BC-PAGE-07", reasons.of_refused)
def accepts_a_no(evidence: Evidence) -> Findings:
    """What the earner refused, or closed, is not offered again by the page itself."""
    yield from _left_alone(evidence, REFUSED, 0)


@judges("BC-PAGE-08", reasons.of_errors)
def gives_up(evidence: Evidence) -> Findings:
    """What cannot be added is offered again by the page itself a few times at most."""
    yield from _left_alone(evidence, BAD, FEW)


def _left_alone(evidence: Evidence, outcomes: Sequence[str], most: int) -> Findings:
    for page in evidence.pages:
        for ended in _ended(page):
            if ended.outcome not in outcomes:
                continue
            times = f"at most {most} further calls" if most else "no further call"
            expected = f"{times} with a badge after {ended.why}, unless the earner acts"
            if len(ended.again) > most:
                saw = f"{len(ended.again)} by the page itself, with {shortened(ended.assertion)}"
                yield failed(ended.again[most], expected, saw)
            else:
                yield passed(ended.event, expected)


def _ended(page: Sequence[PageEvent]) -> Iterator[Ended]:
    """What became of each badge of a page; the same outcome again counts with the first."""
    last: dict[str, Ended] = {}
    for event in page:
        for assertion, outcome in _outcomes(event).items():
            known = last.get(assertion)
            if known is None or known.outcome != outcome or not known.again:
                if known is not None:
                    yield known
                last[assertion] = Ended(assertion, event, outcome, ())
        if event.what != CALLED:
            continue
        for assertion in event.assertions:
            known = last.get(assertion)
            if known is None:
                continue
            if event.is_own:
                last[assertion] = evolve(known, again=(*known.again, event))
            else:
                yield last.pop(assertion)
    yield from last.values()


def _outcomes(event: PageEvent) -> dict[str, str]:
    if event.what == CLOSED:
        return dict.fromkeys(event.assertions, CLOSED)
    return dict(event.outcomes) if event.what == ANSWERED else {}


@judges("BC-PAGE-10", reasons.of_silence)
def lives_without_an_answer(evidence: Evidence) -> Findings:
    """The earner can press the same button again, and the page calls again."""
    expected = "another call when the earner presses the button again"
    for page in evidence.pages:
        for following in _without_answer(page):
            again = next((later for later in following if later.what == CALLED), None)
            deaf = next((later for later in following if later.what in DEAF), None)
            if again is not None and not again.is_own:
                yield passed(again, expected)
            elif deaf is not None and again is None:
                yield failed(deaf, expected, DEAF[deaf.what])
    calls = list(evidence.of(CALLED))
    for left, again in pairwise(calls):
        if left.is_alone and not again.is_own:
            yield passed(again, expected)


def _without_answer(page: Sequence[PageEvent]) -> Iterator[Sequence[PageEvent]]:
    """What the page did each time that a dialog had been closed."""
    for place, event in enumerate(page):
        if event.what == CLOSED:
            yield page[place + 1 :]
