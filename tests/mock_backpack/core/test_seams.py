"""Seams: defects wrap the right behaviour, and act only where they are armed."""

import asyncio

import pytest
from markupsafe import Markup

from mock_backpack.core.misbehaviours import Misbehaviour, by_seam
from mock_backpack.core.misbehaviours import defect as described
from mock_backpack.core.seams import arming, noting, seam


def defect(name, seam):
    """A defect of this test, which breaks nothing."""
    return described(name, seam, endpoints=(), breaks=(), since="0.1")


@seam
def greeting(name: str, mark: str = "!") -> str:
    """A greeting."""
    return f"hello {name}{mark}"


@defect("test.shouts", greeting)
def shouts(right, name, *rest):
    """A greeting
    is  shouted.
    """
    return right(name, *rest).upper()


@defect("test.stammers", greeting)
def stammers(right, name, *rest):
    """A name is said twice."""
    return right(f"{name} {name}", *rest)


@defect("test.mute", greeting)
def mute(_right, _name):
    """Nothing is said."""
    return ""


def test_a_seam_behaves_right_while_nothing_is_armed():
    """Without defects a seam is its function."""
    assert greeting("ada") == "hello ada!"
    assert greeting("ada", "?") == "hello ada?"


def test_a_seam_looks_like_its_function():
    """Name and docstring are the function's, so that documentation shows them."""
    assert (greeting.__name__, greeting.__doc__) == ("greeting", "A greeting.")
    assert greeting.__module__ == __name__


def test_an_armed_defect_wraps_the_right_behaviour():
    """A defect gets the right behaviour and the seam's arguments."""
    with arming(by_seam([shouts])):
        assert greeting("ada", "?") == "HELLO ADA?"


def test_a_defect_may_take_the_place_of_the_right_behaviour():
    """A defect need not call what it wraps."""
    with arming(by_seam([mute])):
        assert greeting("ada") == ""


@pytest.mark.parametrize("defects", [[shouts, stammers], [stammers, shouts]])
def test_defects_of_one_seam_compose(defects):
    """Two defects of one seam both act."""
    with arming(by_seam(defects)):
        assert greeting("ada") == "HELLO ADA ADA!"


def test_the_defect_that_comes_last_is_outermost():
    """Of two defects of one seam the later one wraps the earlier."""
    with arming(by_seam([mute, shouts])):
        assert greeting("ada") == ""
    with arming(by_seam([stammers, mute])):
        assert greeting("ada") == ""
    suffix = defect("test.suffix", greeting)(lambda right, name: right(name) + "x")
    with arming(by_seam([suffix, shouts])):
        assert greeting("ada") == "HELLO ADA!X"
    with arming(by_seam([shouts, suffix])):
        assert greeting("ada") == "HELLO ADA!x"


def test_a_defect_of_one_seam_leaves_others_alone():
    """Only the seam that a defect names goes wrong."""
    other = seam(lambda: "right")
    with arming(by_seam([mute])):
        assert other() == "right"


def test_a_defect_ends_with_its_block():
    """After the block the seam behaves right, also when the block failed."""
    with pytest.raises(RuntimeError), arming(by_seam([shouts])):
        raise RuntimeError
    assert greeting("ada") == "hello ada!"


def test_what_is_armed_inside_acts_beside_what_is_armed_outside():
    """A fault may wrap a seam while a defect does."""
    with arming(by_seam([shouts])), arming(by_seam([stammers])):
        assert greeting("ada") == "HELLO ADA ADA!"
    assert greeting("ada") == "hello ada!"


@pytest.mark.anyio
async def test_tasks_do_not_share_what_is_armed():
    """Two tasks at once each have their own defects."""
    both = asyncio.Barrier(2)

    async def say(*defects):
        with arming(by_seam(defects)):
            await both.wait()
            return greeting("ada")

    assert await asyncio.gather(say(shouts), say()) == ["HELLO ADA!", "hello ada!"]


@pytest.mark.anyio
async def test_an_asynchronous_seam_is_awaited_through_its_defects():
    """A seam may be a coroutine function; its defects await it."""

    @seam
    async def answer() -> int:
        return 42

    @defect("test.doubles", answer)
    async def doubles(right):
        """The answer is doubled."""
        return 2 * await right()

    assert await answer() == 42
    with arming(by_seam([doubles])):
        assert await answer() == 84


def test_a_defect_is_described_by_its_function():
    """The docstring is the sentence, on one line; the seam is what it wraps."""
    assert isinstance(shouts, Misbehaviour)
    assert (shouts.name, shouts.does) == ("test.shouts", "A greeting is shouted.")
    assert shouts.seam is greeting


def test_defects_are_sorted_by_their_seam_in_order():
    """Every defect is armed once, under its seam, in the order given."""
    other = seam(lambda: None)
    lone = defect("test.lone", other)(lambda right: right())
    armed = by_seam([shouts, lone, stammers])
    assert armed == {greeting: (shouts.behave, stammers.behave), other: (lone.behave,)}


def seen(seam_, wrapper, *arguments):
    """Whether a wrapper would have made a difference to a call of a seam; ``None`` if unclear."""
    decided = []
    noting_it = noting(lambda _, decide: decided.append(decide and decide(wrapper)), [seam_])
    with arming(noting_it):
        seam_(*arguments)
    return decided[0]


def test_a_wrapper_that_gives_the_same_value_makes_no_difference():
    """So that a defect is tried only where it shows; markup is another value than its text."""

    @seam
    def shown(text: str) -> str:
        return text

    assert seen(shown, lambda right, text: right(text).strip(), "ada") is False
    assert seen(shown, lambda right, text: right(text).strip(), " ada ") is True
    assert seen(shown, lambda _right, _text: Markup("ada"), "ada") is True
    assert seen(shown, lambda _right, _text: 1 / 0, "ada") is True


def test_of_effects_nobody_says_that_they_make_no_difference():
    """A seam that returns nothing, or that is awaited, is never asked."""

    @seam
    def kept(_text: str) -> None:
        pass

    assert seen(kept, lambda _right, _text: None, "ada") is None


def test_only_a_seam_can_be_armed():
    """The wrapper of any other function would never be called."""

    def plain():
        """No seam."""

    with pytest.raises(TypeError, match=r"expected seams, saw .*plain"), arming({plain: ()}):
        pass
