"""Mutation operators that change whole statements."""

import ast
from collections.abc import Iterator, Mapping
from copy import copy
from types import MappingProxyType

from tests.mutation.operators import EXPRESSIONS, Operator
from tests.mutation.places import Place

DELETED = (ast.Expr, ast.AugAssign, ast.Delete, ast.Raise, ast.Continue, ast.Break)
"""Statements that can go without leaving a name unbound."""


def statement_deleted(place: Place) -> Iterator[ast.AST]:
    """A call, a ``raise``, a ``del``, or an assignment to a member is left out."""
    node = place.node
    if isinstance(node, DELETED) or (
        isinstance(node, ast.Assign) and not any(_binds(target) for target in node.targets)
    ):
        yield ast.Pass()


def returned_changed(place: Place) -> Iterator[ast.AST]:
    """A function that may say yes or no says one of them always; one that may give None does."""
    if not isinstance(place.node, ast.Return) or place.node.value is None:
        return
    if place.returns == "bool":
        yield ast.Return(ast.Constant(True))
        yield ast.Return(ast.Constant(False))
    elif "None" in place.returns:
        yield ast.Return(ast.Constant(None))


def handler_changed(place: Place) -> Iterator[ast.AST]:
    """An exception is swallowed, or one of several kinds is not caught."""
    node = place.node
    if not isinstance(node, ast.ExceptHandler):
        return
    if not isinstance(node.body[0], ast.Pass):
        swallowing = copy(node)
        swallowing.body = [ast.Pass()]
        yield swallowing
    passing = copy(node)
    passing.body = [ast.Raise()]
    yield passing


def context_removed(place: Place) -> Iterator[ast.AST]:
    """The block of a ``with`` without what was around it."""
    node = place.node
    if isinstance(node, ast.With) and not any(item.optional_vars for item in node.items):
        yield ast.If(ast.Constant(True), node.body, [])


def _binds(target: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) for node in ast.walk(target)
    )


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        **EXPRESSIONS,
        "statement": statement_deleted,
        "return": returned_changed,
        "handler": handler_changed,
        "context": context_removed,
    }
)
