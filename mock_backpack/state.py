"""Keep all sandboxes of a mock in a file across restarts."""

import asyncio
import contextlib
import json
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp.web import Application

from mock_backpack.errors import Unsaved
from mock_backpack.sandbox import Sandboxes
from mock_backpack.settings import Shape
from mock_backpack.snapshot import VERSION, BadSnapshot, restore, snapshot

EVERY_SECONDS = 2.0

log = logging.getLogger("mock_backpack")


class BadState(ValueError):
    """A file that holds no state of a mock."""


def load(path: Path, sandboxes: Sandboxes) -> None:
    """Take up what a file holds; one that is not there yet holds nothing.

    Raises:
        BadState: when it holds something else.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise BadState(f"{path}: expected the state of a mock: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("sandboxes"), list):
        raise BadState(f"{path}: expected the state of a mock, an object with sandboxes")
    for one in said["sandboxes"]:
        try:
            name = one["name"]
            sandbox = sandboxes.find(name) or sandboxes.create(name, Shape())
            restore(sandbox, one)
        except (BadSnapshot, KeyError, TypeError, ValueError) as error:
            raise BadState(f"{path}: {error}") from error


def save(path: Path, sandboxes: Sandboxes) -> None:
    """Write a file that only its owner can read, in one go: it is whole or it is the old one."""
    said = {"version": VERSION, "sandboxes": [snapshot(one) for one in sandboxes]}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class Keeper:
    """Saves a mock's state when it has changed, and at the end."""

    def __init__(self, path: Path, sandboxes: Sandboxes) -> None:
        self._path = path
        self._sandboxes = sandboxes
        self._saved: Any = None

    async def running(self, _app: Application) -> AsyncIterator[None]:
        """A clean-up context of aiohttp: save while the application runs, and when it ends.

        Raises:
            Unsaved: at the end, when the last changes cannot be written.
        """
        saving = asyncio.create_task(self._again_and_again())
        yield
        saving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await saving
        try:
            self.save_changes()
        except OSError as error:
            raise Unsaved(f"{self._path}: the last changes are lost: {error.strerror}") from error

    async def _again_and_again(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                self.save_changes()
            except OSError as error:  # there may be room again the next time
                log.warning("%s: the state was not saved: %s", self._path, error.strerror)

    def save_changes(self) -> None:
        """Save, unless nothing has changed since the last time."""
        now = [
            (one.name, one.backpack.changes, one.clock.ahead, [rule.matched for rule in one.rules])
            for one in self._sandboxes
        ]
        if now != self._saved:
            save(self._path, self._sandboxes)
            self._saved = now
