"""Faults of Open Badges 3.0: each one armed on a mock, and seen by a client as what it is."""

import pytest

from tests.mock_backpack.apis.open_badges_3.holder import Holder
from tests.mock_backpack.earner import send
from tests.mock_backpack.hand_credential import credential, proven

pytestmark = pytest.mark.anyio


@pytest.fixture
async def holder(http, mock, site) -> Holder:
    """A client that knows nothing yet."""
    return Holder(http, mock, site.url)


@pytest.fixture
def arm(http, mock):
    """Arm a fault on the mock, in words."""

    async def arm(*rules):
        answer = await send(http, "POST", f"{mock}/_mock/rules", json=list(rules))
        assert answer.status == 201, answer.text

    return arm


async def test_endpoints_are_on_another_port(arm, holder, site):
    """All of them, and they work."""
    await arm("manifest.elsewhere")
    await holder.connect()
    assert not any(url.startswith(f"{holder.root}/") for url in holder.api.values())
    assert (await holder.push_credential(proven(credential(site)))).status == 201


async def test_a_server_is_relative(arm, holder):
    """It begins with a slash."""
    await arm("discovery.relative")
    assert (await holder.discover())["apiBase"] == "/ims/ob/v3p0"


@pytest.mark.parametrize(("how", "status"), [("replaced", 200), ("unchanged", 304)])
async def test_a_new_credential_is_answered_as_known(arm, holder, site, how, status):
    """And it is there."""
    await holder.connect()
    await arm(f"upsert.answered how={how}")
    assert (await holder.push_credential(proven(credential(site)))).status == status
    assert (await holder.call("GET", "/credentials")).headers["X-Total-Count"] == "1"


@pytest.mark.parametrize(("codes", "minor"), [("known", "invalid_data"), ("odd", "quota_exceeded")])
async def test_a_credential_is_refused(arm, holder, site, codes, minor):
    """With a code that fits the status, or with none that there is."""
    await holder.connect()
    await arm(f"upsert.refused status=422 codes={codes}")
    refused = await holder.push_credential(proven(credential(site)))
    assert refused.status == 422
    (field,) = refused.body["imsx_codeMinor"]["imsx_codeMinorField"]
    assert field["imsx_codeMinorFieldValue"] == minor
    assert (await holder.call("GET", "/credentials")).status == 200


async def test_pages_have_what_is_asked_for(arm, holder):
    """An array without credentials is missing, and descriptions are long."""
    await holder.connect()
    await arm("collection.pages badges=3 limit=1 kilobytes=2 arrays=odd")
    pages = [await holder.call("GET", f"/credentials?offset={at}") for at in range(3)]
    assert [list(page.body) for page in pages] == [
        *(["credential"], ["credential"], ["compactJwsString"])
    ]
    assert all(len(page.text) > 2000 for page in pages)
    assert ['rel="next"' in page.headers["Link"] for page in pages] == [True, True, False]


async def test_a_profile_has_more_members(arm, holder):
    """Until a client puts another."""
    await holder.connect()
    await arm("person.rich")
    profile = (await holder.call("GET", "/profile")).body
    assert profile["familyName"] == "Lovelace"
    del profile["familyName"]
    assert (await holder.call("PUT", "/profile", json=profile)).status == 200
    assert "familyName" not in (await holder.call("GET", "/profile")).body


async def test_a_profile_is_put_later(arm, holder):
    """What is read stays, and what is wrong is refused."""
    await holder.connect()
    await arm("person.later")
    profile = (await holder.call("GET", "/profile")).body
    put = await holder.call("PUT", "/profile", json={**profile, "name": "Ada King"})
    assert (put.status, put.body["imsx_codeMajor"]) == (202, "processing")
    assert (await holder.call("GET", "/profile")).body == profile
    assert (await holder.call("PUT", "/profile", json={"name": "Ada"})).status == 422


async def test_another_status_says_when_to_retry(arm, http, mock):
    """Whatever it is."""
    await arm("http.unavailable status=500 retry_after=1 endpoint=discovery")
    answer = await send(http, "GET", f"{mock}/ims/ob/v3p0/discovery")
    assert (answer.status, answer.headers["Retry-After"]) == (500, "1")
