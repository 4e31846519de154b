"""Forms of JSON values from outside: each can check a value and say itself as JSON Schema."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from attrs import field, frozen

from mock_backpack.core.quoting import quoted, suggestion

Schema: TypeAlias = dict[str, Any]


class Misfit(ValueError):
    """A value that has not the form that it must have, with what was expected and seen."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
        self.place = ""
        """Its place in the document, such as ``.grants[0].number``."""

    def __str__(self) -> str:
        return f"{self.place.removeprefix('.')}: {self.words}" if self.place else self.words

    def under(self, place: str) -> "Misfit":
        """The same, seen from the value that holds it."""
        self.place = place + self.place
        return self


def misfit(expected: str, value: Any, hint: str = "") -> Misfit:
    """A misfit in the usual words."""
    return Misfit(f"expected {expected}, saw {quoted(value)}{hint}")


class Form(Protocol):
    """The form of a value."""

    def check(self, value: Any) -> None:
        """See whether a value has the form.

        Raises:
            Misfit: with the place, what was expected and what was seen.
        """

    def schema(self) -> Schema:
        """The form as JSON Schema."""


@frozen
class Text:
    """A text."""

    shortest: int = 0
    longest: int = 10_000
    """In characters."""
    pattern: re.Pattern[str] | None = None
    expected: str = "a text"

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        if not isinstance(value, str) or (self.pattern and not self.pattern.fullmatch(value)):
            raise misfit(self.expected, value)
        if not self.shortest <= len(value) <= self.longest:
            raise misfit(f"{self.shortest} to {self.longest} characters", value)

    def schema(self) -> Schema:
        """See `Form.schema`."""
        least = {"minLength": self.shortest} if self.shortest else {}
        return {"type": "string", **least}


@frozen
class Number:
    """A number within bounds; with ``kind`` ``int`` a whole one."""

    least: float
    most: float
    kind: type = float

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        kinds = int if self.kind is int else (int, float)
        is_number = isinstance(value, kinds) and not isinstance(value, bool)
        if not is_number or not self.least <= value <= self.most:
            noun = "a whole number" if self.kind is int else "a number"
            raise misfit(f"{noun} from {self.least} to {self.most}", value)

    def schema(self) -> Schema:
        """See `Form.schema`."""
        kind = "integer" if self.kind is int else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}


@frozen
class OneOf:
    """One of some texts."""

    choices: tuple[str, ...]

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        if value not in self.choices:
            expected = f"one of {', '.join(self.choices)}"
            raise misfit(expected, value, suggestion(self.choices, value))

    def schema(self) -> Schema:
        """See `Form.schema`."""
        return {"enum": list(self.choices)}


@frozen
class Maybe:
    """Another form, or null."""

    form: Form

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        if value is not None:
            self.form.check(value)

    def schema(self) -> Schema:
        """See `Form.schema`."""
        return {"anyOf": [self.form.schema(), {"type": "null"}]}


@frozen
class ListOf:
    """A list of values of one form."""

    form: Form
    most: int = 10**9
    least: int = 0

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        if not isinstance(value, list):
            raise misfit("a list", value)
        if not self.least <= len(value) <= self.most:
            raise misfit(f"{self.least} to {self.most} items", len(value))
        for index, item in enumerate(value):
            try:
                self.form.check(item)
            except Misfit as error:
                raise error.under(f"[{index}]") from None

    def schema(self) -> Schema:
        """See `Form.schema`."""
        return {"type": "array", "items": self.form.schema()}


@frozen
class MapOf:
    """An object with names of any kind and values of one form."""

    form: Form
    most: int = 10**9

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        if not isinstance(value, dict):
            raise misfit("an object", value)
        if len(value) > self.most:
            raise misfit(f"at most {self.most} members", len(value))
        for name, item in value.items():
            try:
                self.form.check(item)
            except Misfit as error:
                raise error.under(f"[{quoted(name)}]") from None

    def schema(self) -> Schema:
        """See `Form.schema`."""
        return {"type": "object", "additionalProperties": self.form.schema()}


@frozen
class ObjectOf:
    """An object with these members and no others."""

    required: Mapping[str, Form]
    optional: Mapping[str, Form] = field(factory=dict)

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        if not isinstance(value, dict):
            raise misfit("an object", value)
        for name in self.required:
            if name not in value:
                raise misfit(f"a member {name}", value)
        for name, item in value.items():
            form = self.required.get(name) or self.optional.get(name)
            if form is None:
                known = (*self.required, *self.optional)
                raise misfit(
                    f"one of the members {', '.join(known)}", name, suggestion(known, name)
                )
            try:
                form.check(item)
            except Misfit as error:
                raise error.under(f".{name}") from None

    def schema(self) -> Schema:
        """See `Form.schema`."""
        members = {**self.required, **self.optional}
        return {
            "type": "object",
            "properties": {name: form.schema() for name, form in members.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


@frozen
class Other:
    """A value that a function checks; it raises `ValueError` with what was expected."""

    function: Callable[[Any], object]
    shape: Schema = field(factory=dict)

    def check(self, value: Any) -> None:
        """See `Form.check`."""
        try:
            self.function(value)
        except ValueError as error:
            raise Misfit(str(error)) from error

    def schema(self) -> Schema:
        """See `Form.schema`."""
        return self.shape
