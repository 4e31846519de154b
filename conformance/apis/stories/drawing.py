"""How a story is drawn: one event after the other, of those that a model says can happen next."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from hypothesis import strategies as st

from conformance.apis.stories.script import Written
from conformance.openbadges.choices import whole

LONGEST = 12
"""Events in one story; ``nothing`` is the simplest event."""
NOTHING = "nothing"
T = TypeVar("T")
Act: TypeAlias = Callable[[], None]


class StoryModel(Protocol):
    """What must be true of a target after each event."""

    @property
    def steps(self) -> list[Written]:
        """The steps so far."""

    def possible(self) -> Mapping[str, Sequence[Act]]:
        """The events that can happen next, by kind."""

    def looks(self) -> Sequence[Act]:
        """The access tokens that must work, each as an event in which it is used."""


@st.composite
def story_of(
    draw: st.DrawFn,
    new_model: Callable[[], StoryModel],
    often: Sequence[str],
    changes: Collection[str],
) -> list[Written]:
    """A sequence of events in a possible order; short stories are the simplest.

    ``often`` names kinds of events that happen more often than others, ``changes`` those after
    which a story may check that all other grants still work.
    """
    model = new_model()
    for _ in range(LONGEST):
        possible = model.possible()
        frequent = [kind for kind in often if kind in possible]
        kind = _drawn(draw, [NOTHING, *possible, *frequent])
        if kind == NOTHING:
            continue
        _drawn(draw, possible[kind])()
        for look in model.looks() if kind in changes else ():
            if draw(whole(0, 3)):
                look()
    return model.steps


def _drawn(draw: st.DrawFn, options: Sequence[T]) -> T:
    """One of the options, without a strategy of its own, which takes longer than the draw."""
    return options[draw(whole(0, len(options) - 1))]
