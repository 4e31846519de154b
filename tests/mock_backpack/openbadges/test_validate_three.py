"""``mock-backpack validate`` on credentials of Open Badges 3.0."""

import json
import zlib
from pathlib import Path

import pytest

from tests.console import assert_shown, examples
from tests.mock_backpack.apis.consumer import modern_badge
from tests.mock_backpack.hand_credential import (
    EXTENSIONS,
    OB,
    V2,
    credential,
    identifier,
    proven,
    status_list,
    token,
)
from tests.mock_backpack.hand_issuer import ADA, GRACE, flat_badge, good_badge, signed
from tests.mock_backpack.judged import judged, lines
from tests.mock_backpack.openbadges.test_baked import chunk, itxt, png

ROOT = Path(__file__).parents[3]
COMMAND = "mock-backpack validate "
SHOWN = [
    (command, output)
    for command, output in examples((ROOT / "docs" / "mock.md").read_text(encoding="utf-8"))
    if command.startswith(COMMAND)
]
ENDPOINT = "POST /ims/ob/v3p0/credentials would answer:"
TAKEN = f"{ENDPOINT} 201: the credential is taken"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
    "%s</svg>"
)


def baked(text, flags=b"\0\0"):
    """A PNG, as Open Badges 3.0 has it."""
    return png(chunk(b"iTXt", b"openbadgecredential\0" + flags + b"\0\0" + text))


def good(site):
    """A right credential as JSON."""
    return json.dumps(proven(credential(site))).encode()


def good_token(site):
    """A right credential as a token."""
    return token(credential(site)).encode()


