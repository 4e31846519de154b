"""Serve a mock on a socket until somebody says stop."""

import asyncio
import contextlib
import errno
import signal
from collections.abc import AsyncIterator, Callable

from aiohttp import web

STOP_SECONDS = 5.0
"""How long requests in flight may take to finish when the mock stops."""


class PortInUse(OSError):
    """Something else listens on the wanted address."""


@contextlib.asynccontextmanager
async def served(
    app: web.Application, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve an application while the block runs; yields its URL without a trailing slash.

    Raises:
        PortInUse: when another process has the port.
        OSError: when the address cannot be used at all.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(error.errno, f"{host}:{port} is in use") from error
        raise


async def serve(app: web.Application, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is told the URL once the socket listens."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    async with served(app, host, port) as url:
        ready(url)
        await stop.wait()
