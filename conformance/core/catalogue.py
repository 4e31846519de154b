"""The requirement catalogue, read from ``scenarios/requirements``: sentence, level, source."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.core.api import DEFAULT, api_facts, areas
from conformance.core.documents import read_text, read_yaml
from conformance.core.errors import AuthoringError
from conformance.core.requirement import Level, Requirement, Subject
from conformance.core.resources import folder
from conformance.core.schemas import misfit, validator

SHARED = "shared"
"""The folder of the areas that several APIs have."""
SHORT_NUMBER = re.compile(r"-(\d)$")
ALIKE = 0.6
"""How alike two names are, of which one was probably meant for the other; 1 means the same."""


@cache
def requirements() -> Mapping[str, Requirement]:
    """All requirements by id, in the order of the areas.

    Raises:
        AuthoringError: when a file of the catalogue is wrong.
    """
    entries = [entry for area in areas() for entry in read_area(_file(area))]
    return MappingProxyType({entry.id: entry for entry in entries})


def of_role(role: str, api: str = DEFAULT) -> list[Requirement]:
    """The requirements of an API for ``backpack`` or ``issuer``, in the order of its areas."""
    order = api_facts(api).areas
    own = [entry for entry in requirements().values() if entry.role == role and api in entry.apis]
    return sorted(own, key=lambda entry: order.index(entry.area))


def about(*subjects: Subject, api: str = DEFAULT) -> frozenset[str]:
    """The ids of the requirements of an API that are about one of these subjects."""
    everything = requirements().values()
    return frozenset(
        entry.id for entry in everything if entry.about in subjects and api in entry.apis
    )


def requirement(name: str) -> Requirement:
    """The requirement with this id, in any case.

    Raises:
        AuthoringError: with the ids that come close, when there is none.
    """
    entry = requirements().get(name.upper())
    if entry is None and (padded := SHORT_NUMBER.sub(r"-0\1", name.upper())) in requirements():
        raise AuthoringError(f"no requirement is called {name!r}: did you mean {padded}?")
    if entry is None:
        raise AuthoringError(f"no requirement is called {name!r}{did_you_mean(name.upper())}")
    return entry


def did_you_mean(name: str, known: Iterable[str] | None = None, alike: float = ALIKE) -> str:
    """``: did you mean …?`` with names that come close, else nothing."""
    close = difflib.get_close_matches(name, list(known or requirements()), n=2, cutoff=alike)
    return f": did you mean {' or '.join(close)}?" if close else ""


def read_area(file: Path) -> list[Requirement]:
    """The requirements of one file.

    Raises:
        AuthoringError: when the file does not fit ``schemas/requirement.json``, or has an id
            twice.
    """
    document = read_yaml(file)
    if wrong := misfit(validator("requirement"), document.value):
        raise AuthoringError(str(wrong), document.place(wrong.path))
    seen: set[str] = set()
    for number, entry in enumerate(document.value["requirements"]):
        if entry["id"] in seen:
            place = document.place(("requirements", number, "id"))
            raise AuthoringError(f"expected an id of its own, saw {entry['id']} again", place)
        seen.add(entry["id"])
    return [_entry(document.value, entry) for entry in document.value["requirements"]]


def _entry(area: Mapping[str, Any], entry: Mapping[str, Any]) -> Requirement:
    about = entry.get("about")
    kinds = {"level": Level(entry["level"]), "about": Subject(about) if about else None}
    name = area["area"]
    apis = tuple(api for api in areas().get(name, ()) if _has(api, name, entry["id"]))
    return Requirement(**{**entry, **kinds}, apis=apis, area=name, role=area["role"])


def _has(api: str, area: str, name: str) -> bool:
    """Whether an API has a requirement of one of its areas."""
    taken = api_facts(api).takes
    return area not in taken or name in taken[area]


def catalogue_hash(api: str = DEFAULT) -> str:
    """SHA-256 over the files about an API, in hex: which sentences a run was judged by.

    Of an area from which it takes a part, the ids of that part count as well.
    """
    digest, facts = hashlib.sha256(), api_facts(api)
    for area in facts.areas:
        digest.update(read_text(_file(area)).encode())
        digest.update(" ".join(facts.takes.get(area, ())).encode())
    return digest.hexdigest()


def area_titles() -> dict[str, str]:
    """From area to the title of its section."""
    return {area: read_yaml(_file(area)).value["title"] for area in areas()}


def _file(area: str) -> Path:
    api, *others = areas()[area]
    below = SHARED if others else api_facts(api).folder
    return folder("scenarios") / "requirements" / below / f"{area}.yaml"
