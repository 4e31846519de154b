"""How Badge Connect reads which page a client asks for (Open Badges 2.1, section Pagination)."""

from multidict import MultiMapping

from mock_backpack.apis import paging
from mock_backpack.apis.badge_connect.envelope import INVALID_REQUEST, refusal
from mock_backpack.apis.paging import BadQuery, Page
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import seam


def read_page(query: MultiMapping[str]) -> Page:
    """The page that a query asks for.

    Raises:
        ApiError: 400 ``REQUEST_VALIDATION_ERROR`` when it is none.
    """
    try:
        return paging.read_page(query)
    except BadQuery as error:
        raise invalid(error.message) from error


@seam
def invalid(message: str) -> ApiError:
    """A refusal of a query."""
    return refusal(400, message, INVALID_REQUEST)
