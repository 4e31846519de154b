"""Whether pushes become slower with each badge, told from times that vary."""

import random

import pytest

from conformance.load.growth import Growth


def pushes(slower, seed):
    """Pushes of half a minute whose times vary a lot, and rise and fall with the load."""
    dice, growth = random.Random(seed), Growth()  # noqa: S311 - no secrets
    for number in range(1500):
        at, held = number / 50, dice.choice((0, 2, 5, 8, 15, 40))
        busy = 3 if 10 < at < 20 else 1
        growth.add(at, held, busy * dice.lognormvariate(3, 1) * slower ** (held / 10))
    return growth


@pytest.mark.parametrize("seed", range(20))
def test_times_that_vary_are_no_growth(seed):
    """However much, and although a part of the run was slower."""
    compared = pushes(slower=1.0, seed=seed).compared()
    assert compared is not None
    assert not compared.grows
    assert 0.4 < compared.slower < 0.6


@pytest.mark.parametrize("seed", range(5))
def test_twice_the_time_for_ten_badges_is_growth(seed):
    """It is seen through times that vary."""
    compared = pushes(slower=2.0, seed=seed).compared()
    assert compared is not None
    assert compared.grows


def test_few_pairs_say_nothing():
    """However clear they are."""
    growth = Growth()
    for held, milliseconds in ((1, 10), (20, 500), (1, 11), (30, 700)):
        growth.add(1, held, milliseconds)
    compared = growth.compared()
    assert compared is not None
    assert (compared.pairs, compared.slower) == (4, 1.0)
    assert not compared.grows


def test_pushes_of_different_times_are_not_compared():
    """The load may have been another."""
    growth = Growth()
    growth.add(1, 0, 10)
    growth.add(20, 30, 500)
    assert growth.compared() is None


def test_what_processes_wrote_adds_up():
    """As if one had seen all."""
    whole, parts = pushes(slower=1.5, seed=1), [pushes(slower=1.5, seed=1), Growth()]
    joined = Growth()
    for part in parts:
        joined.merge(part.to_wire())
    assert joined.compared() == whole.compared()
