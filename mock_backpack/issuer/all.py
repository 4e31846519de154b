"""The APIs whose issuers are judged; this is the one place that names them."""

from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.badge_connect.api import BADGE_CONNECT
from mock_backpack.issuer.connect.api import CONNECT

ISSUER_APIS: tuple[IssuerApi, ...] = (CONNECT, BADGE_CONNECT)
