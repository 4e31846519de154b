"""The plain Backpack with another set of pages."""

import functools
from collections.abc import Callable
from typing import Any

from tests.miniatures.asking.defects import DEFECTS
from tests.miniatures.asking.pages import AskingPages
from tests.miniatures.plain import PlainBackpack
from tests.miniatures.plain.judge import Judge
from tests.miniatures.plain.vault import Vault


class AskingBackpack(PlainBackpack):
    """A Backpack whose pages ask about each badge; ``wrong`` names one of ``DEFECTS``."""

    def __init__(self, wrong: str | None = None) -> None:
        self.wrong = wrong
        super().__init__()

    def doors(
        self, judge: Callable[[], Judge], vault: Vault, _defect: str | None
    ) -> Callable[..., Any]:
        pages = DEFECTS.part(AskingPages, self.wrong)
        return functools.partial(pages, judge, self.api_root, vault)
