"""What ``--select`` may say: names joined by and, or, not, as pytest's ``-k`` reads them."""

import ast
import re
from collections.abc import Iterable, Iterator

from conformance.core.api import areas
from conformance.core.catalogue import did_you_mean, requirements
from conformance.core.errors import AuthoringError

NAME = re.compile(r"[\w:+\-.\[\]\\/]+")
OPERATORS = ("and", "or", "not")
ALLOWED = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Name, ast.Load)


def check_expression(text: str) -> None:
    """Check that a selection can be read.

    Raises:
        AuthoringError: when it cannot.
    """
    if not _is_expression(text):
        message = f"--select: expected names with and, or, not and parentheses, saw {text!r}"
        raise AuthoringError(message)


def _is_expression(text: str) -> bool:
    plain = NAME.sub(lambda name: name[0] if name[0] in OPERATORS else "name", text)
    try:
        tree = ast.parse(plain.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(node, ALLOWED) for node in ast.walk(tree))


def nothing_selected(text: str, scenarios: Iterable[str]) -> str:
    """Why nothing runs, with names that come close."""
    known = [*areas(), *scenarios, *requirements()]
    advice = next((suggestion for suggestion in _advice(text, known) if suggestion), "")
    return f"no scenario matches --select {text!r}{advice}"


def _advice(text: str, known: list[str]) -> Iterator[str]:
    for name in NAME.findall(text):
        if name not in OPERATORS:
            yield did_you_mean(name.lower(), known) or did_you_mean(name.upper(), known)
