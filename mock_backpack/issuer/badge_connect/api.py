"""Judging consumers of Open Badges 2.1, as a value."""

from mock_backpack.apis.badge_connect.api import BADGE_CONNECT as API
from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.badge_connect.habits import habits_in
from mock_backpack.issuer.badge_connect.judges import JUDGES
from mock_backpack.issuer.badge_connect.opinion import opinion_of
from mock_backpack.issuer.badge_connect.terms import TERMS
from mock_backpack.issuer.badge_connect.watcher import CopyWatcher
from mock_backpack.issuer.oauth.evidence import evidence_by

BADGE_CONNECT = IssuerApi(
    name=API.name,
    api=API.name,
    prefix=f"{API.name}/",
    package=__package__,
    criteria=JUDGES,
    evidence=evidence_by(TERMS),
    habits=habits_in,
    watcher=lambda _situation: CopyWatcher(),
    opinion=opinion_of,
)
