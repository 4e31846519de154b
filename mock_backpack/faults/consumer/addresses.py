"""Other addresses at which a sandbox can be reached, or only seems to be."""

from urllib.parse import urlsplit

from mock_backpack.apis.badge_connect.manifest import root_of
from mock_backpack.core.fault import Call
from mock_backpack.core.foreign import FOREIGN


async def other_root(call: Call) -> str:
    """The URL of the sandbox on the mock's other socket; its usual one without any."""
    here = root_of(call.request)
    listener = call.exchange.sandbox.listener
    if listener is None:
        return here
    parts, port = urlsplit(here), await listener.other()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path}"


async def foreign_root(call: Call) -> str:
    """An address that belongs to no Backpack; the mock's root records what comes there."""
    parts = urlsplit(await other_root(call))
    return f"{parts.scheme}://{parts.netloc}{FOREIGN}{call.exchange.sandbox.prefix}/entry"
