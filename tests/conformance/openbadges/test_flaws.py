"""Every flaw makes of a right badge one that is wrong in the way that it says, and in no other."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import JoseError

from conformance.apis.registry import DEFAULT
from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import slug
from conformance.openbadges.flaws import Flaw, flaws, with_flaw
from conformance.openbadges.signing import payload_of, private_key
from conformance.scenario.load import shipped_scenarios
from conformance.scenario.model import Scenario
from conformance.scenario.references import resolve
from tests.conformance.badges import URLS, bundle

DOCUMENTS = {
    "assertion": "assertion",
    "0.5 assertion": "assertion",
    "badge class": "badge",
    "issuer": "issuer",
    "key": "key",
    "revocation list": "revocations",
}
PARTS = {**DOCUMENTS, "image": "image"}
SAYS_MISSING = re.compile(r"the (?!header)(.+?) has no (\S+)")
SAYS_WRONG = re.compile(r"the (.+?)'s (\S+) is ((?!not an image).+)")
IS = {
    "a boolean": lambda value: isinstance(value, bool),
    "a number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "a text": lambda value: isinstance(value, str),
    "an array that contains the right value": lambda value: isinstance(value, list),
    "an array": lambda value: isinstance(value, list),
    "an object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "not a URL": lambda value: isinstance(value, str) and ":" not in value,
    "not a time": lambda value: isinstance(value, str) and not re.search(r"\d", value),
    "no e-mail address": lambda value: isinstance(value, str) and "@" not in value,
    "neither an e-mail nor a hash": lambda value: not re.search(r"[@$]", value),
    "an unknown kind": lambda value: value not in ("hosted", "signed"),
    "a phone number's type": lambda value: value != "email",
}
"""What a wrong value is, by the words for it."""


def kinds(flaw: Flaw) -> list[bool]:
    """Whether it is a flaw of hosted badges (``False``), of signed ones (``True``), or of both."""
    return [signed for signed, fits in ((False, flaw.hosted), (True, flaw.signed)) if fits]


def sound_for(flaw: Flaw, signed: bool) -> Bundle:
    """A right badge that can have a flaw."""
    return bundle("1.0" if "1.0" in flaw.versions else flaw.versions[0], signed=signed)


def cases(pattern: re.Pattern[str]) -> list[Any]:
    """The flaws with these names, for each kind of badge that can have them."""
    return [
        pytest.param(flaw, signed, id=f"{flaw.name}-{'signed' if signed else 'hosted'}")
        for flaw in flaws().values()
        if pattern.match(flaw.does)
        for signed in kinds(flaw)
    ]


def wire(bundle: Bundle) -> tuple[str, Mapping[str, Any]]:
    """The parts of a badge that a target sees."""
    return bundle.pushed(), bundle.served()


def changed_parts(sound: Bundle, flawed: Bundle) -> set[str]:
    """The parts that are served otherwise."""
    names = {*sound.parts, *flawed.parts}
    return {name for name in names if sound.parts.get(name) != flawed.parts.get(name)}


def member(document: Any, path: str) -> Any:
    """The value at a dotted path."""
    for step in path.split("."):
        document = document[step]
    return document


def without(document: Any, path: str) -> Any:
    """The document without the member at a dotted path, if it has it."""
    first, _, rest = path.partition(".")
    left = {name: value for name, value in document.items() if name != first}
    return {**left, first: without(document[first], rest)} if rest else left


@pytest.mark.slow
@pytest.mark.parametrize(("flaw", "signed"), cases(re.compile("")))
def test_a_flaw_changes_what_a_target_sees(flaw: Flaw, signed: bool):
    """The pushed or the served content differs, and the badge names the flaw."""
    sound = sound_for(flaw, signed)
    flawed = with_flaw(sound, flaw.name)
    assert wire(flawed) != wire(sound)
    assert (flawed.flaw, sound.flaw) == (flaw.name, None)


@pytest.mark.parametrize(("flaw", "signed"), cases(SAYS_MISSING))
def test_what_is_said_to_be_missing_is_missing(flaw: Flaw, signed: bool):
    """That member alone."""
    title, path = SAYS_MISSING.fullmatch(flaw.does).groups()
    sound = sound_for(flaw, signed)
    flawed = with_flaw(sound, flaw.name)
    part = DOCUMENTS[title]
    assert changed_parts(sound, flawed) == {part}
    assert flawed.parts[part].content == without(sound.parts[part].content, path)


@pytest.mark.parametrize(("flaw", "signed"), cases(SAYS_WRONG))
def test_what_is_said_to_be_wrong_is_wrong(flaw: Flaw, signed: bool):
    """That member alone, and its value is what the flaw says that it is."""
    title, path, what = SAYS_WRONG.fullmatch(flaw.does).groups()
    sound = sound_for(flaw, signed)
    flawed = with_flaw(sound, flaw.name)
    before, after = sound.parts[DOCUMENTS[title]].content, flawed.parts[DOCUMENTS[title]].content
    assert changed_parts(sound, flawed) == {DOCUMENTS[title]}
    assert IS[what](member(after, path))
    assert without(after, path) == without(before, path)


@pytest.mark.parametrize(
    ("flaw", "signed"),
    cases(re.compile(r"the [^']+ (is truncated|is (not found|a web page|a JSON array))$")),
)
def test_what_is_said_to_be_served_otherwise_is(flaw: Flaw, signed: bool):
    """Not found is a 404, a web page is HTML, an array is one; nothing else is served otherwise."""
    title, delivery = re.fullmatch(
        r"the (.+?) (?:is )?(not found|a .+|truncated)", flaw.does
    ).groups()
    sound = sound_for(flaw, signed)
    flawed = with_flaw(sound, flaw.name)
    assert changed_parts(sound, flawed) == {PARTS[title]}
    served = flawed.served()[URLS[PARTS[title]]]
    match delivery:
        case "not found":
            assert served.status == 404
        case "a web page":
            assert (served.status, served.type) == (200, "text/html")
            assert served.content.startswith(b"<!doctype html>")
        case "truncated":
            assert (served.status, served.type) == (200, "application/json")
            with pytest.raises(ValueError, match="Unterminated"):
                json.loads(served.content)
        case _:
            assert (served.status, served.type) == (200, "application/json")
            assert isinstance(served.content, list)


@pytest.mark.parametrize("part", ["assertion", "badge", "issuer", "revocations"])
def test_a_document_may_be_in_an_array_or_before_other_text(part):
    """The document itself is as before."""
    sound = bundle(signed=part == "revocations")
    right = sound.parts[part].content
    wrapped, longer = (
        with_flaw(sound, f"{slug(part)}-{name}") for name in ("wrapped", "with-words-behind")
    )
    assert wrapped.parts[part].content == [right]
    text = longer.parts[part].content.decode()
    assert json.JSONDecoder().raw_decode(text) == (right, text.index(" and more"))
    assert changed_parts(sound, wrapped) == changed_parts(sound, longer) == {part}


def test_the_copy_of_an_assertion_may_be_missing_or_of_another_date():
    """``verify.url`` leads there, and nothing else differs."""
    missing = with_flaw(bundle(), "verify-url-404")
    other = with_flaw(bundle(), "verify-url-other-date")
    assert missing.parts["copy"].status == 404
    assert missing.assertion["verify"]["url"] == other.assertion["verify"]["url"] == URLS["copy"]
    copy = other.parts["copy"].content
    assert {name for name in copy if copy[name] != other.assertion[name]} == {"issuedOn"}


def test_the_image_of_an_assertion_may_be_missing_or_a_page():
    """Nothing is served at the one URL, and a page at the other."""
    missing = with_flaw(bundle(), "assertion-image-404")
    page = with_flaw(bundle(), "assertion-image-is-a-page")
    assert missing.assertion["image"] not in missing.served()
    assert page.served()[page.assertion["image"]].type == "text/html"


@pytest.mark.parametrize(
    ("name", "wrap"), [("of-null", lambda _: None), ("of-an-array", lambda assertion: [assertion])]
)
def test_a_signature_may_be_of_something_that_is_no_assertion(name, wrap):
    """It is the issuer's, of a JSON value that is no object."""
    flawed = with_flaw(bundle(signed=True), f"signature-{name}")
    assert payload_of(flawed.pushed(), private_key("issuer")) == wrap(flawed.assertion)


