"""The settings of a mock: the shape of its answers, and its limits."""

from attrs import field, frozen

from mock_backpack.core.fetching import FetchPolicy

DEFAULT_EXPIRES = 3600
LONGEST_LIFE = 10 * 365 * 24 * 3600
"""Seconds of an access token."""
DEFAULT_TOKEN_LENGTH = 42
SHORTEST_TOKEN, LONGEST_TOKEN = 8, 2000
"""Characters."""
MEBIBYTE = 1024 * 1024


@frozen
class Shape:
    """The settings of a new sandbox."""

    expires: int = DEFAULT_EXPIRES
    """Lifetime of an access token in seconds."""
    token_length: int = DEFAULT_TOKEN_LENGTH
    """Characters of a token; the historical server gave 42."""
    token_marks: str = ""
    """Characters that every token contains."""
    seed: str | None = None
    """Makes tokens, salts and draws repeat; without it they come from the system."""


@frozen
class Bounds:
    """How much of everything a mock holds or takes; what goes beyond gets a 4xx."""

    body_bytes: int = MEBIBYTE
    """Most bytes of a request body."""
    snapshot_bytes: int = 64 * MEBIBYTE
    """Most bytes of a snapshot that is restored."""
    body_seconds: float = 30.0
    """Most seconds that a request body may take to arrive."""
    header_bytes: int = 8190
    """Most bytes of a request line or of one header."""
    idle_seconds: float = 75.0
    """A connection on which nothing happens for so long is closed."""
    sandboxes: int = 10_000
    earners: int = 100_000
    """In one sandbox."""
    grants: int = 100_000
    """In one sandbox; more of them die with their earners' oldest permission."""
    badges: int = 1_000_000
    """In one sandbox."""
    rules: int = 1_000
    """In one sandbox."""
    journal: int = 10_000
    """Exchanges that a sandbox's journal keeps."""
    journal_bytes: int = 16 * MEBIBYTE
    """Bytes that a sandbox's journal keeps."""


@frozen
class Settings:
    """Everything that a mock is started with."""

    shape: Shape = field(factory=Shape)
    bounds: Bounds = field(factory=Bounds)
    fetch: FetchPolicy = field(factory=FetchPolicy)
    second_port: int = 0
    """The port of the API in some situations, on the same host; 0 picks a free one."""
    url: str | None = None
    """The URL of the mock behind a proxy, without a trailing slash."""
    host_names: tuple[str, ...] = ()
    """Names under which it is reached as well; with ``admin_token`` it answers to any."""
    admin_token: str | None = None
    """The bearer token of the admin API; without one, it answers only loopback addresses."""
    is_tls: bool = False
    """Whether the mock itself serves https."""
