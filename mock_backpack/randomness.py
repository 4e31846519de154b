"""Where a sandbox takes its tokens, salts and draws from: the system, or a seed."""

import hashlib
import os
import random
import secrets
import string

TOKEN_ALPHABET = string.ascii_letters + string.digits + "+/_"
"""The characters that the historical server's tokens had."""
_TO_TOKEN = bytes(ord(TOKEN_ALPHABET[byte % len(TOKEN_ALPHABET)]) for byte in range(256))
SEED_BYTES = 8


POOL_BYTES = 4096


class System:
    """The system's source, asked for many bytes at once: every call takes microseconds."""

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def randbytes(self, size: int) -> bytes:
        """``size`` random bytes, given to nobody before."""
        if self._at + size > len(self._pool):
            self._pool, self._at = os.urandom(max(size, POOL_BYTES)), 0
        begin, self._at = self._at, self._at + size
        return self._pool[begin : self._at]


class Randomness:
    """One sandbox's source of chance.

    Without a seed, tokens come from the system's source and nobody can guess them. With one, the
    same requests in the same order get the same tokens, which is for tests and for nothing else.
    """

    def __init__(self, seed: str | None = None) -> None:
        self.is_seeded = seed is not None
        self.seed = seed if seed is not None else secrets.token_hex(SEED_BYTES)
        self._source = random.Random(seed) if seed is not None else System()  # noqa: S311 - asked for

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
