"""What differs between APIs whose clients are judged by the same requirements of OAuth."""

from collections.abc import Callable, Mapping

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.oauth.found import Found


@frozen(eq=False)
class Terms:
    """One API, in the words of its own."""

    name: str
    """As it is called, and as the ids of its situations begin."""
    document: str
    """What the document is called that announces it, such as ``manifest``."""
    discovery: str
    """The endpoint of that document in the journal."""
    push: str
    """The endpoint to which badges are pushed, and from which they are read."""
    profile: str
    """The endpoint of the earner's profile."""
    urls: Mapping[str, str]
    """By endpoint of the authorization server: where the document says its URL."""
    paths: tuple[str, ...]
    """How the paths of the API begin, within a Backpack."""
    lost: frozenset[str]
    """Last segments of paths at which a client may look for an endpoint without the document."""
    create: str
    """The scope for pushing."""
    read: str
    """The scope for reading badges."""
    registration: str
    """The requirement that a wrong registration breaks."""
    optional: tuple[str, ...]
    """Members that a token answer may lack."""
    found: Callable[[Entry, Entry], Found]
    """Reads a request for the document, and the exchange that has it."""
    badge: Callable[[Entry], str]
    """What identifies the badge of a push."""
    missing: str = ""
    """The requirement that a wrong path below the base of the API breaks; ``""`` where a wrong path
    is a wrong push."""

    @property
    def based(self) -> tuple[str, str]:
        """The endpoints whose base the document says."""
        return self.push, self.profile

    @property
    def endpoints(self) -> tuple[str, ...]:
        """All endpoints of the API."""
        return self.discovery, *self.urls, *self.based
