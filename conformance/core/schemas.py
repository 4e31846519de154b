"""JSON Schemas: find them, compile them once, and say in words what does not fit."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property
from typing import Any

from attrs import define, frozen
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema_rs import Draft202012Validator as QuickValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from rfc3339_validator import validate_rfc3339
from rfc3986_validator import validate_rfc3986

from conformance.core.documents import read_json
from conformance.core.plain import json_text, shortened
from conformance.core.resources import folder

ROOT = "backpack-conformance:"
FORMATS = FormatChecker(formats=())
"""Only what is registered here: a schema with another format would be left unchecked."""
WORDS = {
    "pattern": "a text like {}",
    "format": "a {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "minProperties": "at least {} members",
    "maxProperties": "at most {} members",
    "uniqueItems": "entries that all differ",
    "contains": "an entry of a certain form",
}
"""What a keyword of JSON Schema wants."""
ALTERNATIVES = ("anyOf", "oneOf")
SHOWN_LENGTH = 160
"""Characters of a value in a message."""


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    """An absolute URI (RFC 3986); only texts are judged."""
    return not isinstance(value, str) or bool(validate_rfc3986(value, rule="URI"))


@FORMATS.checks("regex")
def is_regex(value: object) -> bool:
    """A pattern that Python's ``re`` understands; only texts are judged."""
    try:
        return not isinstance(value, str) or bool(re.compile(value))
    except re.error:
        return False


@FORMATS.checks("css-selector")
def is_selector(value: object) -> bool:
    """A CSS selector; only texts are judged."""
    from soupsieve import SelectorSyntaxError, compile  # noqa: A004, PLC0415 - slow, seldom needed

    try:
        return not isinstance(value, str) or bool(compile(value))
    except (SelectorSyntaxError, NotImplementedError):
        return False


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    """An RFC 3339 time; only texts are judged."""
    return not isinstance(value, str) or bool(validate_rfc3339(value.upper()))


class _Pattern:
    """The keyword ``pattern`` by Python's ``re``, as ``jsonschema`` reads it.

    In other dialects, ``\\s`` is not quite the same, so that more would fit.
    """

    def __init__(self, _parent: Mapping[str, Any], pattern: str, _path: list[str]) -> None:
        self.pattern = re.compile(pattern)

    def validate(self, value: object) -> None:
        """Raises ``ValueError`` for a text without the pattern."""
        if isinstance(value, str) and not self.pattern.search(value):
            raise ValueError(self.pattern.pattern)


@define(eq=False)
class Schema:
    """A compiled schema.

    Almost every value fits. That is seen by ``jsonschema_rs``, some hundred times faster than by
    ``jsonschema``, which judges, and explains, whatever the former does not accept.
    """

    whole: Mapping[str, Any]

    def is_valid(self, value: object) -> bool:
        """Whether a value fits."""
        return not self.errors(value)

    def errors(self, value: object) -> list[ValidationError]:
        """Every error of a value; none when it fits."""
        try:
            fits = self._quick is not None and self._quick.is_valid(value)
        except ValueError:  # what UTF-8 cannot hold, such as half of a surrogate pair
            fits = False
        return [] if fits else list(self._thorough.iter_errors(value))

    @cached_property
    def _quick(self) -> QuickValidator | None:
        """``None`` when its patterns are of Python and of no other language."""
        checks = {name: check for name, (check, _) in FORMATS.checkers.items()}
        try:
            return QuickValidator(
                dict(self.whole),
                formats=checks,
                validate_formats=True,
                keywords={"pattern": _Pattern},
                retriever=_ours,
            )
        except ValueError:
            return None

    @cached_property
    def _thorough(self) -> Draft202012Validator:
        return Draft202012Validator(self.whole, registry=registry(), format_checker=FORMATS)


