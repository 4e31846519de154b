"""``mock-backpack validate`` takes every variant of a credential, and refuses every flaw."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from itertools import count

import pytest
from aiohttp import web
from yarl import URL

from conformance.openbadges.v3.credential import CredentialSpec, make_credential
from conformance.openbadges.v3.flaws import flaws_3
from conformance.openbadges.v3.strategies import ENDLESS
from conformance.openbadges.v3.variants import variants_3
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.issuer.open_badges_3.opinion import opinion_of
from mock_backpack.issuer.opinion import Question
from mock_backpack.openbadges.fetch import Fetcher
from tests.conformance.openbadges.v3.credentials import EMAIL, NAMES, PARTS, each
from tests.mock_backpack.hand_issuer import Site, issuer_site

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
NAMES_OF_FOLDERS = count()
NO_JWS = ("jws-halved", "jws-with-a-fourth-part")
UNSEEN = ("schema",)
"""Variants whose schema nobody can fetch here, which a note says."""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for all of them."""
    return "asyncio"


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    """One site for all credentials; each has a folder of its own."""
    async with issuer_site() as started:
        yield started


@pytest.fixture(scope="module")
async def fetcher() -> AsyncIterator[Fetcher]:
    """With little patience."""
    patient = Fetcher(FetchPolicy(seconds=0.5))
    async with contextlib.asynccontextmanager(patient.running)():
        yield patient


async def endless(request: web.Request) -> web.StreamResponse:
    """An answer that does not end while anybody waits."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    with contextlib.suppress(ConnectionError):
        await answer.write(b"{")
        await asyncio.Event().wait()
    return answer


async def opinion(site, fetcher, change, *, jwt):
    """The opinion on a credential with one change, whose documents are served."""
    folder = f"{site.url}/{next(NAMES_OF_FOLDERS)}"
    urls = {part: f"{folder}/{part}" for part in PARTS}
    urls["elsewhere"] = f"{folder}/elsewhere".replace("127.0.0.1", "localhost")
    changed = change.change(make_credential(CredentialSpec(EMAIL, NAMES, is_jwt=jwt), urls))
    for url, part in changed.served().items():
        path = URL(url).path
        if part.delivery.never_ends:
            site.answer(path, endless)
        else:
            site.host(path, part.content, part.status, **{"Content-Type": part.type})
    pushed = changed.pushed()
    content = pushed if isinstance(pushed, str) else json.dumps(pushed)
    return await opinion_of(content.encode(), Question(EMAIL), fetcher)


@pytest.mark.parametrize(("name", "jwt"), each(variants_3()))
async def test_a_variant_is_valid(site, fetcher, name, jwt):
    """Without a complaint about any document."""
    judged = await opinion(site, fetcher, variants_3()[name], jwt=jwt)
    assert judged.is_good, judged
    notes = [note for look in judged.inspection.looks for note in look.notes]
    assert any("could not be fetched" in note for note in notes) == (name in UNSEEN)


@pytest.mark.parametrize(("name", "jwt"), each(flaws_3()))
async def test_a_flaw_is_told(site, fetcher, name, jwt):
    """As a complaint, and in the answer; of what is no JWS before anything is judged."""
    if name in NO_JWS:
        with pytest.raises(ValueError, match="a JWS has 3 parts"):
            await opinion(site, fetcher, flaws_3()[name], jwt=jwt)
        return
    judged = await opinion(site, fetcher, flaws_3()[name], jwt=jwt)
    assert (judged.is_good, judged.status) == (False, 422), judged
    assert judged.inspection.complaints
    assert (name == ENDLESS) == ("within 0.5 seconds" in judged.message)
