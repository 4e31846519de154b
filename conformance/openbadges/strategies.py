"""Hypothesis strategies for badges: all valid badges, and badges with one flaw.

They draw plain JSON, as a scenario's ``host`` step takes it, so that a shrunk counter-example can
be written as a scenario of its own.
"""

import base64
import string
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

from conformance.openbadges import images
from conformance.openbadges.choices import WORDS, chosen, text, whole
from conformance.openbadges.flaws import flaws

Drawn: TypeAlias = st.SearchStrategy[dict[str, Any]]

VERSIONS = ("0.5", "1.0", "1.1")
LONGEST = 9_500
"""Words of five characters: a document of 64 kB must work, and it has other members too."""
LONG = st.one_of(whole(8, 80), whole(80, LONGEST)).map(lambda times: "long " * times + "text")
TEXTS = st.one_of(WORDS, WORDS, LONG)


def _data_url(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


DATA_IMAGE = _data_url(images.png(), "image/png")
DATA_IMAGES = chosen((DATA_IMAGE, _data_url(images.SVG, "image/svg+xml")))
URL_PATHS = text(chosen(string.ascii_lowercase + string.digits + "-_~/"), most=20)
URLS = URL_PATHS.map(lambda path: f"https://example.org/{path}")
PATHS = text(chosen(string.ascii_lowercase), least=1, most=20).map(lambda path: f"/{path}")
SALTS = text(chosen(string.ascii_letters + string.digits), least=1)
EMAILS = chosen(("badges@example.org", "b.adges+news@mail.example.org", "o'neill@example.org"))
NUMBERS = st.tuples(whole(0, 2**31), chosen((1, -1))).map(lambda pair: pair[0] * pair[1])
UNKNOWN = st.dictionaries(
    text(chosen(string.ascii_lowercase), least=1, most=8).map(lambda name: f"x-{name}"),
    st.none() | st.booleans() | NUMBERS | WORDS | st.lists(WORDS, max_size=2),
    max_size=2,
)
MOMENTS = whole(1_000_000_000, 1_700_000_000)
"""Unix seconds of ten digits, all in the past."""


def _iso(moment: int, form: str) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    match form:
        case "micro":
            return f"{at.replace(tzinfo=None).isoformat()}.123456Z"
        case "offset":
            return at.astimezone(timezone(timedelta(hours=-5))).isoformat()
        case _:
            return f"{at.replace(tzinfo=None).isoformat()}Z"


TIMES = st.one_of(
    MOMENTS, st.tuples(MOMENTS, chosen(("plain", "offset", "micro"))).map(lambda pair: _iso(*pair))
)
DAYS = MOMENTS.map(lambda moment: datetime.fromtimestamp(moment, UTC).date().isoformat())
TO_COME = whole(4_000_000_000, 9_000_000_000)


def recipients(earner: str = "ada") -> Drawn:
    """Every way in which an assertion can identify its recipient."""
    return st.one_of(
        st.just({"earner": earner, "hashed": False}),
        st.just({"earner": earner, "hashed": True}),
        SALTS.map(lambda salt: {"earner": earner, "hashed": True, "salt": salt}),
        UNKNOWN.map(lambda members: {"earner": earner, "hashed": True, "members": members}),
    )


def _members(**optional: st.SearchStrategy[Any]) -> Drawn:
    known = st.fixed_dictionaries({}, optional=optional)
    return st.tuples(known, UNKNOWN).map(lambda pair: {**pair[1], **pair[0]})


def valid(
    *, versions: Sequence[str] = ("1.0",), signed: bool | None = None, images_too: bool = True
) -> Drawn:
    """Valid badges; only hosted or only signed ones, unless ``signed`` is ``None``.

    Raises:
        ValueError: when a version is unknown, or has no signed badges.
    """

    def of_kind(kind: tuple[str, bool]) -> Drawn:
        version, is_signed = kind
        if version == "0.5":
            return _old()
        return _linked(version, signed=is_signed, images_too=images_too)

    return chosen(_kinds(versions, signed=signed)).flatmap(of_kind)


def _kinds(versions: Sequence[str], *, signed: bool | None) -> list[tuple[str, bool]]:
    for version in versions:
        if version not in VERSIONS:
            raise ValueError(f"versions: expected some of {', '.join(VERSIONS)}, saw {version!r}")
    ways = (False, True) if signed is None else (signed,)
    kinds = [
        (version, is_signed)
        for version in versions
        for is_signed in ways
        if not (is_signed and version == "0.5")
    ]
    if not kinds:
        raise ValueError("versions: a 0.5 badge cannot be signed")
    return kinds


@cache  # validated once, not for each example
def _linked(version: str, *, signed: bool, images_too: bool) -> Drawn:
    """Badges of 1.0 and 1.1: three documents, with unknown members at every level."""
    alignment = st.fixed_dictionaries({"name": WORDS, "url": URLS}, optional={"description": WORDS})
    more = st.tuples(alignment, UNKNOWN).map(lambda pair: {**pair[1], **pair[0]})
    image = {"image": DATA_IMAGES} if images_too else {}
    return st.fixed_dictionaries(
        {
            "version": st.just(version),
            "signed": st.just(signed),
            "recipient": recipients(),
            "members": _members(issuedOn=TIMES, evidence=URLS, expires=TO_COME, **image),
            "badge_class": _members(
                name=WORDS,
                description=TEXTS,
                tags=st.lists(WORDS, max_size=3),
                alignment=st.lists(more, max_size=2),
                **image,
            ),
            "issuer": _members(
                name=WORDS,
                description=TEXTS,
                email=EMAILS,
                **({"image": st.just(DATA_IMAGE)} if images_too else {}),
            ),
        },
        optional={"verify": UNKNOWN},
    )


@cache  # validated once, not for each example
def _old() -> Drawn:
    """Badges of 0.5: one document, in which paths and dates are allowed."""
    return st.fixed_dictionaries(
        {
            "version": st.just("0.5"),
            "signed": st.just(False),  # noqa: FBT003 - the value that is drawn
            "recipient": recipients(),
            "members": _members(issued_on=MOMENTS | DAYS, evidence=URLS | PATHS, expires=TO_COME),
            "badge_class": _members(name=WORDS, description=TEXTS, criteria=URLS | PATHS),
            "issuer": _members(name=WORDS, org=WORDS, contact=EMAILS),
        }
    )


def flawed(*, versions: Sequence[str] = ("1.0",), signed: bool | None = None) -> Drawn:
    """A valid badge with one named flaw; without ``data:`` images, which hide flaws of images.

    Raises:
        ValueError: when a version is unknown, or has no signed badges.
    """
    choices = list(_flaw_choices(versions, signed=signed))

    @cache
    def with_flaw(choice: tuple[str, str, bool]) -> Drawn:
        name, version, is_signed = choice
        badges = valid(versions=(version,), signed=is_signed, images_too=False)
        return badges.map(lambda badge: {**badge, "flaw": name})

    return chosen(choices).flatmap(with_flaw)


def _flaw_choices(
    versions: Sequence[str], *, signed: bool | None
) -> Iterator[tuple[str, str, bool]]:
    kinds = _kinds(versions, signed=signed)
    for flaw in flaws().values():
        for version, is_signed in kinds:
            if flaw.fits(version=version, signed=is_signed):
                yield flaw.name, version, is_signed
