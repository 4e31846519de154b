"""Mutation operators: for a place in the source, the nodes that can replace it."""

import ast
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from types import MappingProxyType
from typing import Any, TypeAlias

from tests.mutation.patterns import other_patterns
from tests.mutation.places import Place

Operator: TypeAlias = Callable[[Place], Iterator[ast.AST]]

COMPARISONS: Mapping[type, tuple[type, ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OTHER_METHODS = {
    "fullmatch": "match",
    "match": "search",
    "partition": "rpartition",
    "rpartition": "partition",
    "startswith": "endswith",
    "endswith": "startswith",
    "any": "all",
    "all": "any",
    "max": "min",
    "min": "max",
    "setdefault": "get",
    "lower": "upper",
    "upper": "lower",
}
"""From the name of a function or method to one that takes the same arguments."""
TEXT_METHODS = (
    "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "swapcase", "removesuffix",
    "removeprefix", "replace",
)  # fmt: skip
"""Methods of a text that give a text."""
WRAPPERS = frozenset({"escape", "quote", "sorted", "str", "unquote_plus", "frozenset", "set"})
"""Functions whose first argument could often stand in their place."""
STATUSES = range(200, 600)


def comparison_swapped(place: Place) -> Iterator[ast.AST]:
    """``==`` becomes ``!=``, ``<`` becomes ``<=`` and ``>=``, ``in`` becomes ``not in``."""
    if isinstance(place.node, ast.Compare):
        for at, operation in enumerate(place.node.ops):
            for other in COMPARISONS[type(operation)]:
                swapped = copy(place.node)
                swapped.ops = [*place.node.ops[:at], other(), *place.node.ops[at + 1 :]]
                yield swapped


def condition_forced(place: Place) -> Iterator[ast.AST]:
    """The test of an ``if``, of a loop or of a comprehension is always true, or never."""
    is_test = place.field == "test" and isinstance(place.parent, ast.If | ast.IfExp)
    if is_test or (place.field == "ifs" and isinstance(place.parent, ast.comprehension)):
        yield ast.Constant(True)
        yield ast.Constant(False)
    elif place.field == "test" and isinstance(place.parent, ast.While):
        yield ast.Constant(False)


def boolean_changed(place: Place) -> Iterator[ast.AST]:
    """``and`` becomes ``or``, one of the operands is lost, or a ``not``."""
    node = place.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield ast.BoolOp(other, node.values)
        for at in range(len(node.values)):
            rest = node.values[:at] + node.values[at + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def number_changed(place: Place) -> Iterator[ast.AST]:
    """One more, one less, none; ``True`` becomes ``False``."""
    value = _constant(place)
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float) and value not in STATUSES:
        yield from map(ast.Constant, sorted({value + 1, max(value - 1, 0), 0} - {value}))


def status_changed(place: Place) -> Iterator[ast.AST]:
    """Another HTTP status of the same class, and one of another class."""
    value = _constant(place)
    if type(value) is int and value in STATUSES:
        first = value // 100 * 100
        yield ast.Constant(first if value != first else first + 4)
        yield ast.Constant(500 if value < 300 else 200)


def text_changed(place: Place) -> Iterator[ast.AST]:
    """An empty text, and the same in the other case; a text of several lines loses one."""
    value = _constant(place)
    if not isinstance(value, str | bytes) or not value:
        return
    yield ast.Constant(value[:0])
    lines = value.splitlines(keepends=True) if isinstance(value, str) else []
    if len(lines) > 2:
        for at in range(len(lines)):
            yield ast.Constant("".join(lines[:at] + lines[at + 1 :]))
    elif len(value.split()) == 1 and value.swapcase() != value:
        yield ast.Constant(value.swapcase())


def pattern_changed(place: Place) -> Iterator[ast.AST]:
    """A regular expression takes a little more, or a little less."""
    value, parent = _constant(place), place.parent
    if not isinstance(value, str) or not isinstance(parent, ast.Call) or place.index != 0:
        return
    if isinstance(parent.func, ast.Attribute) and ast.unparse(parent.func.value) == "re":
        yield from map(ast.Constant, other_patterns(value))


def operand_lost(place: Place) -> Iterator[ast.AST]:
    """Of ``a + b`` or ``a | b`` one side alone."""
    if isinstance(place.node, ast.BinOp):
        yield place.node.left
        yield place.node.right


def call_changed(place: Place) -> Iterator[ast.AST]:
    """Another method, or what the call was made on."""
    node = place.node
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    if name in OTHER_METHODS:
        other = copy(node)
        other.func = _renamed(node.func, OTHER_METHODS[name])
        yield other
    if name in TEXT_METHODS and isinstance(node.func, ast.Attribute):
        yield node.func.value
    if name in WRAPPERS and node.args:
        yield node.args[0]


def argument_dropped(place: Place) -> Iterator[ast.AST]:
    """A call without one of its keywords, or without its last argument."""
    node = place.node
    if not isinstance(node, ast.Call):
        return
    for at in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:at] + node.keywords[at + 1 :])
    if len(node.args) > 1:
        yield ast.Call(node.func, node.args[:-1], node.keywords)


def entry_dropped(place: Place) -> Iterator[ast.AST]:
    """A dict, list, set or tuple without one of its entries."""
    node = place.node
    if isinstance(node, ast.Dict):
        for at in range(len(node.keys)):
            keys, values = [*node.keys], [*node.values]
            del keys[at], values[at]
            yield ast.Dict(keys, values)
    elif isinstance(node, ast.List | ast.Set | ast.Tuple) and _is_read(node) and len(node.elts) > 1:
        for at in range(len(node.elts)):
            shorter: Any = copy(node)
            shorter.elts = node.elts[:at] + node.elts[at + 1 :]
            yield shorter


def slice_removed(place: Place) -> Iterator[ast.AST]:
    """``a[1:2]`` becomes ``a``."""
    if isinstance(place.node, ast.Subscript) and isinstance(place.node.slice, ast.Slice):
        yield place.node.value


def _constant(place: Place) -> Any:
    return place.node.value if isinstance(place.node, ast.Constant) else None


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def _is_read(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


EXPRESSIONS: Mapping[str, Operator] = MappingProxyType(
    {
        "comparison": comparison_swapped,
        "condition": condition_forced,
        "boolean": boolean_changed,
        "number": number_changed,
        "status": status_changed,
        "text": text_changed,
        "pattern": pattern_changed,
        "operand": operand_lost,
        "call": call_changed,
        "argument": argument_dropped,
        "entry": entry_dropped,
        "slice": slice_removed,
    }
)
