"""The stories of the API of Open Badges 3.0: what they are about."""

from conformance.apis.oauth.stories.facts import StoryFacts, StoryRequirements, VerbCall
from conformance.apis.oauth.stories.model import stories
from conformance.apis.oauth.stories.state import BadgeState

REQUIREMENTS = StoryRequirements(
    access_works="OB3-AUTH-01",
    access_lives="OB3-AUTH-01",
    access_expires="OB3-AUTH-02",
    own_badges="OB3-AUTH-06",
    missing_scope="OB3-AUTH-03",
    code_works="OB3-TOKEN-01",
    code_once="OB3-TOKEN-06",
    code_again="OB3-TOKEN-07",
    client_works="OB3-REG-11",
    refresh_works="OB3-TOKEN-10",
    refresh_own="OB3-TOKEN-11",
    refresh_narrow="OB3-TOKEN-11",
    refresh_replaced="OB3-TOKEN-12",
    withdrawn="OB3-REV-01",
    withdrawn_alone="OB3-REV-01",
    granted_again="OB3-REV-01",
    ended_refresh="OB3-TOKEN-14",
    ended_access="OB3-TOKEN-14",
    ended_own="OB3-TOKEN-15",
    pushed="OB3-POST-01",
    listed="OB3-POST-06",
    listed_once="OB3-GET-08",
    pushed_again="OB3-POST-07",
    foreign_badge="OB3-POST-17",
)


def _sign(earner: str, origin: str) -> VerbCall:
    return "sign", {"credential": {"recipient": {"earner": earner}}, "origin": origin}


def _sign_newer(badge: BadgeState) -> VerbCall:
    """A credential is pushed again in a newer form: an equal one may be refused."""
    later = f"2025-01-{badge.pushes:02}T00:00:00Z"
    written = {"recipient": {"earner": badge.party.earner}, "validFrom": later}
    return "sign", {
        "credential": written,
        "origin": badge.party.origin,
        "replaces": f"${badge.name}",
    }


FACTS = StoryFacts(
    requirements=REQUIREMENTS,
    make=_sign,
    renew=_sign_newer,
    pushed_as="credential",
    repeated={"status": 200},
    narrow=("profile.readonly", "offline_access"),
)
STORY = stories(FACTS)
"""The strategy that draws them."""
