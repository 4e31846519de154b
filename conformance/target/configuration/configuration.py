"""The configuration of a run: every value with its source.

Options override environment variables, which override the file, which overrides the defaults.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.documents import Document
from conformance.core.errors import AuthoringError
from conformance.core.schemas import compiled, misfit
from conformance.target.configuration.file import NAME, SUFFIX, read_target
from conformance.target.configuration.keys import SEVERAL, Key, keys
from conformance.target.configuration.texts import read

DEFAULT = "default"
CONFIG = "config"
"""The flag that names the file."""
CONFIG_VARIABLE = "BACKPACK_CONFIG"
ADAPTER = "adapter"
"""The prefix of the name of a target that an adapter starts."""
TARGET, TARGET_VARIABLE = "target", "BACKPACK_TARGET"
"""The option and variable that name the target or its configuration file."""


@frozen
class Setting:
    """A value, and its source."""

    key: Key
    value: Any
    source: str = DEFAULT
    """``--timeout``, ``BACKPACK_TIMEOUT``, ``target.toml:3`` or ``default``."""
    lines: tuple[str, ...] = ()
    """The source of each value, if there are several in a file."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The source of each of several values."""
        return self.lines or (self.source,) * len(self.value)

    @property
    def advice(self) -> str:
        """The three ways to set the value."""
        return f"{self.key.option}, {self.key.variable} or {self.key.name} in {NAME}"


@frozen
class Configuration:
    """The configuration of a target."""

    settings: Mapping[str, Setting]
    """By the name of the key, such as ``pages.access``; all keys that are options."""
    recipe: tuple[Mapping[str, Any], ...] = ()
    """The steps of the consent recipe from the file."""
    revoking: tuple[Mapping[str, Any], ...] = ()
    """The steps of the revoke recipe for the settings page."""
    dialog: Mapping[str, str] = field(factory=dict)
    """The selectors of the dialog of the Issuer API from the file."""
    file: Path | None = None
    passwords: Mapping[str, str] = field(factory=dict, repr=False)
    """From the e-mail of an earner to their password, in the given order."""

    def __getitem__(self, name: str) -> Any:
        """The value of a key."""
        return self.settings[name].value

    @property
    def allowed(self) -> frozenset[str] | None:
        """Kinds of scenarios that may hurt and are allowed; ``None`` if not configured."""
        setting = self.settings["care.allow"]
        return None if setting.source == DEFAULT else frozenset(setting.value) - {"none"}

    @property
    def target(self) -> str:
        """The name of the target: its URL, or the adapter that starts it."""
        url = self.settings["url"]
        adapter = self["adapter.python"] or " ".join(self["adapter.command"] or ())
        return f"{ADAPTER}:{adapter}" if adapter and url.source == DEFAULT else str(url.value)


def configured(texts: Mapping[str, Any], environment: Mapping[str, str]) -> Configuration:
    """The configuration out of options, by flag, and variables; the file is found by itself.

    An option that was not given is ``None`` or an empty list. The file need not be given.

    Raises:
        AuthoringError: when a value is invalid; names the option, variable, or file and line.
    """
    given = {name: value for name, value in texts.items() if value not in (None, (), [])}
    file = _file(given, environment)
    if str(given.get(TARGET, "")).endswith(SUFFIX):
        del given[TARGET]
    if environment.get(TARGET_VARIABLE, "").endswith(SUFFIX):
        environment = {name: text for name, text in environment.items() if name != TARGET_VARIABLE}
    document = None if file is None else read_target(file)
    settings = {key.name: _setting(key, given, environment, document) for key in keys()}
    configuration = Configuration(settings, file=file)
    passwords = dict(_passwords(settings["earners"], environment))
    recipes = document.value if document else {}
    return evolve(
        configuration,
        recipe=tuple(recipes.get("consent", ())),
        revoking=tuple(recipes.get("revoke", ())),
        dialog=dict(recipes.get("dialog", {})),
        passwords=passwords,
    )


def _file(given: Mapping[str, Any], environment: Mapping[str, str]) -> Path | None:
    """The given file, or the one in the current folder, which does not apply to the mock."""
    target = str(given.get(TARGET, environment.get(TARGET_VARIABLE, "")))
    file_name = given.get(CONFIG) or environment.get(CONFIG_VARIABLE)
    if target.endswith(SUFFIX):
        return Path(target)
    if file_name:
        return Path(file_name)
    is_mock = target.partition(":")[0] == "mock"
    here = Path(NAME)
    return here if here.is_file() and not is_mock else None


def _setting(
    key: Key, given: Mapping[str, Any], environment: Mapping[str, str], document: Document | None
) -> Setting:
    if key.flag in given:
        return _read(key, _texts(given[key.flag]), key.option)
    if key.variable in environment:
        return _read(key, (environment[key.variable],), key.variable)
    path = tuple(key.name.split("."))
    in_file, value = _at(document.value if document else {}, path)
    if document is not None and in_file:
        if key.written == "path":
            value = str(document.file.parent / value)
        places: list[tuple[str | int, ...]] = (
            [(*path, n) for n in range(len(value))] if key.written == "accounts" else []
        )
        lines = tuple(str(evolve(document.place(place), column=0)) for place in places)
        return Setting(key, value, str(evolve(document.place(path), column=0)), lines)
    return Setting(key, key.default)


def _texts(value: Any) -> Iterable[str]:
    return map(str, value) if isinstance(value, list | tuple) else (str(value),)


def _read(key: Key, texts: Iterable[str], source: str) -> Setting:
    """The value of one or more texts; several lists are concatenated."""
    try:
        values = [read(key.written, text) for text in texts]
    except AuthoringError as error:
        raise AuthoringError(f"{source}: {error.message}") from None
    value = (
        [element for part in values for element in part] if key.written in SEVERAL else values[-1]
    )
    if wrong := misfit(compiled(key.schema), value):
        raise AuthoringError(f"{source}: expected {wrong.expected}, saw {wrong.saw}")
    return Setting(key, value, source)


def _at(value: Mapping[str, Any], path: tuple[str, ...]) -> tuple[bool, Any]:
    """Whether there is a value at a path, and the value."""
    for name in path:
        if name not in value:
            return False, None
        value = value[name]
    return True, value


def _passwords(earners: Setting, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for account in earners.value:
        variable = account.get("password_variable")
        if variable is not None and variable not in environment:
            raise AuthoringError(
                f"{earners.source}: the password of {account['email']} is read from the "
                f"variable {variable}, which is not set"
            )
        yield account["email"], environment[variable] if variable else account.get("password", "")
