"""The verdict on clients of Open Badges 3.0: right ways are not accused."""

from urllib.parse import urljoin

import pytest

from mock_backpack.issuer.badge_connect.judges import JUDGES as OF_2_1
from mock_backpack.issuer.open_badges_3.habits import OTHER_TYPE
from mock_backpack.issuer.open_badges_3.judges import JUDGES
from mock_backpack.issuer.situations import situations_of
from tests.mock_backpack.apis.open_badges_3.holder import ALL, Holder
from tests.mock_backpack.earner import send
from tests.mock_backpack.hand_credential import OB, V2, credential, proof_of, proven, token

pytestmark = pytest.mark.anyio

STATE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture
async def holder(http, mock, site) -> Holder:
    """A client of a sandbox in which nothing is wrong."""
    sandbox = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"situation": "ob3/healthy"})
    return Holder(http, sandbox.json["url"], site.url)


async def connected(holder):
    """Register, ask with a good state, and trade the code with all five fields."""
    await holder.register()
    back = await holder.consent(holder.request(state=STATE))
    return await holder.exchange(back["code"], scope=" ".join(ALL))


async def verdict(holder):
    """What the mock makes of it."""
    return (await send(holder.http, "GET", f"{holder.root}/_mock/verdict")).json


def outcomes(judged):
    """The outcome of each requirement."""
    return {ruling["id"]: ruling["outcome"] for ruling in judged["requirements"]}


async def test_nothing_is_green_by_silence(http, mock):
    """Without requests nothing is judged, in any situation."""
    for situation in situations_of("ob3"):
        sandbox = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"situation": situation})
        judged = (await send(http, "GET", f"{sandbox.json['admin']}/verdict")).json
        assert set(outcomes(judged)) == set(JUDGES)
        assert {ruling["reason"] for ruling in judged["requirements"]} == {
            "the issuer sent no requests"
        }


async def test_a_client_of_this_api_is_no_client_of_another(holder, mock, site):
    """Their endpoints have the same names; without a situation both are judged."""
    holder.root = mock
    await connected(holder)
    assert (await holder.push_credential(proven(credential(site)))).status == 201
    judged = await verdict(holder)
    assert judged["failed"] == []
    assert {outcomes(judged)[name] for name in OF_2_1} == {"untested"}
    assert {"OB3-CLIENT-02", "OB3-CLIENT-05", "OB3-CRED-07"} <= {
        name for name, outcome in outcomes(judged).items() if outcome == "passed"
    }


async def test_a_proof_that_the_mock_cannot_verify_accuses_nobody(holder, site):
    """Selective disclosure is one of the suites that credentials may have."""
    await connected(holder)
    document = proven(credential(site))
    proof = {**document["proof"], "cryptosuite": "ecdsa-sd-2023"}
    assert (await holder.push_credential({**document, "proof": proof})).status == 422
    judged = await verdict(holder)
    assert judged["failed"] == []
    assert outcomes(judged)["OB3-CRED-08"] == "untested"


async def test_a_context_that_the_mock_does_not_know_accuses_nobody(holder, site):
    """It fetches none."""
    await connected(holder)
    context = "https://badges.example.org/context.json"
    document = credential(site)
    proof = proof_of(document)
    document = {**document, "@context": [V2, OB, context], "proof": proof}
    assert (await holder.push_credential(document)).status == 422
    assert (await verdict(holder))["failed"] == []


async def test_one_good_proof_of_several_is_enough(holder, site):
    """The other may be for verifiers of another kind."""
    await connected(holder)
    document = proven(credential(site))
    other = {**document["proof"], "cryptosuite": "ecdsa-rdfc-2019"}
    document["proof"] = [other, document["proof"]]
    assert (await holder.push_credential(document)).status == 201
    judged = await verdict(holder)
    assert judged["failed"] == []
    assert outcomes(judged)["OB3-CRED-08"] == "passed"


async def test_a_newer_version_is_no_repetition(holder, site):
    """The same once more is."""
    await connected(holder)
    first = proven(credential(site))
    newer = proven(credential(site, validFrom="2024-02-01T00:00:00Z"))
    for document in (first, newer):
        await holder.push_credential(document)
    assert (await verdict(holder))["failed"] == []
    await holder.push_credential(first)
    assert (await verdict(holder))["failed"] == ["OB3-CLIENT-08"]


