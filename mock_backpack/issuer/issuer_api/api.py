"""Judging issuers whose page uses the Issuer API of Backpack Connect's script, as a value."""

from mock_backpack.apis.connect.api import CONNECT
from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.connect.opinion import opinion_of
from mock_backpack.issuer.connect.watcher import inspecting
from mock_backpack.issuer.issuer_api.evidence import evidence_of
from mock_backpack.issuer.issuer_api.habits import habits_in
from mock_backpack.issuer.issuer_api.judges import JUDGES

NAME = "issuer-api"

ISSUER_API = IssuerApi(
    name=NAME,
    api=CONNECT.name,
    prefix=f"{NAME}/",
    package=__package__,
    criteria=JUDGES,
    evidence=evidence_of,
    habits=habits_in,
    watcher=inspecting("BC-PAGE-02"),
    opinion=opinion_of,
)
