"""How a credential is looked up in status lists."""

import pytest

from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.hand_credential import complaint, credential, proven, status_list

pytestmark = pytest.mark.anyio


def revocation_list(site, *entries, **changes) -> dict:
    """Host a revocation list of 1EdTech; its entry in a credential."""
    listing = {"issuer": f"{site.url}/issuer3", "revokedCredential": list(entries), **changes}
    url = site.host("/revoked3", {"id": f"{site.url}/revoked3", **listing})
    return {"id": url, "type": "1EdTechRevocationList"}


def with_status(site, status) -> dict:
    """A proven credential with a status."""
    contexts = [made.V2, made.OB, made.EXTENSIONS]
    return proven({**credential(site, credentialStatus=status), "@context": contexts})


async def test_what_no_list_names_is_accepted(judge, site):
    """Also when the list names others, or says that one is no longer revoked."""
    entries = (
        "urn:uuid:2",
        {"id": "urn:uuid:3"},
        {"id": f"{site.url}/credentials/one", "revoked": False},
    )
    assert await judge.embedded(with_status(site, revocation_list(site, *entries)))
    assert await judge.embedded(with_status(site, status_list(site, 6, 8)))
    both = [revocation_list(site), status_list(site)]
    assert await judge.embedded(with_status(site, both))


async def test_a_revoked_credential_is_refused(judge, site):
    """With the reason of its issuer."""
    name = f"{site.url}/credentials/one"
    entry = {"id": name, "revocationReason": "a mistake"}
    refused = await complaint(judge.embedded(with_status(site, revocation_list(site, entry))))
    assert 'saw "a mistake"' in refused
    for purpose in ("revocation", "suspension"):
        status = status_list(site, 7, purpose=purpose)
        refused = await complaint(judge.embedded(with_status(site, status)))
        assert f"bit 7: expected 0, saw 1: {purpose}" in refused


async def test_a_list_for_another_purpose_ends_nothing(judge, site):
    """It is not even fetched."""
    status = status_list(site, 7, purpose="message")
    document = with_status(site, status)
    site.visits.clear()
    assert await judge.embedded(document)
    assert "/status/1" not in site.visits


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "StatusList2021Entry"}, "1EdTechRevocationList"),
        ({"statusPurpose": 7}, "credentialStatus.statusPurpose"),
        ({"statusListIndex": 7}, "a whole number as a text"),
        ({"statusListIndex": "-1"}, "a whole number as a text"),
        ({"statusListIndex": "131072"}, "a number below 131072"),
        ({"statusListCredential": "urn:uuid:1"}, "an absolute http(s) URL"),
        ({"statusSize": 2}, "credentialStatus.statusSize"),
    ],
    ids=str,
)
async def test_a_wrong_entry_is_refused(judge, site, changes, expected):
    """By its member."""
    status = {**status_list(site), **changes}
    document = {**credential(site), "credentialStatus": status}
    with_proof = proven(credential(site))
    judging = judge._status.check({**with_proof, **document})
    assert expected in await complaint(judging)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"statusPurpose": "suspension"}, "credentialSubject.statusPurpose"),
        ({"encodedList": "H4sI"}, "u and gzip in base64url"),
        ({"encodedList": "uH4sI"}, "an incomplete list"),
        ({"encodedList": "uH4sIAAAAAAAC_2NgGAWjYBSMglEwCkYiAAA0-EKfAAgAAA"}, "saw"),
    ],
    ids=str,
)
async def test_a_wrong_list_is_refused(judge, site, changes, expected):
    """Though its proof is right."""
    status = status_list(site, **changes)
    if "statusPurpose" in changes:
        status["statusPurpose"] = "revocation"
    judging = judge._status.check({**credential(site), "credentialStatus": status})
    assert expected in await complaint(judging)


async def test_a_list_must_be_signed(judge, site):
    """Or be a token; its own issuer signs it."""
    status = status_list(site)
    document = with_status(site, status)
    site.host("/status/1", {"type": ["VerifiableCredential"]})
    assert "status list.type" in await complaint(judge.embedded(document))
    listing = {"type": ["VerifiableCredential", "BitstringStatusListCredential"]}
    site.host("/status/1", {**listing, "issuer": f"{site.url}/issuer3"})
    assert "status list.proof" in await complaint(judge.embedded(document))
    site.host("/status/1", b"no token")
    assert "a compact JWS" in await complaint(judge.embedded(document))
    site.host("/status/1", {}, status=404)
    assert "404" in await complaint(judge.embedded(document))


async def test_a_revocation_list_is_the_issuers_own(judge, site):
    """Of somebody else's nobody knows what it is worth."""
    status = revocation_list(site, issuer="https://stranger.example/")
    assert "revocation list.issuer" in await complaint(judge.embedded(with_status(site, status)))


async def test_many_entries_are_refused(judge, site):
    """Each is a request."""
    document = {**credential(site), "credentialStatus": [status_list(site)] * 9}
    assert "at most 8 entries" in await complaint(judge._status.check(document))
    document["credentialStatus"] = ["https://a.example/"]
    assert "an object" in await complaint(judge._status.check(document))
