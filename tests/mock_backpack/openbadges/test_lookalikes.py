"""Texts that look like a URL or a JWS are treated as one, and versions are recognized."""

import json

import pytest

from tests.mock_backpack.hand_issuer import ADA, good_badge, plain
from tests.mock_backpack.judged import judged, lines

JWS = "eyJhbGciOiJSUzI1NiJ9"

LOOKALIKES = [
    ("http://bücher.example/a", "write the host as xn--bcher-kva.example"),
    ("http://a.example/a b", "in a URL, write %20 for a space"),
    (
        "http://ada:secret@a.example/a",
        "the URL of a badge must not contain a user name or password",
    ),
    ("http://a.example:99999/a", "99999 is not a valid port"),
    ("http://a.example:0/a", "0 is not a valid port"),
    ("http:///a", "it has no host"),
    ("http:a.example", "it has no host"),
    ("ftp://a.example/a", "ftp: is neither http: nor https:"),
    ("file:///etc/a.json", "file: is neither http: nor https:"),
    ("http://a_b!.example/", "its host is neither a name nor an address"),
    (f"{JWS}=.e30=.AAAA", "a JWS has no = at the end of its parts"),
    (f"{JWS}.e30+.AA/A", "a JWS is in base64url, with - and _ instead of + and /"),
    (f"{JWS}.e30.AA\nAA", "a JWS contains no white space"),
    (f"{JWS}.e30", "a JWS has 3 parts with dots between them, this has 2"),
]


@pytest.mark.parametrize(("text", "says"), LOOKALIKES)
def test_what_is_wrong_with_it_is_told(text, says):
    """In a line, with exit code 2; in a file as well."""
    for words, stdin in (((text,), None), (("-",), f"{text}\n".encode())):
        code, out = judged(*words, stdin=stdin)
        assert code == 2
        wanted = (
            f"Error: expected a URL or a JWS, saw {json.dumps(text, ensure_ascii=False)}: {says}"
        )
        assert wanted in out


@pytest.mark.parametrize("text", ["a.example/a", "localhost:8080/a", "127.0.0.1:8080"])
def test_a_url_without_its_scheme_is_recognised(text):
    """There is no such file, and something else was meant."""
    code, out = judged(text)
    assert code == 2
    assert f"No such file or directory; did you mean https://{text}?" in out


