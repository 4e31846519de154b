"""Judging clients of the Open Badges 3.0 API, as a value."""

from mock_backpack.apis.open_badges_3.api import OPEN_BADGES_3 as API
from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.oauth.evidence import evidence_by
from mock_backpack.issuer.observation import Unwatched
from mock_backpack.issuer.open_badges_3.habits import habits_in
from mock_backpack.issuer.open_badges_3.judges import JUDGES
from mock_backpack.issuer.open_badges_3.opinion import opinion_of
from mock_backpack.issuer.open_badges_3.terms import TERMS

OPEN_BADGES_3 = IssuerApi(
    name=API.name,
    api=API.name,
    prefix=f"{API.name}/",
    package=__package__,
    criteria=JUDGES,
    evidence=evidence_by(TERMS),
    habits=habits_in,
    watcher=lambda _situation: Unwatched(),
    opinion=opinion_of,
)
