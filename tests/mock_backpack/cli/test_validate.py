"""``mock-backpack validate``: one badge, document by document, member by member."""

import json
import subprocess
import sys

import pytest

from tests.mock_backpack.cli.test_command import ENVIRONMENT
from tests.mock_backpack.hand_issuer import ADA, GRACE, flat_badge, good_badge, put

pytestmark = pytest.mark.slow


@pytest.fixture
def site(threaded_site):
    """An issuer's site in a thread."""
    return threaded_site


def validate(*words, stdin=None):
    """Run the command to its end: code, what it said, what it complained about."""
    done = subprocess.run(
        [sys.executable, "-m", "mock_backpack", "validate", *words],
        capture_output=True,
        text=True,
        input=stdin,
        timeout=300,
        env=ENVIRONMENT,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_a_good_badge_is_told_member_by_member(site):
    """Every document is named with its URL, every member with its value; exit code 0."""
    url = good_badge(site).publish()
    code, out, _ = validate(url, "--earner", ADA)
    assert code == 0
    for line in (
        f"assertion  {url}",
        '  ok     uid                 "badge-1"',
        f"badge class image  {site.url}/image.png",
        f"issuer  {site.url}/issuer",
        "issue would answer: 201: the badge is taken",
    ):
        assert line in out.splitlines(), out


def test_everything_that_is_wrong_is_told_at_once(site):
    """Not only the first document: each member of each, what it should be, what it is."""
    badge = good_badge(site)
    del badge.assertion["issuedOn"]
    put(badge.badge_class, "criteria", "/criteria")
    put(badge.issuer, "url", "https://elsewhere.example")
    code, out, _ = validate(badge.publish())
    assert code == 1
    lines = [" ".join(line.split()) for line in out.splitlines()]
    time = "an ISO 8601 time or unix seconds of 10 digits"
    assert f"wrong issuedOn expected {time}, saw no such member" in lines
    assert 'wrong criteria expected an absolute http(s) URL, saw "/criteria"' in lines
    wanted = f"expected a URL of the site that serves the assertion, {site.url}"
    assert f'wrong url {wanted}, saw "https://elsewhere.example"' in lines
    assert lines[-1].startswith("issue would answer: 400: invalid assertion: assertion.issuedOn")


def test_two_names_of_this_machine_are_told_to_be_two_sites(site):
    """Whoever runs a server at home knows that they lead to the same one."""
    badge = good_badge(site)
    put(badge.issuer, "url", site.url.replace("127.0.0.1", "localhost"))
    _, out, _ = validate(badge.publish())
    text = " ".join(out.split())
    assert f"that serves the assertion, {site.url} (localhost and 127.0.0.1 are two)" in text


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (("--earner", GRACE), "403: badge assertion is for a different user"),
        (("--origin", "https://b.example"), "400: issuer origin must be identical to bearer"),
        ((), "201: "),
    ],
)
def test_the_answer_depends_on_the_grant(site, options, answer):
    """Earner and origin may be said; unsaid, they fit."""
    code, out, _ = validate(good_badge(site).publish(), *options)
    assert f"issue would answer: {answer}" in out
    assert code == (0 if answer.startswith("201") else 1)


def test_a_signed_badge_is_read_from_its_text(site):
    """The key is listed as a document; a file may contain a JWS."""
    badge = good_badge(site)
    jws = badge.sign()
    code, out, _ = validate(jws)
    assert (code, "key  " in out) == (0, True)
    code, out, _ = validate("-", stdin=f"{jws}\n")
    assert code == 0
    start, _, end = jws.rpartition(".")
    spoilt = f"{start}.{end[:50]}{'A' if end[50] != 'A' else 'B'}{end[51:]}"
    code, out, _ = validate(spoilt)
    assert code == 1
    assert "expected a signature made with the key at verify.url" in out


def test_a_file_is_compared_with_what_is_served(site, tmp_path):
    """The served assertion counts; the copy must be equal."""
    badge = good_badge(site)
    badge.publish()
    file = tmp_path / "assertion.json"
    file.write_text(json.dumps(badge.assertion))
    assert validate(str(file))[0] == 0
    file.write_text(json.dumps({**badge.assertion, "uid": "2"}))
    code, out, _ = validate(str(file))
    assert code == 1
    assert f"expected the same assertion as at {site.url}/assertion, saw another one" in out


def test_a_flat_badge_in_a_file_has_no_url(site, tmp_path):
    """A 0.5 badge does not say where it is, so there is nothing to push."""
    file = tmp_path / "assertion.json"
    file.write_text(json.dumps(flat_badge(site)))
    code, out, _ = validate(str(file))
    assert code == 1
    assert "nothing can be pushed: an assertion is pushed by its URL or as a JWS" in out


def test_what_no_member_shows_is_told(site):
    """HEAD, the content type, and bytes that change."""
    badge = good_badge(site)
    badge.publish()
    url = site.host("/assertion", badge.assertion, Content_Type="text/html")
    code, out, _ = validate(url)
    assert code == 1
    assert "expected Content-Type application/json, saw text/html" in out
    assert "issue would answer: 201" in out


def test_json_is_for_programs(site):
    """The same, as an object."""
    badge = good_badge(site)
    del badge.assertion["uid"]
    code, out, _ = validate(badge.publish(), "--json")
    judged = json.loads(out)
    assert code == 1
    assert judged["answer"]["status"] == 400
    assert judged["documents"][0]["complaints"][0]["member"] == "uid"
    assert [document["document"] for document in judged["documents"]][-2:] == [
        "issuer",
        "badge class image",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("./nothing.json",), 'saw "./nothing.json": No such file'),
        (("/",), "Is a directory"),
        (("-",), "expected a URL, a JWS, a badge in JSON or a picture with one"),
        (("http://127.0.0.1:1/", "--origin", "x"), 'expected an absolute http(s) URL, saw "x"'),
    ],
)
def test_what_is_no_badge_is_told(words, says):
    """In a line, with exit code 2."""
    code, _, err = validate(*words, stdin="hello")
    assert code == 2
    assert says in err


def test_a_site_that_is_not_there_is_told():
    """The reason is next to the document."""
    code, out, _ = validate("http://127.0.0.1:1/assertion")
    assert code == 1
    assert "expected an answer from http://127.0.0.1:1/assertion, saw no connection" in out
