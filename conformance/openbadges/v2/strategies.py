"""Hypothesis strategies that draw badges of Open Badges 2.0 as scenarios write them."""

from typing import Any

from hypothesis import strategies as st

from conformance.openbadges.choices import WORDS, chosen, whole
from conformance.openbadges.flaw import Flaw
from conformance.openbadges.strategies import EMAILS, SALTS, TEXTS
from conformance.openbadges.v2.bundle import VERSION
from conformance.openbadges.v2.flaws import flaws_2
from conformance.openbadges.v2.variants import variants

ENDLESS = "assertion-endless"
"""The flaw that is only seen by waiting."""


def valid(*, signed: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A valid badge: a variant, with texts of any characters, for a recipient in any form."""
    return st.fixed_dictionaries(
        {
            **_written(signed=signed),
            "variant": chosen([each.name for each in variants().values() if _fits(each, signed)]),
        }
    )


def broken(*, signed: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A badge with one flaw, whatever its texts are."""
    names = [
        each.name for each in flaws_2().values() if _fits(each, signed) and each.name != ENDLESS
    ]
    return st.fixed_dictionaries({**_written(signed=signed), "flaw": chosen(names)})


def _fits(change: Flaw, signed: bool) -> bool:  # noqa: FBT001 - the kind of badge
    return change.fits(version=VERSION, signed=signed)


def _written(*, signed: bool) -> dict[str, st.SearchStrategy[Any]]:
    """What a scenario writes of a badge: its texts, and its recipient."""
    return {
        "version": st.just(VERSION),
        "signed": st.just(signed),
        "recipient": _recipients(),
        "members": st.fixed_dictionaries({"narrative": TEXTS, "points": whole(0, 2**31)}),
        "badge_class": st.fixed_dictionaries(
            {"name": WORDS, "description": TEXTS, "tags": st.lists(WORDS, max_size=3)}
        ),
        "issuer": st.fixed_dictionaries({"name": WORDS, "email": EMAILS}),
    }


def _recipients() -> st.SearchStrategy[dict[str, Any]]:
    earner = {"earner": "ada"}
    return st.one_of(
        st.just({**earner, "hashed": False}),
        st.just({**earner, "hashed": True}),
        SALTS.map(lambda salt: {**earner, "hashed": True, "salt": salt}),
    )
