"""A badge for another person is reported at its recipient, with a likely mistake."""

import hashlib
import unicodedata

import pytest

from tests.mock_backpack.box import Box
from tests.mock_backpack.earner import bearer, send
from tests.mock_backpack.hand_issuer import ADA, GRACE, flat_badge, good_badge, hashed
from tests.mock_backpack.judged import judged, lines

JURGEN = "jürgen@example.org"


def sha(text):
    """The hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def of(text, salt="s"):
    """A recipient whose hash is of a text that is not what it should be."""
    return {"type": "email", "hashed": True, "salt": salt, "identity": f"sha256${sha(text)}"}


def plain(text):
    """A readable recipient."""
    return {"type": "email", "hashed": False, "identity": text}


HASHED = {
    "the salt stands before the e-mail address": (of(f"s{ADA}"), ADA),
    "the salt is not used": (of(ADA), ADA),
    "the salt is used twice": (of(f"s{ADA}s"), ADA),
    "a newline after the e-mail address": (of(f"{ADA}\ns"), ADA),
    "a newline is hashed, too": (of(f"{ADA}s\n"), ADA),
    "another letter case": (of("Ada@example.orgs"), ADA),
    "hashed twice": (of(sha(f"{ADA}s")), ADA),
    "hashed before the salt was added, and once more": (of(f"{sha(ADA)}s"), ADA),
    "a space beside the e-mail address": (of(f"{ADA} s"), ADA),
    "mailto: before the e-mail address": (of(f"mailto:{ADA}s"), ADA),
    "letters in the form NFD of Unicode": (
        of(unicodedata.normalize("NFD", JURGEN) + "s"),
        JURGEN,
    ),
    '"null" is used as the salt': (of(f"{ADA}null", ""), ADA),
    "another letter case and the salt stands before the e-mail address": (
        of("sADA@EXAMPLE.ORG"),
        ADA,
    ),
}


@pytest.mark.parametrize("slip", HASHED)
def test_a_hash_that_missed_the_earner_is_told_with_the_slip(threaded_site, slip):
    """Which hash was expected, and what was hashed instead."""
    badge = good_badge(threaded_site)
    badge.assertion["recipient"], earner = HASHED[slip]
    recipient = badge.assertion["recipient"]
    code, out = judged(badge.publish(), "--earner", earner)
    with_salt = "with this salt" if recipient["salt"] else "without salt"
    right = f'"sha256${sha(earner + recipient["salt"])}"'
    wanted = (
        f'expected the hash of "{earner}" {with_salt}, {right}, '
        f'saw "{recipient["identity"]}": {slip}'
    )
    assert code == 1
    assert f"wrong recipient.identity {wanted}" in lines(out)
    assert "issue would answer: 403" in out


PLAIN = {
    "": (plain(GRACE), ADA),
    ": a space beside the e-mail address": (plain(f"{ADA} "), ADA),
    ": mailto: before the e-mail address": (plain(f"mailto:{ADA}"), ADA),
    ": the hash of it, though hashed is false": (plain(f"sha256${sha(ADA)}"), ADA),
}


@pytest.mark.parametrize("slip", PLAIN)
def test_a_readable_recipient_who_is_another_is_told(threaded_site, slip):
    """Likewise."""
    badge = good_badge(threaded_site)
    badge.assertion["recipient"], earner = PLAIN[slip]
    saw = badge.assertion["recipient"]["identity"]
    _, out = judged(badge.publish(), "--earner", earner)
    assert f'wrong recipient.identity expected "{earner}", saw "{saw}"{slip}' in lines(out)


def test_a_hash_of_somebody_else_has_no_slip(threaded_site):
    """Nothing is guessed."""
    url = good_badge(threaded_site, GRACE).publish()
    _, out = judged(url, "--earner", ADA)
    (line,) = [line for line in lines(out) if line.startswith("wrong")]
    assert line.endswith(f'{hashed(GRACE, "sha256", "deadsea")["identity"]}"')


def test_a_recipient_of_0_5_is_told_at_its_own_place(threaded_site):
    """There it is a text."""
    url = threaded_site.host("/flat", flat_badge(threaded_site, GRACE))
    _, out = judged(url, "--earner", ADA)
    assert f'wrong recipient expected "{ADA}", saw "{GRACE}"' in lines(out)


@pytest.mark.parametrize("earner", ["ada", "", "a b@c", '"a b"@example.org', f"{'a' * 300}@b.org"])
def test_an_earner_that_is_no_address_is_wrong_usage(earner):
    """As for the controls."""
    code, out = judged("http://127.0.0.1:1/", "--earner", earner)
    assert code == 2
    assert "--earner: expected " in out


@pytest.mark.anyio
async def test_the_answer_to_a_push_names_the_slip_and_no_address(box: Box):
    """Refusal and verdict contain hash and mistake, and no address of the earner."""
    badge = good_badge(box.site)
    badge.assertion["recipient"] = of(f"s{ADA}")
    url = badge.publish()
    headers = bearer(box.tokens.access_token)
    answer = await send(
        box.http, "POST", f"{box.tokens.api_root}/issue", json={"badge": url}, headers=headers
    )
    assert (answer.status, answer.message) == (403, "badge assertion is for a different user")
    assert "the salt stands before the e-mail address" in answer.json["saw"]
    assert sha(f"{ADA}s") in answer.json["expected"]
    assert ADA not in answer.text
    assert "the salt stands before" in await box.outcome("BC-CLIENT-15")