@pytest.mark.parametrize("status", [403, 410, 500])
@pytest.mark.parametrize("part", ["badge", "issuer", "image", "key", "revocations"])
def test_a_server_that_fails_serves_what_would_be_right(part, status):
    """Only the status says that something is wrong."""
    sound = bundle(signed=True)
    flawed = with_flaw(sound, f"{slug(part)}-{status}")
    assert changed_parts(sound, flawed) == {part}
    assert flawed.parts[part].status == status
    assert flawed.parts[part].content == sound.parts[part].content


def test_a_badge_with_the_old_name_of_a_member_lacks_the_new_one():
    """Issuers write issued_on, as 0.5 had it."""
    sound, flawed = bundle(), with_flaw(bundle(), "assertion-issued-on-old-name")
    assert flawed.assertion["issued_on"] == sound.assertion["issuedOn"]
    assert "issuedOn" not in flawed.assertion


@pytest.mark.parametrize("left_out", ["name", "url"])
def test_an_alignment_lacks_what_it_is_said_to_lack(left_out):
    """It is an array of objects, one of which is not complete (Open Badges 1.0)."""
    flawed = with_flaw(bundle(), f"badge-class-alignment-{left_out}-missing")
    [entry] = flawed.parts["badge"].content["alignment"]
    assert {*entry, left_out} == {"name", "url"}
    assert left_out not in entry


@pytest.mark.parametrize(
    ("name", "status", "content"),
    [
        ("assertion-500", 500, bundle().assertion),
        ("assertion-gone", 410, {"revoked": True}),
    ],
)
def test_an_assertion_that_is_not_there_says_why(name, status, content):
    """A server that fails, and a badge that was revoked (Open Badges 1.0, revoking)."""
    served = with_flaw(bundle(), name).served()[URLS["assertion"]]
    assert (served.status, served.content) == (status, content)


