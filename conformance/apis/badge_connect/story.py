"""The stories of Badge Connect: what they are about."""

from conformance.apis.oauth.stories.facts import StoryFacts, StoryRequirements, VerbCall
from conformance.apis.oauth.stories.model import stories
from conformance.apis.stories.script import WORKS

REQUIREMENTS = StoryRequirements(
    access_works="BC21-AUTH-01",
    access_lives="BC21-AUTH-04",
    access_expires="BC21-AUTH-04",
    own_badges="BC21-AUTH-06",
    missing_scope="BC21-POST-16",
    code_works="BC21-TOKEN-01",
    code_once="BC21-TOKEN-07",
    code_again="BC21-TOKEN-08",
    client_works="BC21-REG-07",
    refresh_works="BC21-TOKEN-14",
    refresh_own="BC21-TOKEN-15",
    refresh_narrow="BC21-TOKEN-16",
    withdrawn="BC21-REV-02",
    withdrawn_alone="BC21-REV-03",
    granted_again="BC21-REV-08",
    ended_refresh="BC21-REV-04",
    ended_access="BC21-REV-05",
    ended_with_refresh="BC21-REV-05",
    ended_own="BC21-REV-07",
    pushed="BC21-POST-01",
    listed="BC21-POST-02",
    listed_once="BC21-GET-08",
    pushed_again="BC21-POST-08",
    foreign_badge="BC21-POST-10",
)


def _host(earner: str, origin: str) -> VerbCall:
    return "host", {"assertion": {"origin": origin, "recipient": {"earner": earner}}}


FACTS = StoryFacts(
    requirements=REQUIREMENTS,
    make=_host,
    renew=lambda _badge: None,
    pushed_as="badge",
    repeated=WORKS,
    narrow=("profile.readonly", "offline_access"),
)
STORY = stories(FACTS)
"""The strategy that draws them."""
