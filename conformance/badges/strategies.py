"""Hypothesis strategies for badges, over the whole legal space and one step outside of it.

What they draw is plain JSON, as a scenario's ``host`` step takes it, so that a shrunk
counter-example can be written down as a scenario that runs alone.
"""

import base64
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from hypothesis import strategies as st

from conformance.badges import images
from conformance.badges.flaws import flaws

Drawn: TypeAlias = st.SearchStrategy[dict[str, Any]]

VERSIONS = ("1.0", "1.1")
PRINTABLE = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp"))
WORDS = st.text(PRINTABLE, max_size=40).map(lambda text: f"A{text}Z")
"""Any Unicode, never blank: whether a blank name is valid is nowhere said."""
LONG = st.integers(40, 800).map(lambda times: "long " * times + "text")
DATA_IMAGE = "data:image/png;base64," + base64.b64encode(images.png()).decode()
URLS = st.text(string.ascii_lowercase + string.digits + "-_~/", max_size=20).map(
    lambda path: f"https://example.org/{path}"
)
SALTS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=40)
UNKNOWN = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda name: f"x-{name}"),
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | WORDS | st.lists(WORDS, max_size=2),
    max_size=2,
)
TIMES = st.integers(1_000_000_000, 1_700_000_000) | st.datetimes(
    datetime(2001, 9, 10),  # noqa: DTZ001 - Hypothesis wants naive bounds
    datetime(2023, 1, 1),  # noqa: DTZ001
).map(lambda moment: f"{moment.isoformat(timespec='seconds')}Z")
TO_COME = st.integers(4_000_000_000, 9_000_000_000)


def recipients(earner: str = "ada") -> Drawn:
    """Every way in which an assertion can say who it is for."""
    return st.one_of(
        st.just({"earner": earner, "hashed": False}),
        st.just({"earner": earner, "hashed": True}),
        SALTS.map(lambda salt: {"earner": earner, "hashed": True, "salt": salt}),
    )


def _members(**optional: st.SearchStrategy[Any]) -> Drawn:
    chosen = st.fixed_dictionaries({}, optional=optional)
    return st.tuples(chosen, UNKNOWN).map(lambda pair: {**pair[1], **pair[0]})


def valid(
    *, versions: Sequence[str] = ("1.0",), signed: bool | None = None, images_too: bool = True
) -> Drawn:
    """Valid badges; hosted or signed ones only, when ``signed`` says so.

    Raises:
        ValueError: when a version is none that can be drawn.
    """
    _check_versions(versions)
    alignment = st.fixed_dictionaries({"name": WORDS, "url": URLS}, optional={"description": WORDS})
    data_image = {"image": st.just(DATA_IMAGE)} if images_too else {}
    return st.fixed_dictionaries(
        {
            "version": st.sampled_from(versions),
            "signed": st.booleans() if signed is None else st.just(signed),
            "recipient": recipients(),
            "members": _members(issuedOn=TIMES, evidence=URLS, expires=TO_COME),
            "badge_class": _members(
                name=WORDS,
                description=WORDS | LONG,
                tags=st.lists(WORDS, max_size=3),
                alignment=st.lists(alignment, max_size=2),
                **data_image,
            ),
            "issuer": _members(
                name=WORDS, description=WORDS | LONG, email=st.just("badges@example.org")
            ),
        }
    )


def _check_versions(versions: Sequence[str]) -> None:
    for version in versions:
        if version not in VERSIONS:
            raise ValueError(f"versions: expected some of {', '.join(VERSIONS)}, saw {version!r}")


def broken(*, versions: Sequence[str] = ("1.0",), signed: bool | None = None) -> Drawn:
    """A valid badge with one named flaw; a ``data:`` image would hide the flaws of images."""

    _check_versions(versions)
    kinds = (True, False) if signed is None else (signed,)
    choices = [
        (one.name, kind) for kind in kinds for one in flaws().values() if one.fits(signed=kind)
    ]

    def with_flaw(choice: tuple[str, bool]) -> Drawn:
        name, kind = choice
        badges = valid(versions=versions, signed=kind, images_too=False)
        return badges.map(lambda badge: {**badge, "flaw": name})

    return st.sampled_from(choices).flatmap(with_flaw)


STRATEGIES: Mapping[str, Callable[..., Drawn]] = MappingProxyType(
    {"valid-assertion": valid, "broken-assertion": broken}
)
"""By the name that scenarios use; called with the other members of the scenario's entry."""
