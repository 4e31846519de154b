"""All APIs that the mock offers; this is the one place that names them."""

from mock_backpack.apis.api import Api
from mock_backpack.apis.badge_connect.api import BADGE_CONNECT
from mock_backpack.apis.connect.api import CONNECT
from mock_backpack.apis.open_badges_3.api import OPEN_BADGES_3

APIS: tuple[Api, ...] = (CONNECT, BADGE_CONNECT, OPEN_BADGES_3)
