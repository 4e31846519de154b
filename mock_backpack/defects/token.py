"""Wrong answers of the token endpoint."""

from attrs import evolve

from mock_backpack import backpack
from mock_backpack.backpack import Tokens
from mock_backpack.seams import Right, defect


@defect("token.no-rotation", backpack.rotated, breaks=("BC-TOKEN-04", "BC-TOKEN-06"))
def keeps_the_refresh_token(_right: Right, spent: Tokens, fresh: Tokens) -> Tokens:
    """A refresh answers with the refresh token that it was given."""
    return evolve(fresh, refresh=spent.refresh)
