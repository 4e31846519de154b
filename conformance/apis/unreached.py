"""What to change when a target gave no answer, by the reason."""

from urllib.parse import urlsplit

from conformance.core.errors import Failure
from conformance.core.exchange import Exchange

START_IT = (
    "Start the Backpack, or correct its URL, the host and the port: "
    "backpack-conformance run http://HOST:PORT (BACKPACK_TARGET, url)."
)
TRUST_IT = (
    "Pass the CA certificate, or the Backpack's own certificate if it is self-signed: "
    "--ca FILE (BACKPACK_CA, ca). It must be valid for the host in the URL."
)
NO_TLS = "Does it use TLS on this port? If not, use http:// instead of https://."
MAYBE_TLS = (
    "Does it use TLS on this port? Then use https:// instead of http://. If not, see the log of "
    "your Backpack: it ended the connection."
)
CLOSED = "See the log of your Backpack: it ended the connection before its answer was complete."


def advice(exchange: Exchange) -> str:
    """What to change, after a request that nobody answered."""
    match exchange.failure:
        case Failure.UNTRUSTED:
            return TRUST_IT
        case Failure.TLS:
            return NO_TLS
        case Failure.BROKEN:
            is_plain = urlsplit(exchange.request.url).scheme == "http"
            return MAYBE_TLS if is_plain else CLOSED
        case _:
            return START_IT