async def test_a_document_that_has_not_changed_is_fresh(holder, site):
    """304 counts as the document of before."""
    rules = ["manifest.short_lived seconds=0"]
    await send(holder.http, "POST", f"{holder.root}/_mock/rules", json=rules)
    url = f"{holder.root}/ims/ob/v3p0/discovery"
    tag = (await holder.ask("GET", url)).headers["ETag"]
    await connected(holder)
    for name in ("one", "two"):
        again = await holder.ask("GET", url, headers={"If-None-Match": tag})
        assert again.status == 304
        assert (await holder.push_credential(proven(credential(site, name)))).status == 201
    judged = await verdict(holder)
    assert judged["failed"] == []
    assert outcomes(judged)["OB3-CLIENT-19"] == "passed"


async def test_another_json_type_is_a_habit(holder, site):
    """The mock takes it."""
    await connected(holder)
    headers = {"Content-Type": "application/ld+json"}
    document = proven(credential(site))
    assert (await holder.push_credential(document, headers=headers)).status == 201
    judged = await verdict(holder)
    assert judged["failed"] == []
    assert [habit["does"] for habit in judged["habits"]] == [OTHER_TYPE]


async def test_several_mistakes_are_told_at_once(holder, site):
    """Those of one part of a credential."""
    await connected(holder)
    document = credential(site, type=["VerifiableCredential"], validFrom="2024-01-02")
    await holder.push_credential(proven(document))
    assert (await verdict(holder))["failed"] == ["OB3-CRED-02", "OB3-CRED-03"]


async def test_a_wrong_path_is_told_as_such(holder, site):
    """And not as a wrong credential."""
    await connected(holder)
    answer = await holder.call("POST", "/credential", json=proven(credential(site)))
    assert answer.status == 404
    assert (await verdict(holder))["failed"] == ["OB3-CLIENT-01"]


async def test_a_ready_made_client_needs_no_discovery(http, holder, site):
    """Its addresses were given to it."""
    order = {"earner": "ada@example.org", "origin": site.url, "api": "ob3"}
    made = (await send(http, "POST", f"{holder.root}/_mock/grants", json=order)).json
    holder.api, holder.tokens = {"apiBase": made["api_base"]}, made
    assert (await holder.push_credential(token(credential(site)))).status == 201
    judged = await verdict(holder)
    assert judged["failed"] == []
    assert outcomes(judged)["OB3-CRED-10"] == "passed"


async def test_a_redirect_that_is_not_followed_is_told(http, mock, site):
    """A client that stops there has not found the document."""
    order = {"situation": "ob3/discovery-moved"}
    sandbox = await send(http, "POST", f"{mock}/_mock/sandboxes", json=order)
    holder = Holder(http, sandbox.json["url"], site.url)
    url = f"{holder.root}/ims/ob/v3p0/discovery"
    moved = await send(http, "GET", url)
    assert moved.status == 301
    judged = await verdict(holder)
    assert judged["failed"] == ["OB3-CLIENT-01"]
    await send(http, "GET", urljoin(url, moved.headers["Location"]))
    assert (await verdict(holder))["failed"] == []


async def test_an_endless_redirect_may_be_given_up(http, holder):
    """After it was followed once."""
    rules = ["http.redirect endpoint=discovery loop=forever"]
    await send(http, "POST", f"{holder.root}/_mock/rules", json=rules)
    url = f"{holder.root}/ims/ob/v3p0/discovery"
    for _ in range(2):
        url = urljoin(url, (await send(http, "GET", url)).headers["Location"])
    assert (await verdict(holder))["failed"] == []


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_profile_by_another_method_is_told(holder, method):
    """It is put."""
    await connected(holder)
    answer = await holder.call(method, "/profile", json={"name": "Ada King"})
    assert answer.status == 405
    judged = await verdict(holder)
    assert judged["failed"] == ["OB3-CLIENT-13"]


async def test_a_credential_within_another_object_is_one_mistake(holder, site):
    """What is around it has none of the members of a credential."""
    await connected(holder)
    body = {"credential": proven(credential(site))}
    assert (await holder.push_credential(body)).status == 422
    judged = await verdict(holder)
    assert judged["failed"] == ["OB3-CLIENT-07"]
