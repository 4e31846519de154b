"""Keep all sandboxes of a mock in a file across restarts."""

import asyncio
import contextlib
import logging
import os
import re
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp.web import Application

from mock_backpack.core.errors import Full, Unsaved
from mock_backpack.core.forms import ListOf, Misfit, ObjectOf, Other, misfit
from mock_backpack.core.observer import Observer, SituationPlace
from mock_backpack.core.sandbox import Sandbox, Sandboxes, Shared
from mock_backpack.core.strict_json import DEEPEST_STATE, NotJson, strict_json
from mock_backpack.persistence.locking import FileLock, InUse
from mock_backpack.persistence.snapshot import Snapshot, put, take
from mock_backpack.persistence.snapshot_form import VERSION
from mock_backpack.persistence.snapshot_json import read_snapshot, to_json

EVERY_SECONDS = 2.0
STATE = ObjectOf({"version": Other(lambda _: None), "sandboxes": ListOf(Other(lambda _: None))})
"""The form of a state file; each sandbox is checked by itself."""

log = logging.getLogger("mock_backpack")


class BadState(ValueError):
    """A file that holds no state of a mock, or that another mock uses."""


def load(path: Path, sandboxes: Sandboxes, second_port: int = 0) -> None:
    """Take up what a file holds.

    Args:
        path: the file.
        sandboxes: those of the mock; what the file does not name stays as it is.
        second_port: where situations have their second socket; 0 for where it was before.

    Raises:
        BadState: when it holds something else; the sandboxes may have changed then.
        OSError: when it cannot be read.
    """
    try:
        document = strict_json(path.read_bytes(), DEEPEST_STATE)
        STATE.check(document)
        for index, sandbox in enumerate(document["sandboxes"]):
            try:
                _load_sandbox(sandbox, sandboxes, second_port)
            except Misfit as error:
                raise error.under(f".sandboxes[{index}]") from error
    except (NotJson, Misfit, Full) as error:
        raise BadState(f"{path}: expected the state of a mock: {error}") from error


def _load_sandbox(document: Any, sandboxes: Sandboxes, second_port: int) -> None:
    snapshot = read_snapshot(document, sandboxes.shared)
    sandbox = sandboxes.find(snapshot.name)
    if sandbox is None:
        try:
            sandbox = sandboxes.create(snapshot.name, snapshot.shape)
        except ValueError as error:
            raise Misfit(str(error)).under(".name") from error
    elif snapshot.name:
        raise misfit("each name once", snapshot.name).under(".name")
    place = snapshot.place
    put(sandbox, snapshot, _observer(sandboxes.shared, place, second_port) if place else None)


def _observer(shared: Shared, place: SituationPlace, second_port: int) -> Observer:
    host, _, _ = place.elsewhere.rpartition(":")
    elsewhere = f"{host}:{second_port}" if second_port else place.elsewhere
    return shared.observer(place.situation, elsewhere)


Saved: TypeAlias = tuple[Sandbox, int]
"""A sandbox, and the count of its changes."""


class Keeper:
    """Saves a mock's state when it has changed, and at the end."""

    def __init__(self, path: Path, sandboxes: Sandboxes) -> None:
        self._path = path
        self._sandboxes = sandboxes
        self._lock = FileLock(path)
        self._stopped = asyncio.Event()
        self._saved: list[Saved] = []
        """The saved content."""
        self._texts: dict[Saved, bytes] = {}
        """The JSON of each sandbox, so that one that did not change is not spelled out again."""

    def begin(self, second_port: int = 0) -> None:
        """Take up what the file holds, and see that it can be written; another may not use it.

        Raises:
            BadState: when another mock uses it, or it holds something else.
            OSError: when it cannot be read or written.
        """
        try:
            is_new = self._lock.take()
        except InUse as error:
            raise BadState(f"{self._path}: another mock uses this file") from error
        try:
            if not is_new:
                load(self._path, self._sandboxes, second_port)
            _sweep(self._path)
            now, changed = self._changed()
            self._write(now, changed)
        except BaseException:
            self._lock.release()
            raise

    async def running(self, _app: Application) -> AsyncIterator[None]:
        """A clean-up context of aiohttp: save while the application runs, and when it ends.

        Raises:
            Unsaved: at the end, when the last changes cannot be written.
        """
        with ThreadPoolExecutor(1, "state") as thread:  # others wait for names of hosts
            saving = asyncio.create_task(self._again_and_again(thread))
            yield
            self._stopped.set()
            await saving
            try:
                await self.save_changes(thread)
            except OSError as error:
                message = f"{self._path}: the last changes are lost: {error.strerror}"
                raise Unsaved(message) from error
            finally:
                self._lock.release()

    async def _again_and_again(self, thread: ThreadPoolExecutor) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), EVERY_SECONDS)
                return
            try:
                await self.save_changes(thread)
            except OSError as error:  # there may be room again the next time
                log.warning("%s: the state was not saved: %s", self._path, error.strerror)

    async def save_changes(self, thread: ThreadPoolExecutor) -> None:
        """Save in a thread, unless nothing has changed since the last time.

        Raises:
            OSError: when the file cannot be written; the old one is whole.
        """
        now, changed = self._changed()
        if now != self._saved or not self._lock.holds():
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(thread, self._write, now, changed)

    def _changed(self) -> tuple[list[Saved], dict[Saved, Snapshot]]:
        """All sandboxes as they are, and copies of those whose JSON is not known."""
        now = [(sandbox, sandbox.changes.count) for sandbox in self._sandboxes]
        return now, {saved: take(saved[0]) for saved in now if saved not in self._texts}

    def _write(self, now: list[Saved], changed: dict[Saved, Snapshot]) -> None:
        known = {**self._texts, **{saved: to_json(copy) for saved, copy in changed.items()}}
        self._texts = {saved: known[saved] for saved in now}
        write(self._path, self._texts.values(), self._lock)
        self._saved = now


def write(path: Path, sandboxes: Iterable[bytes], lock: FileLock) -> None:
    """Write a file that only its owner can read, in one go: it is whole or it is the old one.

    Raises:
        OSError: when that is not possible.
    """
    other = path.with_name(f".{path.name}.saving")
    other.unlink(missing_ok=True)
    handle = os.open(other, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b'{"version":%d,"sandboxes":[\n' % VERSION)
            for index, text in enumerate(sandboxes):
                file.write(b",\n" + text if index else text)
            file.write(b"\n]}\n")
            file.flush()
            os.fsync(handle)
            lock.replace(other, handle)
    except BaseException:
        other.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """See that the new name survives a power cut, where folders can be synchronised."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(path: Path) -> None:
    """Take away what a mock that was killed while it saved has left: there are tokens in it."""
    left = re.compile(rf"\.{re.escape(path.name)}\.(saving|[a-z0-9_]{{8}})")
    for file in path.parent.iterdir():
        if left.fullmatch(file.name) and file.is_file():
            file.unlink(missing_ok=True)