FORMS = {
    "json": (good, "a credential with a proof"),
    "token": (good_token, "a credential as a token (VC-JWT)"),
    "png with json": (lambda site: baked(good(site)), "a picture with a credential"),
    "png with token": (lambda site: baked(good_token(site)), "a picture with a credential"),
    "svg with json": (
        lambda site: (
            (SVG % "<openbadges:credential><![CDATA[%s]]></openbadges:credential>").encode()
            % good(site)
        ),
        "a picture with a credential",
    ),
    "svg with token": (
        lambda site: (SVG % '<openbadges:credential verify="%s"/>').encode() % good_token(site),
        "a picture with a credential",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_good_credential_may_come_in_any_form(threaded_site, tmp_path, form):
    """In a file, and at a URL; its version is found out and told."""
    make, words = FORMS[form]
    content = make(threaded_site)
    (tmp_path / "badge").write_bytes(content)
    url = threaded_site.host("/any", content, Content_Type="application/vc+ld+json")
    for where in (str(tmp_path / "badge"), url):
        code, out = judged(where, "--earner", ADA)
        assert (code, lines(out)[0], lines(out)[-1]) == (
            0,
            f"taken for Open Badges 3.0: {words}",
            TAKEN,
        ), out
        assert " wrong " not in out


def test_everything_that_it_leans_on_is_told(threaded_site):
    """Each document with its members."""
    site = threaded_site
    document = proven(credential(site, credentialStatus=status_list(site)))
    code, out = judged(site.host("/c", document), "--earner", ADA)
    assert code == 0, out
    printed = lines(out)
    for line in (
        f"credential {site.url}/c",
        'ok credentialSubject.achievement.criteria.narrative "It runs."',
        f'ok credentialSubject.identifier[0].identityHash "{ADA}"',
        'ok credentialStatus.statusListIndex "7"',
        'ok cryptosuite "eddsa-rdfc-2022"',
        f"key {site.url}/keys/1",
        'ok type "Multikey"',
        f"status list {site.url}/status/1",
        'ok credentialSubject.statusPurpose "revocation"',
    ):
        assert line in printed, out


def revoked(site):
    """A credential whose bit is set."""
    return proven(credential(site, credentialStatus=status_list(site, 7)))


def with_proof(**changes):
    """A credential whose proof was changed after signing."""

    def made(site):
        right = proven(credential(site))
        return {**right, "proof": {**right["proof"], **changes}}

    return made


def with_members(**changes):
    """A credential that was changed after signing."""
    return lambda site: {**proven(credential(site)), **changes}


def nested(levels):
    """Objects in objects."""
    return json.loads('{"a":' * levels + "1" + "}" * levels)


WRONG = {
    "changed": (
        with_members(name="Other"),
        "wrong proofValue expected a signature of this document",
    ),
    "expired": (
        lambda site: proven(credential(site, validUntil="2024-02-01T00:00:00Z")),
        'wrong validUntil expected a time to come, saw "2024-02-01T00:00:00Z"',
    ),
    "revoked": (revoked, "wrong bit 7 expected 0, saw 1: revocation by its issuer"),
    "member": (with_members(validFrom="2024"), "wrong validFrom expected a time such as"),
    "identity": (
        lambda site: proven(
            credential(
                site,
                credentialSubject={
                    **credential(site)["credentialSubject"],
                    "identifier": [{**identifier(ADA), "hashed": "no"}],
                },
            )
        ),
        'wrong credentialSubject.identifier[0].hashed expected true or false, saw "no"',
    ),
    "selective": (
        with_proof(cryptosuite="ecdsa-sd-2023"),
        'wrong cryptosuite expected "eddsa-rdfc-2022", saw "ecdsa-sd-2023", which this mock cannot',
    ),
    "suite": (with_proof(cryptosuite="x-2099"), "wrong cryptosuite"),
    "context": (
        with_members(**{"@context": [V2, OB, "https://a.example/context"]}),
        (
            "wrong @context expected a context that this mock ships, since it fetches none (list: "
            "docs/mock.md); define further terms in an object after it"
        ),
    ),
    "term": (with_members(points=5), "wrong points expected a term that a context defines"),
    "number": (
        with_members(**{"@context": [V2, OB, {"size": "urn:x:size"}], "size": 10**30}),
        "wrong size expected a whole number of at most 9007199254740991, since verifiers differ",
    ),
    "proof": (credential, "wrong proof expected 1 to 8 proofs, saw 0"),
    "key": (
        with_proof(verificationMethod="http://127.0.0.1:9/key"),
        "wrong expected an answer from http://127.0.0.1:9/key, saw no connection",
    ),
    "did": (
        with_proof(verificationMethod="did:other:x#y"),
        "wrong verificationMethod expected a did:key, a did:web or the URL of a key",
    ),
}


@pytest.mark.parametrize("flaw", WRONG)
def test_what_is_wrong_is_told(threaded_site, tmp_path, flaw):
    """At its member, and in the answer."""
    make, words = WRONG[flaw]
    (tmp_path / "c.json").write_text(json.dumps(make(threaded_site)))
    code, out = judged(str(tmp_path / "c.json"))
    assert code == 1
    assert any(line.startswith(words) for line in lines(out)), out
    assert f"{ENDPOINT} 422: invalid credential: " in lines(out)[-1]


def test_all_parts_are_judged(threaded_site, tmp_path):
    """Not only the first wrong one; what could not be judged is told."""
    document = {**revoked(threaded_site), "type": ["VerifiableCredential"], "validFrom": 7}
    (tmp_path / "c.json").write_text(json.dumps(document))
    _, out = judged(str(tmp_path / "c.json"))
    members = [line.split()[1] for line in lines(out) if line.startswith("wrong")]
    assert members == ["type", "validFrom", "proofValue", "bit"], out
    assert "note not judged, because of what is wrong here: times" in lines(out)


def test_a_credential_for_another_earner_is_told(threaded_site, tmp_path):
    """With the hash that was expected, and the slip."""
    subject = {
        **credential(threaded_site)["credentialSubject"],
        "identifier": [identifier(GRACE, "s"), identifier(ADA.upper(), "s")],
    }
    document = proven(credential(threaded_site, credentialSubject=subject))
    (tmp_path / "c.json").write_text(json.dumps(document))
    code, out = judged(str(tmp_path / "c.json"), "--earner", ADA)
    assert code == 1
    place = "wrong credentialSubject.identifier[1].identityHash"
    (line,) = (line for line in lines(out) if line.startswith(place))
    assert line.endswith("another letter case")
    assert "for somebody else" in lines(out)[-1]


def test_of_two_proofs_one_may_be_of_an_unknown_suite(threaded_site, tmp_path):
    """Which is a note."""
    right = proven(credential(threaded_site))
    proofs = [{**right["proof"], "cryptosuite": "x-2099"}, right["proof"]]
    (tmp_path / "c.json").write_text(json.dumps({**right, "proof": proofs}))
    code, out = judged(str(tmp_path / "c.json"))
    assert code == 0, out
    assert "note not verified: proof.cryptosuite" in " ".join(out.split())


PICTURES = {
    "packed": (
        lambda text: baked(zlib.compress(text), b"\1\0"),
        "expected one chunk iTXt with the keyword openbadgecredential, saw a compressed one",
    ),
    "twice": (
        lambda text: png(*[chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text)] * 2),
        "expected one chunk iTXt with the keyword openbadgecredential, saw 2 of them",
    ),
    "text": (lambda _text: baked(b"hello"), "expected a JWS or a credential in JSON"),
    "array": (lambda _text: baked(b"[]"), "expected a JWS or a credential in JSON, saw an array"),
    "svg": (
        lambda _text: (SVG % "<openbadges:credential/>").encode(),
        "expected one element openbadges:credential, saw an empty one",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_may_be_baked_wrongly(threaded_site, tmp_path, name):
    """It is told of the picture."""
    bake, words = PICTURES[name]
    (tmp_path / "badge").write_bytes(bake(good(threaded_site)))
    code, out = judged(str(tmp_path / "badge"))
    assert code == 1
    assert f"wrong {words}" in " ".join(out.split()), out
    assert lines(out)[-1].endswith("nothing can be pushed: this image contains no credential")


def older(site):
    """A signed assertion of 1.0."""
    return good_badge(site).sign().encode()


VERSIONS = {
    "0.5": (lambda site: json.dumps(flat_badge(site)).encode(), "Open Badges 0.5: an assertion"),
    "1.x": (older, "Open Badges 1.x: a signed assertion (JWS)"),
    "2.0": (
        lambda site: json.dumps(modern_badge(site)).encode(),
        "Open Badges 2.0: an assertion",
    ),
    "2.0 picture": (
        lambda site: itxt(json.dumps(modern_badge(site))),
        "Open Badges 2.0: a picture with an assertion",
    ),
    "both": (
        lambda site: png(
            chunk(b"iTXt", b"openbadges\0\0\0\0\0" + older(site)),
            chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + good(site)),
        ),
        "Open Badges 3.0: a picture with a credential, beside one of an older version",
    ),
    "former": (
        lambda site: signed({"alg": "RS256"}, {"vc": credential(site)}).encode(),
        "Open Badges 3.0: a credential as a token (VC-JWT)",
    ),
    "none": (lambda _site: b"{}", "Open Badges 1.x, as no version is named: a JSON object"),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_the_version_is_found_out(threaded_site, tmp_path, name):
    """By what the badge says."""
    make, words = VERSIONS[name]
    (tmp_path / "badge").write_bytes(make(threaded_site))
    _, out = judged(str(tmp_path / "badge"))
    assert lines(out)[0].startswith(f"taken for {words}"), out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no badge", "expected a URL, a JWS, a badge in JSON or a picture with one"),
        (b"\xff\xfe", "bytes that are not UTF-8"),
        (json.dumps(nested(70)).encode(), "expected JSON of at most 64 levels, saw more"),
        (b" " * (1024 * 1024 + 1), "expected at most 1048576 bytes, as --fetch-bytes says"),
    ],
    ids=["text", "bytes", "deep", "long"],
)
@pytest.mark.parametrize("options", [(), ("--api", "ob3")], ids=["any", "ob3"])
def test_what_is_no_badge_is_refused(tmp_path, content, says, options):
    """With what was expected; exit code 2."""
    (tmp_path / "badge").write_bytes(content)
    code, out = judged(str(tmp_path / "badge"), *options)
    assert code == 2
    assert says in out


def test_a_url_may_serve_something_else(threaded_site):
    """A page, nothing, or a picture that leads to itself."""
    page = threaded_site.host("/page", b"<!doctype html><p>Hello", Content_Type="text/html")
    code, out = judged(page, "--api", "ob3")
    assert (code, "expected a JWS or a credential in JSON" in out) == (1, True)
    deep = threaded_site.host("/deep", nested(70))
    code, out = judged(deep, "--api", "ob3")
    assert (code, "expected JSON of at most 64 levels, saw more" in out) == (1, True)
    code, out = judged(f"{threaded_site.url}/nothing", "--api", "ob3")
    assert (code, "saw 404" in out) == (1, True)
    code, out = judged(f"{threaded_site.url}/nothing")
    assert (code, "a URL that serves no document" in out) == (1, True)
    url = f"{threaded_site.url}/circle"
    threaded_site.host("/circle", itxt(url), Content_Type="image/png")
    code, out = judged(url)
    assert (code, "expected JSON, saw a picture" in out) == (1, True)


def test_json_says_the_version(threaded_site):
    """Beside the documents and the answer."""
    url = threaded_site.host("/c", proven(credential(threaded_site)))
    code, out = judged(url, "--json")
    description = json.loads(out)
    assert (code, description["version"], description["form"]) == (
        0,
        "Open Badges 3.0",
        "a credential with a proof",
    )
    assert [document["document"] for document in description["documents"]] == [
        "credential",
        "proof",
        "key",
    ]


@pytest.mark.slow
def test_a_schema_is_applied(threaded_site, tmp_path):
    """A misfit is told at its member; what cannot be had or is unknown is a note."""
    site = threaded_site
    entries = [
        {"id": site.host("/schema", {"required": ["awardedDate"]}), "type": "JsonSchema"},
        {"id": f"{site.url}/gone", "type": "JsonSchema"},
        {"id": "https://a.example/x", "type": "1EdTechJsonSchemaValidator2019"},
        {"id": f"{site.url}/other", "type": "https://a.example/Other"},
    ]
    entries[2]["id"] = "http://127.0.0.1:9/schema"
    contexts = [V2, OB, EXTENSIONS]
    document = credential(site, **{"@context": contexts, "credentialSchema": entries})
    (tmp_path / "c.json").write_text(json.dumps(proven(document)))
    code, out = judged(str(tmp_path / "c.json"))
    assert code == 1
    printed = lines(out)
    says = f"what the schema {site.url}/schema says, a member of this name"
    assert f"wrong awardedDate expected {says}, saw no such member" in printed, out
    assert (
        'note credentialSchema: of type "https://a.example/Other", which is not applied' in printed
    )
    site.host("/schema", {"required": ["name"]})
    code, out = judged(str(tmp_path / "c.json"))
    assert code == 0, out
    assert [line for line in lines(out) if "could not be fetched" in line] == [
        f"note it could not be fetched ({why}), so the credential was not compared with it"
        for why in ("404", "no connection: Connection refused (is a server running there?)")
    ]


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_page_shows_what_is_printed(monkeypatch, command, output):
    """With the credential that is among the examples."""
    monkeypatch.chdir(ROOT)
    _, printed = judged(*command.removeprefix(COMMAND).split())
    assert_shown(output, printed)


def test_the_page_has_examples():
    """One of a good credential, one of somebody else's."""
    assert len(SHOWN) == 2
