"""Hypothesis strategies that draw credentials as scenarios write them."""

from typing import Any

from hypothesis import strategies as st

from conformance.openbadges.choices import WORDS, chosen, whole
from conformance.openbadges.v3.flaws import flaws_3
from conformance.openbadges.v3.variants import variants_3

LARGE = "large-image"
ENDLESS = "key-endless"
"""The flaw that is only seen by waiting."""
NEEDS_TLS = ("did-web",)
"""Variants that need an issuer site with https."""


def valid(*, jwt: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A valid credential: a variant, with texts of any characters, for a recipient in any form."""
    names = [
        name
        for name, variant in variants_3().items()
        if name not in (*NEEDS_TLS, LARGE) and (variant.jwt if jwt else variant.proof)
    ]
    return st.fixed_dictionaries(
        {
            "jwt": st.just(jwt),
            "variant": chosen(sorted(names)),
            "members": st.fixed_dictionaries({"name": WORDS}),
            "recipient": _recipients(),
        }
    )


def broken(*, jwt: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A credential with one flaw, whatever its texts are."""
    names = [
        name
        for name, flaw in flaws_3().items()
        if name != ENDLESS and (flaw.jwt if jwt else flaw.proof)
    ]
    return st.fixed_dictionaries(
        {
            "jwt": st.just(jwt),
            "flaw": chosen(sorted(names)),
            "members": st.fixed_dictionaries({"name": WORDS}),
        }
    )


def _recipients() -> st.SearchStrategy[dict[str, Any]]:
    salts = st.one_of(st.none(), whole(0, 999).map(lambda number: f"salt-{number}"))
    return st.fixed_dictionaries(
        {"earner": st.just("ada"), "hashed": chosen([True, False]), "salt": salts}
    )
