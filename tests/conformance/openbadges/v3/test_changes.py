"""Flaws and variants are what they say."""

import json

import pytest

from conformance.openbadges.v3.credential import identity_of
from conformance.openbadges.v3.flaws import flaws_3
from conformance.openbadges.v3.variants import variants_3
from tests.conformance.openbadges.v3.credentials import EMAIL, credential, each


def test_there_are_enough_of_them():
    """Of proofs, headers, claims, keys, contexts, members and times."""
    kinds = ("proof-", "signature-", "jws-", "header-", "claim-", "key-", "context-", "term-")
    assert all(any(name.startswith(kind) for name in flaws_3()) for kind in kinds)
    assert len(flaws_3()) >= 60
    assert not set(flaws_3()) & set(variants_3())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "jwt"), [*each(flaws_3()), *each(variants_3())])
def test_a_change_changes_something(name, jwt):
    """What is pushed, or what is served."""
    usual = credential(jwt=jwt)
    changed = {**flaws_3(), **variants_3()}[name].change(usual)
    is_served = changed.served() != usual.served()
    assert is_served or json.dumps(changed.pushed()) != json.dumps(usual.pushed())


def test_a_hashed_identity_has_its_salt_behind_the_address():
    """``sha256$`` and the hash of both, in hex."""
    salted = identity_of("a@b.c", hashed=True, salt="d")
    assert salted["identityHash"] == identity_of("a@b.cd", hashed=True)["identityHash"]
    assert identity_of(EMAIL, hashed=False)["identityHash"] == EMAIL
