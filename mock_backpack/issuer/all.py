"""The APIs whose issuers and badges are judged; this is the one place that names them."""

from functools import cache

from mock_backpack.issuer.api import IssuerApi

NAMES = ("connect", "issuer-api", "ob2.1", "ob3")
"""The names that commands know: those of APIs, and of a way to use one."""


@cache
def issuer_apis() -> tuple[IssuerApi, ...]:
    """How issuers are judged, in the order of `NAMES`.

    Loading them takes a seventh of the start of a mock, and many mocks judge nobody.
    """
    from mock_backpack.issuer.badge_connect.api import BADGE_CONNECT  # noqa: PLC0415
    from mock_backpack.issuer.connect.api import CONNECT  # noqa: PLC0415
    from mock_backpack.issuer.issuer_api.api import ISSUER_API  # noqa: PLC0415
    from mock_backpack.issuer.open_badges_3.api import OPEN_BADGES_3  # noqa: PLC0415

    return CONNECT, ISSUER_API, BADGE_CONNECT, OPEN_BADGES_3


def issuer_api(name: str) -> IssuerApi:
    """How issuers are judged under one of `NAMES`."""
    return issuer_apis()[NAMES.index(name)]
