"""Whether a credential fits the JSON Schemas that it names (Open Badges 3.0, section Verification).

A schema is a program of a stranger: a pattern alone can keep a processor busy for years. So it is
applied in a process of its own, which is ended when it takes too long.
"""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from attrs import frozen

from mock_backpack.core.errors import Unable
from mock_backpack.core.origin import web_url
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import json_bytes, strict_json
from mock_backpack.openbadges.complaint import (
    Complaint,
    Misfitting,
    Unreachable,
    invalid,
    quoted,
)
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.openbadges.three import conform
from mock_backpack.openbadges.three.members import is_of_type, listed

KINDS = ("1EdTechJsonSchemaValidator2019", "JsonSchema")
"""Types of schemas: that of Open Badges 3.0, and that of W3C's VC JSON Schema."""
MEMBER = "credentialSchema"
MOST_ENTRIES = 8
SECONDS = 10.0
"""For one schema, the start of the process included."""


@frozen
class Schemas:
    """Compares credentials with their schemas, which are got by one fetcher."""

    fetcher: Fetcher
    unasked: str = ""
    """What the URLs of schemas begin with that are not fetched; ``""`` when all are."""

    async def check(self, credential: Mapping[str, Any]) -> None:
        """See that a credential fits its schemas, as far as they can be had.

        A schema that does not come proves nothing against a credential.

        Raises:
            InvalidBadge: when it does not fit one, or one is no schema.
        """
        for url in urls_of(credential):
            if self.unasked and url.startswith(self.unasked):
                continue
            with suppress(Unreachable):
                schema = await self.fetcher.json_object("schema", url)
                async with self.fetcher.applying:
                    complaints = await misfits(schema, credential, url)
                if complaints:
                    raise Misfitting(complaints)


@seam
def urls_of(credential: Mapping[str, Any]) -> list[str]:
    """The URLs of the schemas that can be applied.

    Raises:
        InvalidBadge: when an entry is wrong.
    """
    entries = listed(credential.get(MEMBER))
    if len(entries) > MOST_ENTRIES:
        raise invalid("credential", MEMBER, f"at most {MOST_ENTRIES} entries", str(len(entries)))
    return [str(entry["id"]) for entry in entries if _is_applied(entry)]


def _is_applied(entry: Any) -> bool:
    if not isinstance(entry, dict):
        raise invalid("credential", MEMBER, "an object with id and type", quoted(entry))
    if not is_known(entry):
        return False
    if web_url(entry.get("id")) is None:
        expected = "the absolute http(s) URL of a JSON Schema"
        raise invalid("credential", f"{MEMBER}.id", expected, quoted(entry.get("id")))
    return True


@seam
def is_known(entry: Mapping[str, Any]) -> bool:
    """Whether a schema is of a type that is applied."""
    return any(is_of_type(kind)(entry.get("type")) for kind in KINDS)


async def misfits(
    schema: Mapping[str, Any], credential: Mapping[str, Any], url: str
) -> tuple[Complaint, ...]:
    """Where a credential does not fit a schema; the schema's own mistakes are complaints, too.

    Raises:
        Unable: when this machine has no more processes.
    """
    value = {"schema": schema, "value": credential}
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", conform.__file__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise Unable(error.errno, "the mock cannot start a process for a schema") from error
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await child.communicate(json_bytes(value))
    except TimeoutError:
        output = b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if not output:
        return (_costly(),)
    return tuple(_complaint(each, url) for each in strict_json(output))


def _costly() -> Complaint:
    expected = f"a schema that can be applied within {SECONDS:g} seconds"
    return Complaint("schema", "", expected, "one that takes longer, or more memory")


def _complaint(misfit: Mapping[str, str], url: str) -> Complaint:
    if misfit["document"] == "schema":
        return Complaint(*(misfit[name] for name in ("document", "member", "expected", "saw")))
    expected = f"what the schema {url} says, {misfit['expected']}"
    return Complaint(misfit["document"], misfit["member"], expected, misfit["saw"])
