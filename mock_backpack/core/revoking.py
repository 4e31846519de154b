"""An earner takes back what an issuer may."""

from mock_backpack.core.backpack import Backpack, Grant


def take_back(backpack: Backpack, grant: Grant) -> int:
    """All grants of the same origin, or of the same client, die; how many there were."""
    if grant.client:
        return backpack.revoke_client(grant.earner, grant.client)
    return backpack.revoke(grant.earner, grant.origin)
