"""Which of many similar tests run at every change; the others are left to ``tox -e exhaustive``."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from conformance.core.catalogue import requirement


def one_of_each_area(
    names: Iterable[str],
    breaks: Callable[[str], Iterable[str]],
    marks: Callable[[str], Iterable[pytest.MarkDecorator]] = lambda _name: (),
) -> list[Any]:
    """The names of defects as parameters of a test, of which the first of each area always runs.

    Args:
        names: the defects.
        breaks: the requirements that a defect breaks.
        marks: marks that the test of a defect has in any case.
    """
    known, parameters = set[str](), []
    for name in names:
        areas = {requirement(broken).area for broken in breaks(name)}
        left = [pytest.mark.exhaustive] if areas and areas <= known else []
        parameters.append(pytest.param(name, id=name, marks=[*marks(name), *left]))
        known |= areas
    return parameters
