"""Failing examples that are stored from run to run, so that they are tried first.

They are in a database of Hypothesis, which several runs can share. Hypothesis itself cannot use one
together with a seed, so what is stored is not its choices but the drawn values, as JSON. They
depend on the seed alone: nothing of the target is in them.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from attrs import frozen
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from conformance.core.errors import AuthoringError
from conformance.core.redaction.secrets import Secrets
from conformance.core.resources import suite_version
from conformance.scenario.model import Scenario

REPLAY = "replay"
"""The folder, below the folder of a run, where examples are stored unless a place is named."""
REDIS = ("redis://", "rediss://", "unix://")
"""How the URL of a Redis begins."""
SECONDS = 5.0
"""After which a Redis that does not answer is left alone."""
PASSWORD = re.compile(r"(?<=://).*@|(?<=\?).*", re.DOTALL)
"""What may hold a password in the URL of a Redis."""


@frozen
class ExampleStore:
    """A database of Hypothesis, and what goes wrong with it."""

    database: ExampleDatabase
    troubles: tuple[type[Exception], ...]

    @contextlib.contextmanager
    def usable(self) -> Iterator[ExampleDatabase]:
        """The database, as far as it can be reached: a run goes on without it."""
        with contextlib.suppress(*self.troubles):
            yield self.database


@frozen
class Memory:
    """The smallest examples that failed, by scenario and requirement."""

    store: ExampleStore | None
    """With ``None`` nothing is stored."""
    replays: bool = True
    """Whether the examples are tried again; they are stored in any case."""

    def recall(self, scenario: Scenario, requirement: str) -> list[Mapping[str, Any]]:
        """The failing examples that this suite version drew with the same strategies.

        The shortest come first.
        """
        if self.store is None or not self.replays:
            return []
        stored: list[bytes] = []
        with self.store.usable() as database:
            stored += database.fetch(_key(scenario, requirement))
        stored.sort(key=lambda text: (len(text), text))
        examples = (_example(text) for text in stored)
        return [each for each in examples if each.keys() == scenario.for_all.keys()]

    def learn(
        self, scenario: Scenario, requirement: str, example: Mapping[str, Any], secrets: Secrets
    ) -> None:
        """Store a failing example, if possible; without it the next run just takes longer.

        One that holds a secret, which only a scenario can have brought in, is not stored.
        """
        text = json.dumps(example)
        if self.store is None or secrets.vault.hits(text):
            return
        with self.store.usable() as database:
            database.save(_key(scenario, requirement), text.encode())

    def forget(self, scenario: Scenario, requirement: str, example: Mapping[str, Any]) -> None:
        """Delete an example that no longer fails."""
        if self.store is None:
            return
        with self.store.usable() as database:
            database.delete(_key(scenario, requirement), json.dumps(example).encode())


def _example(text: bytes) -> dict[str, Any]:
    """A stored example; an empty one if it is none."""
    try:
        example = json.loads(text)
    except ValueError:
        return {}
    return example if isinstance(example, dict) else {}


def _key(scenario: Scenario, requirement: str) -> bytes:
    """What an example fails, and what it was drawn from."""
    space = json.dumps(scenario.for_all, sort_keys=True).encode()
    name = f"backpack-conformance {suite_version()} {scenario.name} {requirement}"
    return f"{name} {hashlib.sha256(space).hexdigest()[:16]}".encode()


@cache
def example_store(place: str) -> ExampleStore:
    """The store in a folder, or at the URL of a Redis.

    Raises:
        AuthoringError: when the URL is wrong, or Redis needs a package that is not installed.
    """
    if "://" not in place:
        return ExampleStore(DirectoryBasedExampleDatabase(place), (OSError,))
    if not place.startswith(REDIS):
        raise _refusal(place, "expected a folder or redis://HOST:PORT/NUMBER")
    if find_spec("redis") is None:
        raise AuthoringError(
            "examples database: Redis needs a package: pip install 'backpack-conformance[soak]'"
        )
    # an extra
    from hypothesis.extra.redis import RedisExampleDatabase  # noqa: PLC0415
    from redis import Redis, RedisError  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    try:
        client = Redis.from_url(
            place,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
    except (ValueError, TypeError):  # their text may show the password
        raise _refusal(place, "expected redis://HOST:PORT/NUMBER") from None
    return ExampleStore(RedisExampleDatabase(client), (OSError, RedisError))


def check_examples_database(place: str) -> None:
    """See whether an example can be stored and read again.

    Raises:
        AuthoringError: when it cannot.
    """
    store = example_store(place)
    key, value = b"backpack-conformance check", os.urandom(8)
    try:
        store.database.save(key, value)
        is_stored = value in store.database.fetch(key)
        store.database.delete(key, value)
    except store.troubles as error:
        raise AuthoringError(f"examples database: expected {_kind(place)}, saw: {error}") from None
    if not is_stored:
        raise AuthoringError(f"examples database: expected {_kind(place)}, saw no write access")


def _kind(place: str) -> str:
    shown = without_password(place)
    return f"a Redis at {shown}" if "://" in place else f"a folder to write to at {shown}"


def _refusal(place: str, expected: str) -> AuthoringError:
    return AuthoringError(f"examples database: {expected}, saw {without_password(place)}")


def without_password(place: str) -> str:
    """A place as it may be shown."""
    return PASSWORD.sub(lambda found: "…@" if found[0].endswith("@") else "…", place)
