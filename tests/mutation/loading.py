"""Import a miniature with one of its modules changed, and start it."""

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, ModuleType

from attrs import define, field, frozen

from tests.mutation.mutants import PACKAGE

LIFE_SECONDS = 3600


@frozen
class Miniature:
    """A package below ``tests.miniatures``, and the class that serves it."""

    package: str
    served: str
    paths: str = ""
    """The member of the class with the paths of its pages; ``""`` for the usual paths."""


MINIATURES = {
    "plain": Miniature("plain", "PlainBackpack"),
    "ornate": Miniature("ornate", "OrnateBackpack", "paths"),
}


@define
class Clock:
    """The time of a miniature, which a run may advance."""

    ahead: float = 0.0
    """Seconds."""


@frozen
class Changed(MetaPathFinder, Loader):
    """Imports changed modules."""

    codes: dict[str, CodeType] = field(factory=dict)
    """From the name of a module to its code."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """The specification of a changed module."""
        return spec_from_loader(fullname, self) if fullname in self.codes else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Python's own module will do."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self.codes[module.__name__], module.__dict__)  # noqa: S102


def load(miniature: Miniature, codes: dict[str, CodeType]) -> type:
    """Import a miniature with these codes in place of its modules, in a process of its own."""
    below = f"{PACKAGE}.{miniature.package}"
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{below}.")]:
        del sys.modules[name]
    sys.meta_path.insert(0, Changed({f"{below}.{name}": code for name, code in codes.items()}))
    served: type = getattr(importlib.import_module(below), miniature.served)
    return served
