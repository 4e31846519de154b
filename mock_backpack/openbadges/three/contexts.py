"""The JSON-LD contexts that are shipped with the mock; none is ever fetched."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from mock_backpack.core.strict_json import strict_json
from mock_backpack.openbadges.complaint import InvalidBadge, meaningless, quoted

CREDENTIALS_2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_1 = "https://www.w3.org/2018/credentials/v1"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/"
OPEN_BADGES = tuple(
    f"{BADGES}{name}.json"
    for name in ("context-3.0.3", "context-3.0.2", "context-3.0.1", "context")
)
"""All versions of the Open Badges context, newest first."""
NEWEST = 0
"""The age of the newest state of a context."""


@frozen
class Shipped:
    """One state of a context."""

    url: str
    file: str
    sha256: str
    source: str
    licence: str

    @property
    def content(self) -> bytes:
        """The file.

        Raises:
            ValueError: when it is not the file that was shipped.
        """
        content: bytes = _folder().joinpath(self.file).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ValueError(f"{self.file}: expected the SHA-256 {self.sha256}")
        return content


def _folder() -> Any:
    return files("mock_backpack.openbadges.three").joinpath("contexts")


@cache
def shipped() -> tuple[Shipped, ...]:
    """All states of all contexts; of one that has changed the newest state stands first."""
    listed = strict_json(_folder().joinpath("sources.json").read_bytes())
    return tuple(Shipped(**entry) for entry in listed)


@cache
def states() -> Mapping[str, tuple[Shipped, ...]]:
    """The states of each context by its URL, newest first."""
    urls = dict.fromkeys(state.url for state in shipped())
    return {url: tuple(state for state in shipped() if state.url == url) for url in urls}


@cache
def context_of(state: Shipped) -> Any:
    """What a context defines."""
    return strict_json(state.content)["@context"]


def state_of(url: str, age: int = NEWEST) -> Shipped:
    """A state of the context at a URL: the newest, or an older one where it has changed.

    Raises:
        InvalidBadge: when no context of this URL is shipped.
    """
    known = states().get(url)
    if known is None:
        raise unknown(url)
    return known[min(age, len(known) - 1)]


def unknown(url: str) -> InvalidBadge:
    """The refusal of a context that is not shipped."""
    expected = (
        "a context that this mock ships, since it fetches none (list: docs/mock.md); "
        "define further terms in an object after it"
    )
    return meaningless("credential", "@context", expected, quoted(url))
