"""The mutants of a miniature: each is one change of one module."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType

from attrs import field, frozen

from tests.mutation.places import Place, places
from tests.mutation.statements import OPERATORS

MINIATURES = Path(__file__).parent.parent / "miniatures"
PACKAGE = "tests.miniatures"
LEFT_OUT = frozenset({"__init__", "__main__", "backpack", "habits"})
"""Modules that are not mutated: they start the servers, or choose among what is allowed."""
HURRIED = frozenset({"BUDGET", "PATIENCE"})
"""Limits in seconds: a quarter of each does here, so that a slow host costs less of our time."""


@frozen
class Mutant:
    """A miniature with one change."""

    package: str
    module: str
    operator: str
    before: str
    after: str
    place: Place = field(repr=False, eq=False)
    replacement: ast.AST = field(repr=False, eq=False)
    tree: ast.Module = field(repr=False, eq=False)
    number: int = 1
    """Counts changes that would be named alike."""

    @property
    def name(self) -> str:
        """Stable as long as the changed function has the same text; no line numbers."""
        owner = f"{self.module}.{self.place.owner}".rstrip(".")
        nth = f" #{self.number}" if self.number > 1 else ""
        return f"{self.package}/{owner} {self.operator}: {self.before} -> {self.after}{nth}"

    def compiled(self) -> CodeType:
        """The changed module; the tree is left as it was."""
        original = self.place.node
        self.place.put(ast.copy_location(self.replacement, original))
        try:
            ast.fix_missing_locations(self.tree)
            return compile(self.tree, str(file_of(self.package, self.module)), "exec")
        finally:
            self.place.put(original)


def file_of(package: str, module: str) -> Path:
    """The file of a miniature's module."""
    return MINIATURES / package / f"{module}.py"


def modules(package: str) -> list[str]:
    """The modules of a miniature that are mutated."""
    names = sorted(file.stem for file in (MINIATURES / package).glob("*.py"))
    return [name for name in names if name not in LEFT_OUT]


@cache
def mutants(package: str) -> list[Mutant]:
    """All mutants of a miniature."""
    return [mutant for module in modules(package) for mutant in _of_module(package, module)]


def _of_module(package: str, module: str) -> Iterator[Mutant]:
    tree = tree_of(package, module)
    seen: Counter[str] = Counter()
    for place in places(tree):
        for operator, changed in OPERATORS.items():
            before = _short(place.node)
            for node in changed(place):
                after = _short(node)
                if after == before:
                    continue
                mutant = Mutant(package, module, operator, before, after, place, node, tree)
                seen[mutant.name] += 1
                yield Mutant(
                    package, module, operator, before, after, place, node, tree, seen[mutant.name]
                )


@cache
def tree_of(package: str, module: str) -> ast.Module:
    """The syntax tree of a module, with shorter limits of time."""
    tree = ast.parse(file_of(package, module).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in HURRIED:
            node.value = ast.copy_location(_quarter(node.value), node.value)
    return tree


def _quarter(number: ast.expr) -> ast.Constant:
    return ast.Constant(ast.literal_eval(number) / 4)


def _short(node: ast.AST) -> str:
    """The source of a node in a line; of a long one its beginning and its end."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 160 else f"{text[:100]} … {text[-50:]}"


def codes(package: str, changed: Mutant | None = None) -> dict[str, CodeType]:
    """From module to code of a miniature, with one mutant in it or with none."""
    compiled = {
        name: compile(tree_of(package, name), str(file_of(package, name)), "exec")
        for name in modules(package)
    }
    return compiled if changed is None else compiled | {changed.module: changed.compiled()}