def test_nothing_listens_where_an_unreachable_assertion_should_be():
    """The pushed URL is unreachable."""
    assert with_flaw(bundle(), "assertion-unreachable").pushed() == URLS["nowhere"]


def test_the_other_copy_is_another_assertion():
    """Both are valid by themselves, and differ only in the uid."""
    flawed = with_flaw(bundle(), "verify-url-other-copy")
    pushed, copy = (flawed.served()[URLS[name]].content for name in ("assertion", "copy"))
    assert pushed["verify"]["url"] == copy["verify"]["url"] == URLS["copy"]
    assert pushed["uid"] != copy["uid"]
    assert without(pushed, "uid") == without(copy, "uid")


@pytest.mark.parametrize(("name", "part"), [("image-is-text", "image"), ("key-is-text", "key")])
def test_a_text_in_place_of_an_image_or_a_key_says_so(name, part):
    """It is found, and labelled as what it is."""
    served = with_flaw(bundle(signed=True), name).served()[URLS[part]]
    assert (served.status, served.type) == (200, "text/plain")
    assert not served.content.startswith((b"\x89PNG", b"-----BEGIN"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("assertion-revoked", "awarded by mistake"),
        ("assertion-revoked-without-reason", ""),
        ("assertion-revoked-with-null", None),
        ("assertion-revoked-with-false", False),
    ],
)
def test_a_revoked_badge_stands_in_the_revocation_list(name, reason):
    """By its uid, between others, at the address that the issuer names."""
    flawed = with_flaw(bundle(signed=True), name)
    at = flawed.parts["issuer"].content["revocationList"]
    entries = flawed.served()[at].content
    assert entries[flawed.assertion["uid"]] == reason
    assert list(entries).index(flawed.assertion["uid"]) == 1 < len(entries) - 1


@pytest.mark.parametrize("part", ["assertion", "badge", "issuer"])
def test_an_empty_document_and_null_are_two_things(part):
    """No bytes at all, and the four bytes of a JSON value."""
    empty, null = (with_flaw(bundle(), f"{slug(part)}-{how}") for how in ("empty", "null"))
    assert empty.parts[part].content == b""
    assert null.parts[part].content is None
    assert {empty.parts[part].status, null.parts[part].status} == {200}


@pytest.mark.parametrize(
    "name",
    [
        "signature-bad",
        "signature-cut",
        "signature-of-a-stranger",
        "signature-of-another-assertion",
        "signature-of-no-base64",
        "signature-with-a-fourth-part",
        "signature-with-words-behind",
        "signature-unknown-extension",
        "signature-with-its-own-key",
        "signature-none",
        "signature-none-in-mixed-case",
        "signature-null-alg",
        "signature-hmac",
        "signature-hmac-as-hs512",
        "signature-hmac-as-lower-case",
        "signature-hmac-as-odd-name",
    ],
)
def test_a_bad_signature_does_not_verify(name):
    """The public key at ``verify.url`` refuses it, and only the signature is bad."""
    sound = bundle(signed=True)
    flawed = with_flaw(sound, name)
    with pytest.raises((JoseError, ValueError)):
        jws.deserialize_compact(flawed.pushed(), private_key("issuer"), algorithms=["RS256"])
    assert flawed.assertion == sound.assertion
    assert flawed.served() == sound.served()


def test_a_signature_of_a_stranger_is_the_strangers():
    """It is a right signature of a wrong key."""
    flawed = with_flaw(bundle(signed=True), "signature-of-a-stranger")
    found = jws.deserialize_compact(flawed.pushed(), private_key("stranger"), algorithms=["RS256"])
    assert json.loads(found.payload) == flawed.assertion


def test_a_flaw_is_one_of_some_badge():
    """Of hosted ones, of signed ones, or an attack that safety is about."""
    badges = [
        {"version": version, "signed": signed}
        for version in ("0.5", "1.0", "1.1")
        for signed in (False, True)
    ]
    fitting = {flaw for flaw in flaws().values() if any(flaw.fits(**badge) for badge in badges)}
    assert fitting == {flaw for flaw in flaws().values() if not flaw.forged}
    assert ("0.5", True) not in fitting


def exercised(scenario: Scenario) -> set[str]:
    """The flaws that a scenario hosts, row by row."""
    rows = {name: {"name": name, **row} for name, row in scenario.rows.items()} or {"": {}}
    hosted = [step.arguments for step in scenario.steps if step.verb == "host"]
    badges = [
        document["assertion"] for document in hosted if isinstance(document.get("assertion"), dict)
    ]
    return {
        resolve(badge["flaw"], {"each": row})
        for badge in badges
        for row in rows.values()
        if "flaw" in badge
    }


def test_every_flaw_is_tried_in_every_run():
    """No flaw is left to the luck of a draw: some scenario has a row for it."""
    assert (
        set(flaws())
        - set().union(*(exercised(scenario) for scenario in shipped_scenarios(DEFAULT.language)))
        == set()
    )
