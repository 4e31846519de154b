"""The configuration of a run: every value, and where it was said.

An option wins over a variable, a variable over the file, the file over the default.
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
"""How the name of a target begins that an adapter starts."""
TARGET, TARGET_VARIABLE = "target", "BACKPACK_TARGET"
"""What names the target, or the file about it."""


@frozen
class Setting:
    """A value, and who said it."""

    key: Key
    value: Any
    source: str = DEFAULT
    """``--timeout``, ``BACKPACK_TIMEOUT``, ``target.toml:3`` or ``default``."""
    lines: tuple[str, ...] = ()
    """Of each of several values in a file: where it stands, as ``source`` says it."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Who said each of several values."""
        return self.lines or (self.source,) * len(self.value)

    @property
    def advice(self) -> str:
        """The three ways to say something else."""
        return f"{self.key.option}, {self.key.variable} or {self.key.name} in {NAME}"


@frozen
class Configuration:
    """All that was said of a target."""

    settings: Mapping[str, Setting]
    """By the name of the key, such as ``pages.access``; all keys that are options."""
    recipe: tuple[Mapping[str, Any], ...] = ()
    """The steps of the consent recipe, as the file has them."""
    revoking: tuple[Mapping[str, Any], ...] = ()
    """The steps of the recipe for the settings page."""
    file: Path | None = None
    passwords: Mapping[str, str] = field(factory=dict, repr=False)
    """From the e-mail of an earner to their password, in the order in which they were given."""

    def __getitem__(self, name: str) -> Any:
        """The value of a key."""
        return self.settings[name].value

    @property
    def allowed(self) -> frozenset[str] | None:
        """Kinds of scenarios that may hurt and are allowed; ``None`` when nobody said anything."""
        setting = self.settings["care.allow"]
        return None if setting.source == DEFAULT else frozenset(setting.value) - {"none"}

    @property
    def target(self) -> str:
        """What the target is called: its URL, or the adapter that starts it."""
        url = self.settings["url"]
        adapter = self["adapter.python"] or " ".join(self["adapter.command"] or ())
        return f"{ADAPTER}:{adapter}" if adapter and url.source == DEFAULT else str(url.value)


def configured(texts: Mapping[str, Any], environment: Mapping[str, str]) -> Configuration:
    """The configuration out of options, by flag, and variables; the file is found by itself.

    An option that was not given is ``None`` or an empty list.

    Raises:
        AuthoringError: with option, variable, or file and line, when something is wrong.
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
        passwords=passwords,
    )


def _file(given: Mapping[str, Any], environment: Mapping[str, str]) -> Path | None:
    """The file that was named, or the one that lies here; it says nothing of a mock."""
    target = str(given.get(TARGET, environment.get(TARGET_VARIABLE, "")))
    named = given.get(CONFIG) or environment.get(CONFIG_VARIABLE)
    if target.endswith(SUFFIX):
        return Path(target)
    if named:
        return Path(named)
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
    """What texts say; each of several adds to what the others said."""
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
    """Whether something stands at a path, and what."""
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
