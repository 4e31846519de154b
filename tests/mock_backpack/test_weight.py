"""The mock is light: to load, and in what it leaves behind."""

import asyncio
import gc
import subprocess
import sys

import aiohttp
import pytest

from mock_backpack.core.exchange import Exchange
from tests.mock_backpack.earner import Tokens, identity

pytestmark = pytest.mark.anyio

LIGHT = """
import sys
import mock_backpack.client
assert mock_backpack.__version__ and "aiohttp" not in sys.modules
from mock_backpack import create_app
assert create_app() is not None and "aiohttp" in sys.modules
assert not {"cryptography", "joserfc", "jinja2", "pyoxigraph", "tomllib"} & set(sys.modules)
"""


@pytest.mark.slow
def test_what_nobody_asks_for_is_not_loaded():
    """The client needs no server, and a correct mock no page, no signature and no defect."""
    subprocess.run([sys.executable, "-c", LIGHT], check=True, timeout=300)


@pytest.mark.slow
async def test_an_answered_exchange_is_gone_at_once(
    http: aiohttp.ClientSession, tokens: Tokens
) -> None:
    """Nothing of an exchange but its line in the journal waits until the garbage is collected."""
    gc.collect()
    gc.disable()
    try:
        assert (await identity(http, tokens)).status == 200
        await asyncio.sleep(0.05)
        assert [instance for instance in gc.get_objects() if isinstance(instance, Exchange)] == []
    finally:
        gc.enable()