@frozen
class Misfit:
    """One thing about a value that its schema does not allow."""

    path: tuple[str | int, ...]
    expected: str
    saw: str
    unknown_key: str | None = None
    """The key that no schema knows, when that is the trouble."""
    known_keys: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The path with dots, such as ``body.badge.uid``."""
        return ".".join(map(str, self.path))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.path else ""
        return f"{place}expected {self.expected}, saw {self.saw}"


METASCHEMA = Schema({"$ref": "https://json-schema.org/draft/2020-12/schema"})
"""What every JSON Schema fits."""


def wrong_schema(schema: Mapping[str, Any]) -> str:
    """What is wrong with a JSON Schema; ``""`` when nothing is."""
    error = best_match(METASCHEMA.errors(schema))
    if error is None:
        return ""
    at = ".".join(map(str, error.absolute_path))
    return f"expected a JSON Schema: {at or 'the whole'}: {error.message}"


ABSENT = "no such member"
"""What is seen where a member is missing."""
DOCUMENTED = "documented"
"""The set of named answers that an API's document allows."""
FRAMES = "frames/"
"""Below ``schemas/``: what generated schemas are made of."""


@cache
def schema_names(below: str) -> tuple[str, ...]:
    """The names of the schemas in a folder of ``schemas/``, sorted, without ``.json``."""
    files = (folder("schemas") / below).glob("*.json")
    return tuple(sorted(file.stem for file in files if file.stem != "parts"))


@cache
def all_schemas() -> tuple[str, ...]:
    """The names of all schemas, sorted, without those of which others are made."""
    root = folder("schemas")
    names = (str(file.relative_to(root).with_suffix("")) for file in root.rglob("*.json"))
    return tuple(
        sorted(name for name in names if not name.endswith("parts") and FRAMES not in name)
    )


@cache
def profiles(answers: str) -> tuple[str, ...]:
    """The sets of named answers in a folder; the first is what the document allows."""
    names = {entry.name for entry in (folder("schemas") / answers).iterdir() if entry.is_dir()}
    return (DOCUMENTED, *sorted(names - {DOCUMENTED}))


def answer_names(answers: str) -> tuple[str, ...]:
    """The names of the answers in a folder; the documented set has all of them."""
    return schema_names(f"{answers}/{DOCUMENTED}")


def answer_schema(profile: str, name: str) -> str:
    """The schema of a named answer in the folder of a profile.

    An answer that a profile does not have is the documented one.
    """
    documented = f"{profile.rpartition('/')[0]}/{DOCUMENTED}"
    return f"{profile if name in schema_names(profile) else documented}/{name}"


@cache
def load(name: str) -> Mapping[str, Any]:
    """A schema of ours by its path below ``schemas/``, without ``.json``.

    Raises:
        AuthoringError: when it is not there, or no JSON.
    """
    schema: Mapping[str, Any] = read_json(folder("schemas") / f"{name}.json")
    return schema


@cache
def validator(name: str) -> Schema:
    """The compiled schema of this name."""
    return compiled({"$ref": f"{ROOT}{name}.json"}, load(name).get("title", ""))


def compiled(schema: Mapping[str, Any], title: str = "") -> Schema:
    """A schema that may refer to ours by ``backpack-conformance:<name>.json``."""
    return Schema({**schema, "title": title} if title else schema)


@cache
def registry() -> Registry[Any]:
    """Where references to our schemas lead."""
    return Registry(retrieve=_retrieve)  # type: ignore[call-arg] # an alias that mypy does not see


def _retrieve(uri: str) -> Resource[Any]:
    return Resource.from_contents(_ours(uri), default_specification=DRAFT202012)


def _ours(uri: str) -> dict[str, Any]:
    return dict(load(uri.removeprefix(ROOT).removesuffix(".json")))


def misfit(schema: Schema, value: object) -> Misfit | None:
    """The most telling reason why a value does not fit; ``None`` when it does.

    That no alternative fits tells less than one thing that is wrong beside them.
    """
    errors = schema.errors(value)
    plain = [each for each in errors if each.validator not in ALTERNATIVES]
    error = best_match(plain or errors)
    return None if error is None else next(_misfits_of(error))


def every_misfit(schema: Schema, value: object) -> list[Misfit]:
    """Every reason why a value does not fit, one for each part of it.

    Of alternatives those of the one that comes closest, and only when nothing else is wrong.
    """
    errors = schema.errors(value)
    plain = [error for error in errors if error.validator not in ALTERNATIVES]
    leaves = plain or [leaf for error in errors for leaf in _of_closest(error)]
    by_place: dict[tuple[str | int, ...], Misfit] = {}
    for leaf in leaves:
        for wrong in _misfits_of(leaf):
            by_place.setdefault(wrong.path, wrong)
    return list(by_place.values())


