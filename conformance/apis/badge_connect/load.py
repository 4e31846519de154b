"""The load of Badge Connect: its requirements, and how its badges are pushed."""

from typing import Any

from conformance.apis.oauth.load import LoadFacts, MadeBadge, OAuthTasks, load_of
from conformance.engine.load_earner import LoadEarner


async def new_badge(earner: LoadEarner, *, email: str | None = None) -> MadeBadge:
    """A hosted badge of the earner, or of somebody else."""
    recipient: dict[str, Any] = {} if email is None else {"recipient": {"email": email}}
    saved = (await earner.do("host", assertion=recipient)).saved
    return MadeBadge(saved["id"], {"badge": saved}, saved["urls"])


def profile_of(email: str) -> dict[str, Any]:
    """Terms of a profile with this e-mail, alone or among others."""
    address = {"anyOf": [{"const": email}, {"type": "array", "contains": {"const": email}}]}
    profile = {
        "title": "a profile with the earner's e-mail address",
        "type": "object",
        "required": ["email"],
        "properties": {"email": address},
    }
    return {"body": {"profile": profile}}


LOAD = load_of(
    OAuthTasks(
        LoadFacts(
            accepted=("BC21-POST-01", {"answer": "pushed"}),
            listed="BC21-POST-02",
            once="BC21-POST-08",
            own="BC21-AUTH-06",
            astray=("BC21-POST-10", {"answer": "recipient-mismatch"}),
            email="BC21-PROF-02",
            profile=profile_of,
            tokens="BC21-TOKEN-01",
            code_once="BC21-TOKEN-07",
            refresh="BC21-TOKEN-14",
            replaced=None,
            revoked="BC21-REV-02",
            again="BC21-REV-08",
            kept="BC21-REV-03",
        ),
        new_badge,
    )
)
