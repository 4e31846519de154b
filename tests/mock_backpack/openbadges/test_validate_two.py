"""``mock-backpack validate --api ob2.1``: one badge of Open Badges 2.0."""

import json
import re
from pathlib import Path

import pytest

from tests.mock_backpack.apis.consumer import modern_badge
from tests.mock_backpack.hand_issuer import ADA, GRACE, public_key, signed
from tests.mock_backpack.judged import judged, lines
from tests.mock_backpack.openbadges.test_baked import itxt, with_content, with_verify

TWO = ("--api", "ob2.1")
PAGE = Path(__file__).parents[3] / "docs" / "consumers.md"
ON_PAGE = "https://badges.example.org/assertions/1"


def signed_badge(site):
    """A right badge as a JWS, with the documents that it leads to."""
    context = "https://w3id.org/openbadges/v2"
    key = f"{site.url}/key2"
    verification = {"type": "SignedBadge", "creator": key}
    assertion = modern_badge(site, id="urn:uuid:0d2ad0c2-1111-4222-8333-444455556666")
    owner = f"{site.url}/issuer2"
    pem = {"publicKeyPem": public_key().decode(), "owner": owner}
    site.host("/key2", {"@context": context, "id": key, "type": "CryptographicKey", **pem})
    site.host("/revoked2", {"@context": context, "type": "RevocationList", "issuer": owner})
    return signed({"alg": "RS256"}, {**assertion, "verification": verification})


def test_a_good_badge_is_told_member_by_member(threaded_site):
    """By its URL; each document with its members."""
    url = modern_badge(threaded_site)["id"]
    code, out = judged(url, "--earner", ADA, *TWO)
    assert code == 0, out
    printed = lines(out)
    for line in (f"assertion {url}", 'ok badge "', "badge class", "issuer", 'ok name "A school"'):
        assert any(row.startswith(line) for row in printed), out
    assert printed[-1] == "POST /assertions would answer: 200: the badge is taken"


FORMS = {
    "file": lambda site: json.dumps(modern_badge(site)).encode(),
    "jws": lambda site: signed_badge(site).encode(),
    "png with url": lambda site: itxt(modern_badge(site)["id"]),
    "png with json": lambda site: itxt(json.dumps(modern_badge(site))),
    "png with jws": lambda site: itxt(signed_badge(site)),
    "svg with url": lambda site: with_verify(modern_badge(site)["id"]),
    "svg with json": lambda site: with_content(json.dumps(modern_badge(site))),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_good_badge_may_come_in_any_form(threaded_site, tmp_path, form):
    """In a file; a picture is told of, too."""
    content = FORMS[form](threaded_site)
    (tmp_path / "badge").write_bytes(content)
    code, out = judged(str(tmp_path / "badge"), "--earner", ADA, *TWO)
    assert code == 0, out
    assert lines(out)[0].startswith("assertion" if " " not in form else "picture")


def test_a_picture_may_be_at_a_url(threaded_site):
    """As a baked badge is published."""
    picture = itxt(modern_badge(threaded_site)["id"])
    url = threaded_site.host("/baked", picture, Content_Type="image/png")
    code, out = judged(url, *TWO)
    assert (code, lines(out)[0]) == (0, f"picture {url}")


WRONG = {
    "member": ({"issuedOn": "2024-01-02"}, "wrong issuedOn expected an ISO 8601 time with a zone"),
    "revoked": ({"revoked": True}, "wrong revoked expected no such member"),
    "link": ({"badge": "http://127.0.0.1:9/class"}, "wrong expected"),
    "kind": ({"verification": {"type": "SignedBadge"}}, "wrong verification.type"),
}


@pytest.mark.parametrize("flaw", WRONG)
def test_what_is_wrong_is_told(threaded_site, flaw):
    """In the document that it is in, and in the answer."""
    changes, words = WRONG[flaw]
    code, out = judged(modern_badge(threaded_site, **changes)["id"], *TWO)
    assert code == 1
    assert any(line.startswith(words) for line in lines(out)), out
    assert "POST /assertions would answer: 400: INVALID_BADGE" in lines(out)[-1]


def test_a_badge_for_another_earner_is_told(threaded_site):
    """With the status text that a push would get."""
    code, out = judged(modern_badge(threaded_site)["id"], "--earner", GRACE, *TWO)
    assert code == 1
    assert "RECIPIENT_PROFILE_MISMATCH" in lines(out)[-1]
    assert any(line.startswith("wrong recipient.identity") for line in lines(out))


def test_a_copy_is_compared_with_what_is_served(threaded_site, tmp_path):
    """A file that says something else is wrong, though the hosted badge is right."""
    other = {**modern_badge(threaded_site), "issuedOn": "2023-01-02T03:04:05Z"}
    (tmp_path / "badge.json").write_text(json.dumps(other), encoding="utf-8")
    code, out = judged(str(tmp_path / "badge.json"), *TWO)
    assert code == 1
    assert lines(out)[0] == "file"
    assert lines(out)[1].startswith("wrong issuedOn")


@pytest.mark.parametrize("content", [b"no badge", b"\xff\xfe", b"[]", b""], ids=repr)
def test_what_is_no_badge_is_refused(tmp_path, content):
    """With what was expected; exit code 2."""
    (tmp_path / "badge").write_bytes(content)
    code, out = judged(str(tmp_path / "badge"), *TWO)
    assert code == 2
    assert "expected a URL" in out


def test_an_origin_has_no_place_here(threaded_site):
    """Grants of Open Badges 2.1 are of clients."""
    code, out = judged(modern_badge(threaded_site)["id"], "--origin", "http://a.example", *TWO)
    assert code == 2
    assert "--origin" in out


def test_the_badge_of_the_page_is_valid(threaded_site):
    """The command and its output, with a site of this machine."""
    url = modern_badge(threaded_site)["id"]
    text = PAGE.read_text(encoding="utf-8").replace(ON_PAGE, url)
    ((words, shown),) = re.findall(
        r"^\$ mock-backpack validate (.*)\n((?:.*\n){4})", text, re.MULTILINE
    )
    code, out = judged(*words.split())
    *first, _, last = shown.splitlines()
    assert (code, out.splitlines()[:2], out.splitlines()[-1]) == (0, first, last)
