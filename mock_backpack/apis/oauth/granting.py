"""Grants of the APIs with OAuth that are made without a browser."""

from mock_backpack.apis.api import Granting, GrantOrder
from mock_backpack.apis.oauth.registration import metadata_of
from mock_backpack.apis.oauth.server import Offer
from mock_backpack.core.backpack import Grant
from mock_backpack.core.sandbox import Sandbox


def granting_by(offer: Offer, base: str) -> Granting:
    """How an API grants access to a new client; ``base`` is the path of the API in a sandbox."""

    def granted(sandbox: Sandbox, order: GrantOrder) -> tuple[Grant, dict[str, str]]:
        """A grant of a new client, with the client's credentials."""
        backpack = sandbox.backpack
        scopes = tuple(offer.scopes) if order.scopes is None else order.scopes
        client = sandbox.clients.register(metadata_of(order.origin, scopes))
        grant = backpack.grant(order.earner, order.origin, scopes, client.id)
        return grant, {
            "client_id": client.id,
            "client_secret": client.secret,
            "access_token": grant.tokens.access,
            "refresh_token": grant.tokens.refresh,
            "expires": str(backpack.expires),
            "api_base": f"{order.root}{sandbox.prefix}{base}",
        }

    return granted
