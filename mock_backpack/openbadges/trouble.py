"""Reasons why there was no answer, without terms of the HTTP client."""

import errno
import os
import socket
import ssl
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ServerDisconnectedError,
)
from aiohttp.http_exceptions import BadStatusLine, InvalidHeader, LineTooLong

CERTIFICATES: Mapping[int, str] = MappingProxyType(
    {
        9: "a certificate that is not valid yet",
        10: "a certificate that has expired",
        18: "a certificate that is signed by itself",
        19: "a certificate whose root is not trusted",
        20: "a certificate whose issuer is not known: is an intermediate certificate missing?",
        21: "a certificate whose issuer is not known: is an intermediate certificate missing?",
        62: "a certificate for another host name",
        64: "a certificate for another address",
    }
)
"""By the number that OpenSSL gives (X509_V_ERR_…)."""
HEADS: tuple[tuple[type[BaseException], str], ...] = (
    (ClientPayloadError, "an incomplete response"),
    (LineTooLong, "a response with too long headers"),
    (BadStatusLine, "a response that does not begin as HTTP/1.1"),
    (InvalidHeader, "a response with an invalid header"),
)
DROPPED = "a connection that closed without a response"
NO_TLS = "WRONG_VERSION_NUMBER"
"""OpenSSL's reason when what came was no TLS."""


class Unusable(ValueError):
    """A response that cannot be used; the text says what was seen."""


def reason(error: BaseException) -> str:
    """What was seen instead of an answer."""
    match error:
        case ClientConnectorCertificateError():
            return reason(error.certificate_error)
        case ClientConnectorDNSError():
            return f"no host of that name: {error.host}"
        case ClientConnectorError():
            return reason(error.os_error)
        case ssl.SSLError():
            return _no_tls(error)
        case socket.gaierror():
            return "no host of that name"
        case ServerDisconnectedError() | ConnectionResetError() | EOFError():
            return DROPPED
        case OSError():
            return f"no connection: {_no_connection(error)}"
        case Unusable():
            return str(error)
        case ClientError():
            return _no_http(error)
        case _:
            return "a URL that cannot be requested"


def _no_connection(error: OSError) -> str:
    if error.errno == errno.ECONNREFUSED:
        return f"{os.strerror(error.errno)} (is a server running there?)"
    if error.errno and error.errno > 0:  # asyncio has words of its own for these
        return os.strerror(error.errno)
    return error.strerror or "none of its addresses responds"


def _no_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = f"a certificate that cannot be trusted (OpenSSL {error.verify_code})"
        return CERTIFICATES.get(error.verify_code, unknown)
    why = (
        "not TLS (did you mean http://?)" if error.reason == NO_TLS else f"OpenSSL: {error.reason}"
    )
    return f"a failed TLS handshake ({why})"


def _no_http(error: BaseException) -> str:
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__
    named = (words for kind, words in HEADS if any(isinstance(cause, kind) for cause in causes))
    return next(named, "a response that is not HTTP/1.1")
