"""The places of a module's syntax tree where a change may be made."""

import ast
from collections.abc import Iterator

from attrs import evolve, frozen

UNTOUCHED = frozenset({"annotation", "returns", "decorator_list", "format_spec", "op", "ctx"})
"""Fields of nodes that say nothing about what is sent, or that an operator changes as a whole."""

SKIPPED = (ast.Import, ast.ImportFrom)


@frozen
class Place:
    """A node, its place, and the code that must run to notice a change of it."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    """Position in the field, when the field is a list."""
    owner: str
    """Qualified name of the function or class around it; ``""`` at the top of the module."""
    lines: frozenset[int]
    """Lines of the statement; empty when it runs while the module is imported."""
    returns: str = ""
    """The annotation of what the function around it returns."""

    def put(self, node: ast.AST) -> None:
        """Put another node in this place."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def places(tree: ast.Module) -> Iterator[Place]:
    """All places of a module, from its top to its end."""
    root = Place(tree, tree, "", None, "", frozenset())
    yield from _below(root)


def _below(around: Place) -> Iterator[Place]:
    for field, value in ast.iter_fields(around.node):
        if field in UNTOUCHED:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and not _is_untouched(node, around, field, index):
                place = evolve(around, node=node, parent=around.node, field=field, index=index)
                yield from _at(_with_lines(place))


def _at(place: Place) -> Iterator[Place]:
    yield place
    inside = place
    if isinstance(place.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        inside = evolve(place, owner=f"{place.owner}.{place.node.name}".lstrip("."))
    if isinstance(place.node, ast.FunctionDef | ast.AsyncFunctionDef):
        returns = ast.unparse(place.node.returns) if place.node.returns else ""
        inside = evolve(inside, returns=returns, lines=frozenset({0}))
    yield from _below(inside)


def _with_lines(place: Place) -> Place:
    """The place with the lines of its own statement, when it is a statement of a function."""
    node = place.node
    if not place.lines or not isinstance(node, ast.stmt | ast.ExceptHandler):
        return place
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return evolve(place, lines=frozenset(range(node.lineno, max(node.lineno, last) + 1)))


def _is_untouched(node: ast.AST, around: Place, field: str, index: int | None) -> bool:
    is_docstring = field == "body" and isinstance(node, ast.Expr) and _is_text(node.value)
    is_default = isinstance(around.node, ast.arguments)  # a caller of the miniature may give it
    is_key_of_module = index is None and around.owner == "" and field == "target"
    return isinstance(node, SKIPPED) or is_docstring or is_default or is_key_of_module


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
