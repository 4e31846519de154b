"""Content codings: a request without Accept-Encoding allows any (RFC 9110 section 12.5.3)."""

import importlib
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import evolve

from conformance.core.errors import HarnessError, TargetError
from conformance.core.exchange import Answer

Decode: TypeAlias = Callable[[bytes, int], bytes]
"""From encoded bytes and a maximum size to the decoded bytes."""


class Undecodable(Exception):
    """The bytes are not encoded as the header says."""


def decoded(answer: Answer, most: int) -> Answer:
    """A response with its body decoded, of at most ``most`` bytes.

    Unknown codings are ignored, as in browsers: ``Content-Encoding: UTF-8``.

    Raises:
        TargetError: when the body is not encoded as the header says.
        HarnessError: when the library for a coding is missing.
    """
    codings = _codings(answer)
    if not answer.body or not codings:
        return answer
    body = answer.body
    for coding in reversed(codings):
        try:
            body = DECODERS[coding](body, most)
        except Undecodable:
            raise TargetError(
                f"the body is not valid {coding}, despite its Content-Encoding"
            ) from None
    return evolve(answer, body=body)


def _codings(answer: Answer) -> list[str]:
    named = [
        coding.strip().lower() for coding in (answer.header("content-encoding") or "").split(",")
    ]
    return [coding for coding in named if coding in DECODERS]


def _inflated(window: int) -> Decode:
    def inflate(body: bytes, most: int) -> bytes:
        decoded_body = b""
        while body:  # gzip allows several members, one after the other (RFC 1952 section 2.2)
            stream = zlib.decompressobj(window)
            try:
                decoded_body += stream.decompress(body, most - len(decoded_body))
            except zlib.error:
                if decoded_body:  # what follows the last member is padding
                    return decoded_body
                raise Undecodable from None
            if len(decoded_body) >= most or not stream.eof:
                return decoded_body
            body = stream.unused_data
        return decoded_body

    return inflate


def _deflate(body: bytes, most: int) -> bytes:
    """With the zlib header that RFC 9110 requires, or without it, as some servers send it."""
    try:
        return _inflated(zlib.MAX_WBITS)(body, most)
    except Undecodable:
        return _inflated(-zlib.MAX_WBITS)(body, most)


def _by_library(coding: str, module: str, install: str) -> Decode:
    def decode(body: bytes, most: int) -> bytes:
        try:
            library: Any = importlib.import_module(module)
        except ImportError:
            raise HarnessError(
                f"the response is compressed with {coding}, which was not requested and "
                f"cannot be decoded here; pip install {install}"
            ) from None
        wrong: type[Exception] = library.error if coding == "br" else library.ZstdError
        try:
            if coding == "br":
                return bytes(library.Decompressor().process(body, most))
            return bytes(library.ZstdDecompressor().decompress(body, most))
        except wrong:
            raise Undecodable from None

    return decode


DECODERS: Mapping[str, Decode] = MappingProxyType(
    {
        "gzip": _inflated(16 + zlib.MAX_WBITS),
        "x-gzip": _inflated(16 + zlib.MAX_WBITS),
        "deflate": _deflate,
        "br": _by_library("br", "brotli", "'brotli>=1.2'"),
        "zstd": _by_library("zstd", "backports.zstd", "backports.zstd"),
    }
)
"""By content coding (IANA, HTTP Content Coding Registry)."""
