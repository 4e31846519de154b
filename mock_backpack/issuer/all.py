"""The APIs whose issuers are judged; this is the one place that names them."""

from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.badge_connect.api import BADGE_CONNECT
from mock_backpack.issuer.connect.api import CONNECT
from mock_backpack.issuer.open_badges_3.api import OPEN_BADGES_3

ISSUER_APIS: tuple[IssuerApi, ...] = (CONNECT, BADGE_CONNECT, OPEN_BADGES_3)
