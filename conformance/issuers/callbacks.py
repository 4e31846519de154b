"""Whether an issuer's callback crashed, as the log of its own server says.

The mock sends the browser to the callback, and the issuer's command follows: nobody else sees the
answer. Servers write a line for each request, though, and the command's output is kept.
"""

import re
from pathlib import Path

CRASH = re.compile(
    rb"(?:GET|POST) [^\s\"]*[?&](error|access_token|code)=[^\s\"]*[^\n]{0,30}?[\s\"](5\d\d)\b"
)
"""Method, target and status, as in the Common Log Format and in what frameworks write."""
ANSWERED = {b"error": "access_denied", b"access_token": "a grant", b"code": "a code"}
MOST_BYTES = 4 * 1024 * 1024


def crash_in(log: Path) -> str:
    """What the log says of a callback that answered 5xx; ``""`` when it says nothing."""
    with log.open("rb") as stream:
        crash = CRASH.search(stream.read(MOST_BYTES))
    if crash is None:
        return ""
    return (
        f"the issuer's callback responded {crash[2].decode()} to {ANSWERED[crash[1]]} "
        "(from its log)"
    )