def test_a_file_whose_name_looks_like_a_jws_is_a_file(tmp_path, monkeypatch):
    """It has two dots, too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "badge.v1.json").write_text("[]")
    code, out = judged("badge.v1.json")
    assert code == 2
    assert "saw an array" in out


TWO = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "http://a.example/a",
    "recipient": plain(ADA),
    "badge": "http://127.0.0.1:1/class",
    "verification": {"type": "hosted"},
    "issuedOn": "2020-01-01T00:00:00Z",
}
THREE = {"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"]}
WANTED = "expected Open Badges 0.5, 1.0 or 1.1, which Backpack Connect takes, saw"

SELVES = [
    (TWO, f"wrong {WANTED} Open Badges 2.0"),
    ({**TWO, "badge": {"name": "embedded"}}, f"wrong {WANTED} Open Badges 2.0"),
    ({key: TWO[key] for key in TWO if key != "@context"}, f"wrong {WANTED} Open Badges 2.0"),
    (THREE, f"wrong {WANTED} Open Badges 3.0"),
    ({"revoked": True}, "wrong revoked expected no such member, saw true: it says it is revoked"),
]


@pytest.mark.parametrize(("document", "says"), SELVES)
def test_what_an_assertion_says_of_itself_is_all_that_is_told(threaded_site, document, says):
    """And no member is missed that such a document does not have."""
    url = threaded_site.host("/assertion", document)
    code, out = judged(url, "--api", "connect")
    complaints = [
        line for line in lines(out.partition("badge class")[0]) if line.startswith("wrong")
    ]
    assert (code, complaints) == (1, [says])
    assert says.partition(" saw ")[2] in lines(out)[-1]


def test_an_embedded_badge_class_is_told(threaded_site):
    """All else of the assertion is of 1.0."""
    badge = good_badge(threaded_site)
    badge.assertion["badge"] = badge.badge_class
    _, out = judged(badge.publish())
    saw = "an object: the badge class must be served at a URL of its own"
    assert f"wrong badge expected an absolute http(s) URL, saw {saw}" in lines(out)


def test_a_whole_assertion_that_says_it_is_revoked_is_noted(threaded_site):
    """The specification leaves open what that means."""
    badge = good_badge(threaded_site)
    badge.assertion["revoked"] = True
    code, out = judged(badge.publish())
    assert code == 0
    assert "note it says that it is revoked" in " ".join(out.split())


def test_a_whole_assertion_may_be_of_two_versions(threaded_site):
    """1.1 and 2.0 at once."""
    badge = good_badge(threaded_site)
    badge.assertion |= {"@context": TWO["@context"], "verification": TWO["verification"]}
    assert judged(badge.publish())[0] == 0


TIMES = [
    ("2016-12-31T23:59:60Z", True),
    ("2016-12-31T23:59:60.5Z", True),
    ("2016-12-31T18:59:60-05:00", True),
    ("20161231T235960Z", True),
    ("2016-12-31T24:00:00Z", True),
    ("2016-12-31T24:00", True),
    ("20161231T2400", True),
    ("2016-12-31T24:00:00.000+01:00", True),
    ("2016-12-31T24:00:01Z", False),
    ("2016-12-31T12:00:60Z", False),
    ("2016-12-31T23:59:61Z", False),
    ("2016-02-30T24:00:00Z", False),
    ("9999-12-31T24:00:00Z", False),
]


@pytest.mark.parametrize(("time", "is_time"), TIMES)
def test_leap_seconds_and_midnights_are_times(threaded_site, time, is_time):
    """Both are ISO 8601."""
    badge = good_badge(threaded_site)
    badge.assertion["issuedOn"] = time
    code, out = judged(badge.publish())
    assert code == (0 if is_time else 1), out


@pytest.mark.parametrize("time", ["2026-12-31T23:59:60Z", "2026-12-31T24:00:00Z"])
@pytest.mark.anyio
async def test_the_clock_knows_them_too(box, time):
    """Both are the beginning of the next year."""
    clock = await box.control("POST", "/clock", json={"set": time, "freeze": True})
    assert clock["time"].startswith("2027-01-01T00:00:00")


def test_a_bound_can_be_chosen(threaded_site):
    """For images of more than a megabyte."""
    url = good_badge(threaded_site).publish()
    threaded_site.host("/image.png", b"\x89PNG" + bytes(1_500_000), Content_Type="image/png")
    _, out = judged(url)
    assert "expected at most 1048576 bytes, as --fetch-bytes says, saw more" in out
    _, out = judged(url, "--fetch-bytes", "2000000")
    assert "expected a PNG or an SVG" in out


def test_several_faults_of_one_document_are_all_told(threaded_site):
    """None of them hides another."""
    badge = good_badge(threaded_site)
    badge.publish()
    content = b"\xef\xbb\xbf" + json.dumps(badge.assertion).encode()
    url = threaded_site.host("/assertion", content, Content_Type="text/plain")
    _, out = judged(url)
    assert len([line for line in lines(out) if line.startswith("wrong")]) == 2


def test_a_proxy_that_is_not_used_is_told(monkeypatch):
    """If a document on another host could not be fetched."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    code, out = judged("http://nobody.invalid/a")
    assert code == 1
    assert "HTTP_PROXY is set, but no proxy is used" in out
    assert "no proxy is used" not in judged("http://127.0.0.1:1/a")[1]
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert "HTTP_PROXY and http_proxy are set" in judged("http://nobody.invalid/a")[1]


URLS = [
    ("http://bücher.example/", "write the host as xn--bcher-kva.example"),
    ("http://a.example ", "there is a space or newline before or after it"),
    ("http://a.example/a b", "in a URL, write %20 for a space"),
    ("ftp://a.example/", "ftp: is neither http: nor https:"),
]


@pytest.mark.parametrize(("url", "why"), URLS)
def test_what_is_wrong_with_the_url_of_a_member_is_told(threaded_site, url, why):
    """Not only that it is none."""
    badge = good_badge(threaded_site)
    badge.badge_class["criteria"] = url
    _, out = judged(badge.publish())
    saw = json.dumps(url, ensure_ascii=False)
    wanted = f"criteria expected an absolute http(s) URL, saw {saw}: {why}"
    assert wanted in " ".join(out.split())


@pytest.mark.parametrize(("url", "why"), URLS)
@pytest.mark.anyio
async def test_what_is_wrong_with_a_pushed_url_is_told(box, url, why):
    """In the answer, and under BC-CLIENT-04."""
    assert await box.push(url) == 400
    saw = json.dumps(url, ensure_ascii=False)
    assert await box.outcome("BC-CLIENT-04") == f"failed: badge: {saw}: {why}"


@pytest.mark.anyio
async def test_an_assertion_as_a_text_is_told(box):
    """It is neither URL nor signature."""
    assert await box.push(json.dumps(TWO)) == 400
    assert await box.outcome("BC-CLIENT-04") == "failed: badge: the assertion itself, as a text"
