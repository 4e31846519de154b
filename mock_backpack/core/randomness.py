"""The source of tokens, salts and random choices of a sandbox: the system, or a seed."""

import hashlib
import os
import secrets
import string

from mock_backpack.core.changes import Changes

TOKEN_ALPHABET = string.ascii_letters + string.digits + "+/_"
"""The characters that the historical server's tokens had."""
_TO_TOKEN = bytes(ord(TOKEN_ALPHABET[byte % len(TOKEN_ALPHABET)]) for byte in range(256))
SEED_BYTES = 8


POOL_BYTES = 4096


class System:
    """The system's source.

    Only for speed it is asked for many bytes at once. It is in this module because `Seeded` is the
    alternative to it.
    """

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def randbytes(self, size: int) -> bytes:
        """``size`` random bytes, given to nobody before."""
        if self._at + size > len(self._pool):
            self._pool, self._at = os.urandom(max(size, POOL_BYTES)), 0
        begin, self._at = self._at, self._at + size
        return self._pool[begin : self._at]


class Seeded:
    """A source that a seed and the number of calls before determine."""

    def __init__(self, seed: str, drawn: int, changes: Changes) -> None:
        self._seed = seed
        self.drawn = drawn
        self._changes = changes

    def randbytes(self, size: int) -> bytes:
        """``size`` bytes that look random."""
        self.drawn += 1
        self._changes.note()
        key = f"{self.drawn}\0{self._seed}".encode(errors="surrogateescape")
        return hashlib.shake_256(key).digest(size)


class Randomness:
    """One sandbox's source of chance.

    Without a seed, tokens come from the system's source and nobody can guess them. With one, the
    same requests in the same order get the same tokens, which is for tests and for nothing else.
    """

    def __init__(
        self, seed: str | None = None, changes: Changes | None = None, drawn: int = 0
    ) -> None:
        """``drawn``: how often a seeded source has been asked before."""
        self.seed = seed if seed is not None else secrets.token_hex(SEED_BYTES)
        """The seed of `draw`, even without a seed of the sandbox."""
        self._seeded = None if seed is None else Seeded(seed, drawn, changes or Changes())
        self._source = self._seeded or System()

    @property
    def drawn(self) -> int:
        """How often a seeded source has been asked; 0 without a seed."""
        return self._seeded.drawn if self._seeded else 0

    def token(self, length: int) -> str:
        """Text of a token's characters, about 6 bits each."""
        return self._source.randbytes(length).translate(_TO_TOKEN).decode("ascii")

    def hex(self, size: int) -> str:
        """``size`` random bytes as hex digits."""
        return self._source.randbytes(size).hex()

    def bytes(self, size: int) -> bytes:
        """``size`` random bytes."""
        return self._source.randbytes(size)

    def draw(self, *key: object) -> float:
        """A number in [0, 1) that depends on seed and key alone, not on what came before."""
        text = "\0".join(map(str, (self.seed, *key)))
        digest = hashlib.blake2b(text.encode(), digest_size=7).digest()
        return int.from_bytes(digest) / 2**56