def _of_closest(error: ValidationError) -> list[ValidationError]:
    """The errors of the alternative that a value comes closest to."""
    branches: dict[Any, list[ValidationError]] = {}
    for cause in error.context or () if error.validator in ALTERNATIVES else ():
        branches.setdefault(cause.relative_schema_path[0], []).append(cause)
    if not branches:
        return [error]
    return [leaf for cause in min(branches.values(), key=_distance) for leaf in _of_closest(cause)]


def _distance(errors: Sequence[ValidationError]) -> tuple[bool, int]:
    """How far a value is from an alternative: of another type as a whole, or in so many parts."""
    is_other = any(error.validator == "type" and not error.relative_path for error in errors)
    return is_other, len(errors)


def misfits(schema: Schema, value: object) -> Iterator[Misfit]:
    """Every reason why a value does not fit, in the order of the document."""
    errors = sorted(schema.errors(value), key=lambda error: [str(p) for p in error.absolute_path])
    found = (wrong for error in errors for wrong in _misfits_of(best_match([error]) or error))
    yield from dict.fromkeys(found)


def reading(schema: Mapping[str, Any], value: object) -> str:
    """The title of the ``anyOf`` branch that a fitting value takes; ``""`` when there is none."""
    for branch in schema.get("anyOf", ()):
        if compiled(branch).is_valid(value):
            return str(branch.get("title", ""))
    return ""


def _misfits_of(failed: ValidationError) -> Iterator[Misfit]:
    """One for each missing member; of any other keyword there is one."""
    if failed.validator != "required":
        yield _as_misfit(failed)
        return
    # jsonschema has an error for each missing member, and names the member only in its message
    error: Any = failed
    for name in error.validator_value:
        if name not in error.instance:
            yield Misfit((*error.absolute_path, name), _expected(error, name), ABSENT)


def _as_misfit(failed: ValidationError) -> Misfit:
    error: Any = failed  # its attributes depend on the keyword that failed
    path = tuple(error.absolute_path)
    instance = error.instance
    match error.validator:
        case "dependentRequired":
            dependents = error.validator_value.items()
            needed = (n for name, others in dependents if name in instance for n in others)
            missing = next(name for name in needed if name not in instance)
            return Misfit((*path, missing), _expected(error, missing), ABSENT)
        case "additionalProperties" | "unevaluatedProperties":
            known = tuple(error.schema.get("properties", ()))
            unknown = _unknown(instance, known, error.schema.get("patternProperties", ()))
            expected = f"one of {', '.join(known)}"
            return Misfit((*path, unknown), expected, f"{unknown!r}", unknown, known)
        case "not":
            title = error.validator_value.get("title", "something else")
            return Misfit(path, f"not {title}", brief(instance))
    return Misfit(path, _described(error.schema, error), brief(instance))


def _unknown(instance: Mapping[str, Any], known: Iterable[str], patterns: Iterable[str]) -> str:
    return next(
        name
        for name in instance
        if name not in known and not any(re.search(pattern, name) for pattern in patterns)
    )


def _expected(error: Any, missing: str) -> str:
    described = error.schema.get("properties", {}).get(missing, {})
    return str(described.get("title") or f"a member {missing}")


def _described(schema: Mapping[str, Any], error: Any) -> str:
    """What a schema wants, in words: its title, else what its failing keyword says."""
    if not isinstance(schema, Mapping):
        return ABSENT
    if "title" in schema:
        return str(schema["title"])
    limit = error.validator_value
    match error.validator:
        case "const":
            return brief(limit)
        case "enum":
            return f"one of {', '.join(map(brief, limit))}"
        case "type":
            return " or ".join([limit] if isinstance(limit, str) else limit)
        case "minLength" if limit == 1:
            return "a non-empty string"
        case "anyOf" | "oneOf":
            return "one of several forms"
    words = WORDS.get(error.validator)
    return words.format(limit) if words else f"what {error.validator} asks"


def brief(value: object) -> str:
    """A value as it is shown in a message: bounded in length, objects and lists as JSON."""
    text = repr(value)
    if value is None or isinstance(value, bool | list | dict):
        with suppress(TypeError):  # TOML has times, which JSON has not
            text = json_text(value)
    return shortened(text, SHOWN_LENGTH)
