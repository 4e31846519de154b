"""The APIs whose issuers and badges are judged; this is the one place that names them."""

from collections.abc import Mapping
from types import MappingProxyType

from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.badge_connect.api import BADGE_CONNECT
from mock_backpack.issuer.connect.api import CONNECT
from mock_backpack.issuer.issuer_api.api import ISSUER_API
from mock_backpack.issuer.open_badges_3.api import OPEN_BADGES_3
from mock_backpack.issuer.opinion import OpinionOf

ISSUER_APIS: tuple[IssuerApi, ...] = (CONNECT, ISSUER_API, BADGE_CONNECT, OPEN_BADGES_3)
OPINIONS: Mapping[str, OpinionOf] = MappingProxyType({api.api: api.opinion for api in ISSUER_APIS})
"""The opinion on a badge that nobody pushed, by the name of the API."""
