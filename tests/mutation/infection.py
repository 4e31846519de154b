"""Which mutants a scenario could tell from the original: those that compute another value.

Every expression without side effects is evaluated as it is and with each of its mutations. A
scenario in which a mutation always gives the same value cannot see the mutant, so it is not run.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

from attrs import field, frozen

from tests.mutation.mutants import Mutant

PROBE = "_mutation_probe"
PURE = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Compare, ast.Constant, ast.Dict, ast.DictComp,
    ast.FormattedValue, ast.GeneratorExp, ast.IfExp, ast.JoinedStr, ast.List, ast.ListComp,
    ast.Name, ast.Set, ast.SetComp, ast.Slice, ast.Starred, ast.Subscript, ast.Tuple, ast.UnaryOp,
    ast.comprehension,
)  # fmt: skip
PURE_CALLS = (
    "isinstance", "len", "str", "int", "float", "bool", "type", "origin_of", "target_of",
    "same", "web", "text", "picture", "place", "site", "is_hash", "is_picture", "is_place",
    "seconds_of", "name_of", "escape", "quote", "unquote_plus", "compare_digest", "get",
    "get_all", "startswith", "endswith", "lower", "upper", "casefold", "strip", "rstrip",
    "lstrip", "swapcase", "partition", "rpartition", "split", "removesuffix", "removeprefix",
    "replace", "encode", "decode", "fullmatch", "match", "search", "count", "ip_address",
    "hexdigest", "sha256", "new", "isascii", "values", "items", "keys", "urlsplit",
    "media_type", "belongs",
)  # fmt: skip
"""Functions and methods that change nothing, and consume nothing."""
SURE = ("any", "all", "next", "sorted", "max", "min", "set", "frozenset", "list", "tuple", "dict")
"""The same, but they may consume an iterator: only with an expression that makes a new one."""

Thunk: TypeAlias = Callable[[], Any]
Location: TypeAlias = tuple[ast.AST, str, int | None]


@frozen
class Infections:
    """Notes which mutations have computed another value."""

    watched: frozenset[str] = frozenset()
    seen: set[str] = field(factory=set)

    def probe(self, is_test: bool, original: Thunk, mutated: Mapping[str, Thunk]) -> Any:
        """The value of the original; raises what it raises."""
        found = _outcome(original, is_test)
        for name, thunk in mutated.items():
            if name not in self.seen and not _alike(found, _outcome(thunk, is_test)):
                self.seen.add(name)
        if isinstance(found, _Raised):
            raise found.error
        return found

    def install(self) -> None:
        """Let instrumented modules call the probe."""
        setattr(builtins, PROBE, self.probe)


@frozen
class _Raised:
    error: Exception


def _outcome(thunk: Thunk, is_test: bool) -> Any:
    try:
        value = thunk()
    except Exception as error:  # noqa: BLE001 - a mutation may raise anything
        return _Raised(error)
    return bool(value) if is_test else value


def _alike(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, _Raised):
        return type(one.error) is type(other.error) and str(one.error) == str(other.error)
    if isinstance(one, re.Match):
        return bool(one.span() == other.span() and one.groups() == other.groups())
    return bool(one is other or one == other)


def instrument(tree: ast.Module, mutants: list[Mutant]) -> Iterator[str]:
    """Put probes into a module, for good; the names of the mutants that are watched."""
    locations = dict(_locations(tree))
    groups: dict[int, tuple[ast.expr, dict[str, ast.expr]]] = {}
    for mutant in mutants:
        top = _top(mutant, locations)
        if top is not None:
            _, changed = groups.setdefault(id(top), (top, {}))
            changed[mutant.name] = _changed(top, mutant)
            yield mutant.name
    for top, changed in groups.values():
        _put(locations[id(top)], _call(top, changed, locations))
    ast.fix_missing_locations(tree)


def _locations(node: ast.AST) -> Iterator[tuple[int, Location]]:
    for name, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST):
                yield id(child), (node, name, index)
                yield from _locations(child)


def _top(mutant: Mutant, locations: Mapping[int, Location]) -> ast.expr | None:
    """The largest expression without side effects around a mutation, in a function."""
    node, top = mutant.place.node, None
    if not _is_pure(node) or not _is_pure(mutant.replacement):
        return None
    while _is_pure(node):
        if isinstance(node, ast.expr) and not isinstance(node, ast.Slice | ast.Starred):
            top = node
        node = locations[id(node)][0]
    parent = locations[id(top)][0]
    if top is None or isinstance(parent, ast.JoinedStr | ast.pattern | ast.FormattedValue):
        return None
    is_run_later = bool(mutant.place.lines) or isinstance(parent, ast.Lambda)
    return top if is_run_later and isinstance(getattr(top, "ctx", ast.Load()), ast.Load) else None


def _is_pure(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return _is_pure(node.value)
    if isinstance(node, ast.comprehension):
        return not node.is_async and not isinstance(node.iter, ast.Name) and _parts_pure(node)
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        fresh = name in SURE and not any(isinstance(argument, ast.Name) for argument in node.args)
        return (name in PURE_CALLS or fresh) and _parts_pure(node)
    return isinstance(node, PURE) and _parts_pure(node)


def _parts_pure(node: ast.AST) -> bool:
    return all(
        _is_pure(part)
        for part in ast.iter_child_nodes(node)
        if isinstance(part, ast.expr | ast.comprehension | ast.keyword) and not _is_stored(part)
    )


def _is_stored(node: ast.AST) -> bool:
    return any(isinstance(getattr(child, "ctx", None), ast.Store) for child in ast.walk(node))


def _changed(top: ast.expr, mutant: Mutant) -> ast.expr:
    place = mutant.place
    if place.node is top:
        return deepcopy(mutant.replacement)  # type: ignore[return-value]
    place.put(mutant.replacement)
    try:
        return deepcopy(top)
    finally:
        place.put(place.node)


def _call(
    top: ast.expr, changed: Mapping[str, ast.expr], locations: Mapping[int, Location]
) -> ast.expr:
    parent, name, _ = locations[id(top)]
    is_test = name == "test" or (name == "ifs" and isinstance(parent, ast.comprehension))
    thunks = ast.Dict([ast.Constant(key) for key in changed], [*map(_thunk, changed.values())])
    arguments: list[ast.expr] = [ast.Constant(is_test), _thunk(deepcopy(top)), thunks]
    return ast.Call(ast.Name(PROBE, ast.Load()), arguments, [])


def _thunk(body: ast.expr) -> ast.expr:
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(nothing, body)


def _put(location: Location, node: ast.AST) -> None:
    parent, name, index = location
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node
