"""A small, correct provider of Open Badges 2.1 made of stock parts: Authlib's server on Tornado.

It shares no code with the mock or with the other provider, and differs from that one wherever the
specification leaves a choice.
"""

from tests.miniatures.stock.provider import StockProvider

__all__ = ["StockProvider"]
