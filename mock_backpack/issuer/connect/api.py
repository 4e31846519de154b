"""Judging issuers of Backpack Connect, as a value."""

from mock_backpack.apis.connect.api import CONNECT as API
from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.connect.evidence import evidence_of
from mock_backpack.issuer.connect.habits import habits_in
from mock_backpack.issuer.connect.judges import JUDGES
from mock_backpack.issuer.connect.opinion import opinion_of
from mock_backpack.issuer.connect.watcher import inspecting

CONNECT = IssuerApi(
    name=API.name,
    api=API.name,
    prefix="",
    package=__package__,
    criteria=JUDGES,
    evidence=evidence_of,
    habits=habits_in,
    watcher=inspecting("BC-CLIENT-09"),
    opinion=opinion_of,
)
