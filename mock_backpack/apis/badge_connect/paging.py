"""How Badge Connect reads which page a client asks for (Open Badges 2.1, section Pagination)."""

from multidict import MultiMapping

from mock_backpack.apis import paging
from mock_backpack.apis.badge_connect.envelope import INVALID_REQUEST, refusal
from mock_backpack.apis.paging import BadQuery, Page, links, number

__all__ = ["Page", "links", "number", "read_page"]


def read_page(query: MultiMapping[str]) -> Page:
    """The page that a query asks for.

    Raises:
        ApiError: 400 ``REQUEST_VALIDATION_ERROR`` when it is none.
    """
    try:
        return paging.read_page(query)
    except BadQuery as error:
        raise refusal(400, error.message, INVALID_REQUEST) from error
