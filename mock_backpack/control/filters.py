"""Filters of a journal, as queries have them: what can match nothing is refused."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import frozen

from mock_backpack.core.emails import queried_email
from mock_backpack.core.entry import Entry
from mock_backpack.core.errors import ApiError
from mock_backpack.core.journal import Test
from mock_backpack.core.misbehaviours import METHODS, UnknownName
from mock_backpack.core.origin import origin_of
from mock_backpack.core.quoting import one_of, quoted
from mock_backpack.core.rules import BY_HEADER
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.issuer.situations import situations

MOST_DIGITS = 18
STATUS = re.compile(r"[1-5](?:[0-9]{2}|xx)", re.ASCII)
PATH = re.compile(r"[^\s?#\x00-\x1f]+")
RULE_ID = re.compile(r"r([1-9][0-9]{0,14})", re.ASCII)


@frozen
class Filter:
    """Which entries somebody asks for."""

    tests: tuple[Test, ...] = ()

    def __call__(self, entry: Entry) -> bool:
        return all(test(entry) for test in self.tests)


def read_filter(query: Mapping[str, str], sandbox: Sandbox) -> Filter:
    """A filter from the parameters of a query; others are ignored.

    Raises:
        ApiError: 400 when one of them can match nothing.
    """
    tests = []
    for name, read in READERS.items():
        if name in query:
            try:
                tests.append(read(query[name], sandbox))
            except ValueError as error:
                raise ApiError(400, f"{name}: {error}") from error
    return Filter(tuple(tests))


Reader: TypeAlias = Callable[[str, Sandbox], Test]
"""Makes a test of a value; raises `ValueError` with what was expected and what was seen."""


def _endpoint(value: str, sandbox: Sandbox) -> Test:
    endpoints = sandbox.shared.journalled
    if value not in endpoints:
        raise ValueError(one_of(endpoints, value))
    return lambda entry: entry.endpoint == value


def _method(value: str, _sandbox: Sandbox) -> Test:
    method = value.upper()
    if method not in METHODS:
        raise ValueError(one_of(METHODS, value))
    return lambda entry: entry.method == method


def _path(value: str, _sandbox: Sandbox) -> Test:
    if not PATH.fullmatch(value):
        expected = "the end of a path, without query and blanks"
        raise ValueError(f"expected {expected}, saw {quoted(value)}")
    return lambda entry: entry.target.partition("?")[0].endswith(value)


def _status(value: str, _sandbox: Sandbox) -> Test:
    if not STATUS.fullmatch(value):
        raise ValueError(f"expected a status such as 201, or 4xx, saw {quoted(value)}")
    if value.endswith("xx"):
        return lambda entry: entry.status is not None and entry.status // 100 == int(value[0])
    return lambda entry: entry.status == int(value)


def _earner(value: str, _sandbox: Sandbox) -> Test:
    email = queried_email(value)
    return lambda entry: entry.earner == email


def _origin(value: str, _sandbox: Sandbox) -> Test:
    origin = origin_of(value)
    return lambda entry: entry.origin == origin


def _rule(value: str, sandbox: Sandbox) -> Test:
    """By the id of a rule that is or was armed, or by the name of a fault or defect."""
    match = RULE_ID.fullmatch(value)
    if match and int(match[1]) > sandbox.rules.last:
        raise ValueError(f"expected the id of a rule that was armed, saw {quoted(value)}")
    if match or value == BY_HEADER:
        return lambda entry: any(value == rule for rule, _ in entry.applied)
    try:
        name = sandbox.shared.misbehaviours.entry(value).name
    except UnknownName as error:
        raise ValueError(str(error)) from error
    return lambda entry: any(name == applied for _, applied in entry.applied)


def _broke(value: str, sandbox: Sandbox) -> Test:
    requirements = sandbox.shared.requirements
    if value in requirements:
        return lambda entry: value in entry.broke
    judged = {name for situation in situations().values() for name in situation.tests}
    if value in judged:
        known = ", ".join(requirements)
        raise ValueError(
            f"expected a requirement that one request alone can break, one of {known}; "
            f"GET /_mock/verdict judges {value}"
        )
    raise ValueError(one_of(requirements, value))


def _since(value: str, sandbox: Sandbox) -> Test:
    number, last = whole(value), sandbox.journal.last_number
    if number > last:
        raise ValueError(f"expected at most {last}, the newest number, saw {quoted(value)}")
    return lambda entry: entry.number > number


READERS: Mapping[str, Reader] = {
    "endpoint": _endpoint,
    "method": _method,
    "path": _path,
    "status": _status,
    "earner": _earner,
    "origin": _origin,
    "rule": _rule,
    "broke": _broke,
    "since": _since,
}
FILTERS = tuple(READERS)


def whole(value: str) -> int:
    """A whole number of a query.

    Raises:
        ValueError: when it is none.
    """
    if not (value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS):
        raise ValueError(f"expected a whole number, saw {quoted(value)}")
    return int(value)
