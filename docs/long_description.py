"""The description of the distribution: README, with links that work on a package index.

A hook of the build (``tool.hatch.metadata.hooks.custom``), so only hatchling is imported.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

RELATIVE = re.compile(r"(?P<picture>!?)(?P<text>\[[^][]*\]\()(?![a-z]+:|#)(?P<path>[^)\s]+)")
"""The beginning of a link or a picture, up to its path in the repository."""


class Description(MetadataHookInterface):
    """Fills in the dynamic field ``readme``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """From README and the address of the repository."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        readme = absolute(text, metadata["urls"]["Source"])
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}


def absolute(text: str, home: str) -> str:
    """A text whose links lead to pages of a repository, and its pictures to files there."""

    def put(found: re.Match[str]) -> str:
        kind = "raw" if found["picture"] else "blob"
        return f"{found['picture']}{found['text']}{home}/{kind}/main/{found['path']}"

    return RELATIVE.sub(put, text)
