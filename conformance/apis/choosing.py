"""Which APIs a run tests: those that somebody named, or those that are found at the target."""

import asyncio
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from attrs import evolve, frozen

from conformance.apis.registry import APIS, DEFAULT
from conformance.core.api import api_facts
from conformance.core.catalogue import requirement
from conformance.core.errors import AuthoringError, HarnessError, NotProvoked
from conformance.engine.api import Api
from conformance.engine.probe import Sighting
from conformance.engine.session import RunOptions
from conformance.target.configuration.configuration import DEFAULT as UNSET
from conformance.target.configuration.configuration import Configuration
from conformance.target.http.client import Client, Wire, trust_of
from conformance.target.http.throttle import AllowedHosts, Throttle
from conformance.target.opening import check_name, mock, opened
from conformance.target.target import Target

LOOK_SECONDS = 10.0
"""How long a target may take to show one API."""
NOT_FOUND = "assumed, because no API was found; --api names another"
"""Why the default is tested, after a look that found nothing."""
BROKEN = "a defect of the mock breaks it"
STARTED = "the default of a target that the run starts; --api names others"
SCENARIOS = "scenarios"
"""The name of a folder with a folder for each API."""


@frozen
class ChosenApi:
    """An API that a run tests."""

    name: str
    profile: str
    """The set of answers by which the target is judged."""
    found: str
    """How the run came to test it."""
    is_seen: bool = False
    """Whether a look at the target showed it."""

    @property
    def api(self) -> Api:
        """The API itself."""
        return APIS[self.name]


def chosen_apis(
    configuration: Configuration, scenarios: Iterable[Path] = ()
) -> tuple[ChosenApi, ...]:
    """The APIs that a configuration names; without a name, those that the target shows.

    Scenarios that are all in the folder of an API say it before the target is looked at. A target
    that the run starts itself is not there to be looked at.

    Raises:
        AuthoringError: when a value is wrong, or the profile is one of another API.
    """
    if named := named_apis(configuration):
        return named
    if by_folder := _of_folders(scenarios):
        return _with_profiles(configuration, by_folder)
    options = RunOptions.of(configuration)
    if options.target.is_started:
        return _with_profiles(configuration, _of_defects(options) or {DEFAULT.name: STARTED})
    sightings = asyncio.run(sight_all(options))
    found = {name: sighting.saw for name, sighting in sightings.items() if sighting.is_there}
    if not found:
        return _with_profiles(configuration, {DEFAULT.name: _unfound(sightings)})
    return tuple(evolve(each, is_seen=True) for each in _with_profiles(configuration, found))


def named_apis(configuration: Configuration) -> tuple[ChosenApi, ...]:
    """The APIs that a configuration names, which may be none.

    Raises:
        AuthoringError: when the profile is one of another API.
    """
    setting = configuration.settings["api"]
    named = {name: f"named by {setting.source}" for name in APIS if name in setting.value}
    return _with_profiles(configuration, named) if named else ()


def usual_apis(configuration: Configuration) -> tuple[ChosenApi, ...]:
    """The APIs that a configuration names; without a name, the default.

    Raises:
        AuthoringError: when the profile is one of another API.
    """
    usual = {DEFAULT.name: "the default; --backpack-api names others"}
    return named_apis(configuration) or _with_profiles(configuration, usual)


def api_of_file(file: Path, chosen: Iterable[ChosenApi]) -> ChosenApi:
    """The API of a scenario file: the only one of a run, or that of its nearest folder.

    Raises:
        AuthoringError: when there are several, and the file is in the folder of none.
    """
    by_folder = {api_facts(each.name).folder: each for each in chosen}
    if len(by_folder) == 1:
        return next(iter(by_folder.values()))
    for above in file.resolve().parents:
        if above.name in by_folder:
            return by_folder[above.name]
    names = ", ".join(f"{name} ({each.name})" for name, each in by_folder.items())
    raise AuthoringError(
        f"of which API is {file}? Name one --api, or move it into a folder of an API: {names}"
    )


def api_of_folder(path: Path) -> str | None:
    """The API of a file or folder of scenarios in its folder of ``scenarios/``, else ``None``."""
    names = {api_facts(name).folder: name for name in APIS}
    below = (folder for above, folder in pairwise(path.resolve().parts) if above == SCENARIOS)
    return next((names[folder] for folder in below if folder in names), None)


def _of_folders(scenarios: Iterable[Path]) -> dict[str, str]:
    """The APIs in whose folders scenarios are; empty if one is in none."""
    names = {api_of_folder(path) for path in scenarios}
    if None in names:
        return {}
    return {name: f"{SCENARIOS}/{api_facts(name).folder}" for name in APIS if name in names}


def _of_defects(options: RunOptions) -> dict[str, str]:
    """The APIs that the defects of a mock break; empty without defects."""
    check_name(options.target.named)
    entries = [mock().defects()[name] for name in options.target.defects]
    broken = {
        api
        for entry in entries
        for name in entry.breaks
        for api in {*requirement(name).apis} & {*entry.apis}
    }
    return {name: BROKEN for name in APIS if name in broken}


def _unfound(sightings: Mapping[str, Sighting]) -> str:
    (first, sighting), *others = sightings.items()
    if len({each.saw.partition(": ")[2] or each.saw for each in sightings.values()}) == 1:
        alike = ", ".join(name for name, _ in others)
        return f"{NOT_FOUND} ({first}: {sighting.saw}; {alike}: the same)"
    seen = "; ".join(f"{name}: {sighting.saw}" for name, sighting in sightings.items())
    return f"{NOT_FOUND} ({seen})"


def _with_profiles(configuration: Configuration, found: Mapping[str, str]) -> tuple[ChosenApi, ...]:
    """Each API with its profile: the one that was chosen where it has that, else its first."""
    setting = configuration.settings["profile"]
    known = {name: tuple(api_facts(name).profiles) for name in found}
    if setting.source != UNSET and not any(setting.value in names for names in known.values()):
        names = dict.fromkeys(name for profiles in known.values() for name in profiles)
        message = f"profile: expected {' or '.join(names)} with the API {' and '.join(known)}"
        raise AuthoringError(f"{message}, saw {setting.value!r}")
    return tuple(
        ChosenApi(name, setting.value if setting.value in profiles else profiles[0], found[name])
        for name, profiles in known.items()
    )


async def sight_all(options: RunOptions) -> Mapping[str, Sighting]:
    """What a target shows of each API, by name.

    Raises:
        AuthoringError: when the name of the target is wrong.
    """
    care = Throttle(options.rate)
    client = Client(min(options.timeout, LOOK_SECONDS), trust_of(options.ca), care)
    try:
        async with opened(options.target, client) as target:
            care.allowed = AllowedHosts.of(target.hosts, target.root, ())
            return {name: await _sight(api, client, target) for name, api in APIS.items()}
    finally:
        await client.close()


async def _sight(api: Api, client: Client, target: Target) -> Sighting:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await api.sight(Wire(client, waits=False), target)
    except (HarnessError, NotProvoked) as error:
        return Sighting(is_there=False, saw=str(error))
    except TimeoutError:
        return Sighting(is_there=False, saw=f"no answer within {LOOK_SECONDS:g} seconds")
