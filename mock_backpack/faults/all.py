"""All misbehaviours of a mock: the faults of every Backpack, and the defects of its APIs."""

from collections.abc import Iterable
from functools import cache

from mock_backpack import faults
from mock_backpack.apis.all import APIS
from mock_backpack.apis.api import Api
from mock_backpack.core.misbehaviours import Misbehaviours


def misbehaviours_of(apis: Iterable[Api]) -> Misbehaviours:
    """The faults and defects of a mock with these APIs; mocks with the same share them."""
    return _of(tuple(apis))


@cache  # the hundreds of entries never change, and a process may start thousands of mocks
def _of(apis: tuple[Api, ...]) -> Misbehaviours:
    endpoints = dict.fromkeys(endpoint for api in apis for endpoint in api.endpoints)
    packages: dict[str, tuple[str, ...]] = {faults.__name__: ()}
    for api in apis:
        for package in api.defects:
            packages[package] = (*packages.get(package, ()), api.name)
    facts = [api.facts for api in apis]
    return Misbehaviours(tuple(endpoints), packages, facts)


MISBEHAVIOURS = misbehaviours_of(APIS)
"""Of a mock with all of them."""
