"""A target that repeats its secrets, wherever and however: no report holds one."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.core.catalogue import requirements
from conformance.core.exchange import Answer, Exchange, Headers, Landing, Request
from conformance.core.plain import shortened
from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.vault import Vault
from conformance.core.schemas import brief
from conformance.record.model import Record
from conformance.record.reader import record_of, scenario_of
from conformance.record.writer import redacted_line
from conformance.report.leaks import clean, has_any
from conformance.report.text import findings_text
from conformance.report.views import VIEWS
from tests.conformance.leaks import ENCODINGS, as_json, gives_away, packed
from tests.conformance.records import MUST, failed, footer, header, line_of

pytestmark = pytest.mark.slow

TOKEN_URL = "http://backpack.example/api/token"
ALPHABETS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    "abcdefghijklmnopqrstuvwxyz0123456789+/",
    "0123456789abcdef",
)
TOKENS = st.sampled_from(ALPHABETS).flatmap(
    lambda alphabet: st.text(alphabet, min_size=24, max_size=80)
)
DRAWN = TOKENS.filter(
    lambda text: len(set(text)) > 10 and any(character.isdigit() for character in text)
)
JSON = ("Content-Type", "application/json")
PAGE = ("Content-Type", "text/html")


def answered(body: bytes, *headers: tuple[str, str], reason: str = "OK", status: int = 200) -> Any:
    """An answer of a target."""
    return Answer(status, reason, headers, body)


PLACES: Mapping[str, Callable[[str], Answer]] = {
    "text": lambda value: answered(f"so it is: {value}".encode()),
    "JSON": lambda value: answered(as_json(value).encode(), JSON),
    "JSON in JSON": lambda value: answered(json.dumps({"a": as_json(value)}).encode(), JSON),
    "name of a member": lambda value: answered(json.dumps({value: 1}).encode(), JSON),
    "page": lambda value: answered(f"<p title='{value}'>Hello {value}</p>".encode(), PAGE),
    "comment": lambda value: answered(f"<!-- {value} -->".encode(), PAGE),
    "header": lambda value: answered(b"", ("X-Debug", value.replace("\n", ""))),
    "cookie": lambda value: answered(b"", ("Set-Cookie", f"a={value}; Path=/")),
    "redirect": lambda value: answered(b"", ("Location", f"/next?x={value}"), status=302),
    "reason": lambda value: answered(b"", reason=f"Bad {value}", status=400),
    "bytes": lambda value: answered(b"\xff\xfe" + value.encode()),
    "UTF-16": lambda value: answered(value.encode("utf-16")),
    "compressed": lambda value: answered(packed(value), ("Content-Encoding", "gzip")),
    "behind much": lambda value: answered(b"." * 65_500 + value.encode()),
}


def given_pair(token: str) -> Exchange:
    """An answer that gives a token as the API document has it."""
    body = json.dumps({"access_token": token, "expires": 3600}).encode()
    return exchange(1, answered(body, JSON))


def exchange(number: int, answer: Answer, body: bytes = b"") -> Exchange:
    """A request to the token endpoint with this answer."""
    return Exchange(number, Request("POST", TOKEN_URL, (), body), answer, 0.1)


def echo(answer: Answer) -> Exchange:
    """A later request to somewhere else, with this answer."""
    return Exchange(2, Request("GET", "http://backpack.example/echo"), answer, 0.1)


def artefacts(*exchanges: Exchange, came_back: str = "") -> dict[str, str]:
    """All that is written and said of a run with these exchanges, by the name of the file."""
    finding = failed(MUST[0], came_back=came_back, exchange=exchanges[-1].number)
    lines = [header(), line_of(finding, exchanges=exchanges), footer(1)]
    record: Record = record_of(lines)
    files = {name: view(record).decode() for name, view in VIEWS.items()}
    names = {MUST[0]: requirements()[MUST[0]]}
    scenario = record.scenarios[0]
    texts = {
        "terminal": findings_text(scenario, names, scenario.findings),
        "record": json.dumps(lines),
    }
    return {**files, **texts}


def leaks(files: Mapping[str, str], secret: str) -> list[tuple[str, str]]:
    """File and encoding of each place in which a secret can be read."""
    return [(name, form) for name, text in files.items() for form in gives_away(text, secret)]


@settings(max_examples=60)
@given(
    token=DRAWN,
    encoding=st.sampled_from(sorted(ENCODINGS)),
    place=st.sampled_from(sorted(PLACES)),
)
@example("00000000000000123456789-", "without the first character", "JSON")
def test_a_token_that_a_target_repeats_stands_in_no_report(token, encoding, place):
    """In whatever encoding, in whatever part of an answer."""
    value = ENCODINGS[encoding](token)
    repeated = echo(PLACES[place](value))
    assert leaks(artefacts(given_pair(token), repeated, came_back=f"saw {value}"), token) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_is_hidden_in_an_answer_and_in_a_finding(encoding):
    """Also those that an example of the property above may not have drawn."""
    token = "kG7x+Qz/0pLm3VdT9sYhB2nWcR8uJfE5aX1oI6+/Zq"
    value = ENCODINGS[encoding](token)
    repeated = echo(PLACES["text"](value))
    files = artefacts(given_pair(token), repeated, came_back=f"saw {value}")
    assert leaks(files, token) == []
    assert "«access_token 1" in files["terminal"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_look_finds_each_encoding(encoding):
    """Else its silence would mean nothing."""
    token = "kG7x+Qz/0pLm3VdT9sYhB2nWcR8uJfE5aX1oI6+/Zq"
    assert gives_away(f"a {ENCODINGS[encoding](token)} b", token)


PAIR = {
    "access_token": "kG7xQz0pLm3VdT9sYhB2nWcR8uJfE5",
    "refresh_token": "r3fr3shQz0pLm3VdT9sYhB2nW",
}
BROKEN = {
    "BOM": b"\xef\xbb\xbf" + json.dumps(PAIR).encode(),
    "notice": b"<b>Notice</b>: x<br/>\n" + json.dumps(PAIR).encode(),
    "half": json.dumps(PAIR).encode()[:-1],
    "broken off in a token": json.dumps(PAIR).encode()[:-4],
    "form": "&".join(f"{name}={value}" for name, value in PAIR.items()).encode(),
    "other names": json.dumps(
        {"accessToken": PAIR["access_token"], "r": PAIR["refresh_token"]}
    ).encode(),
    "nested": json.dumps({"data": {"tok": list(PAIR.values())}}).encode(),
    "XML": "".join(f"<{name}>{value}</{name}>" for name, value in PAIR.items()).encode(),
    "single quotes": str(PAIR).encode(),
    "text": "\n".join(PAIR.values()).encode(),
    "JSONP": f"callback({json.dumps(PAIR)});".encode(),
    "JSON in a JSON text": json.dumps(json.dumps(PAIR)).encode(),
    "compressed": packed(json.dumps(PAIR)),
    "Latin-1": json.dumps(PAIR).encode() + b"\xe9",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_token_of_a_broken_answer_is_secret(body):
    """A value is secret from the moment it is seen, and not from when it can be parsed."""
    sent = b'{"grant_type": "refresh_token", "refresh_token": "x"}'
    files = artefacts(exchange(1, answered(body), sent), came_back=f"saw {body!r}")
    for token in PAIR.values():
        assert leaks(files, token[:-4] if b"r3fr" in body else token) == []


ADDRESSES = [
    "http://i.example/cb?a=1&access_token={}",
    "http://i.example/cb?empty=?access_token={}&x=1",
    "http://i.example/cb#access_token={}",
    "http://i.example/cb?access_token=aaaa1111bbbb2222&key={}",
    "http://i.example/cb?next=%2Fcb%3Faccess_token%3D{}",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("place", ["Location", "landing", "page", "Refresh"])
def test_a_token_in_an_address_is_secret(address, place):
    """Any redirect: of an earner, a forged form, a script."""
    token = PAIR["access_token"]
    url = address.format(token)
    headers: Headers = {
        "Location": (("Location", url),),
        "Refresh": (("Refresh", f"0; url={url}"),),
    }.get(place, ())
    page = f"<script>location = '{url}'</script>".encode() if place == "page" else b""
    if place == "page" and "key=" in url:
        pytest.skip("a name that says nothing, in a text that is no address")
    landing = Landing(url, {"access_token": token}, acted=True) if place == "landing" else None
    exchange = Exchange(
        1, Request("GET", "http://b.example/"), answered(page, *headers), 0.1, "", landing
    )
    assert leaks(artefacts(exchange, came_back=url), token) == []


def test_what_is_no_secret_stays():
    """A report in which every word is hidden could not be read."""
    body = {
        "message": "the access token is invalid: try again with a token",
        "token_type": "bearer",
        "scope": "issue",
        "api_root": "http://backpack.example/api/v1/0123456789abcdef",
        "expires_at": "2026-11-26T22:45:27Z",
        "error": "invalid_refresh_token_given",
    }
    sent = b'{"refresh_token": "never-given"}'
    files = artefacts(exchange(1, answered(json.dumps(body).encode(), JSON), sent))
    for value in (*body.values(), "never-given"):
        assert value in files["terminal"], value
    assert "«" not in files["terminal"]


@pytest.mark.parametrize("token", ["a", "abc", "1234", "issue", "token"])
def test_a_short_token_is_hidden_where_it_is_named_and_nowhere_else(token):
    """It could be guessed anyway, and "a" occurs in every sentence."""
    secrets = Secrets()
    secrets.add(token, "access_token")
    body = json.dumps({"access_token": token, "message": f"a token issued abc 1234 {token}"})
    shown = json.loads(secrets.text(body))
    assert shown == {"access_token": "«access_token 1»", "message": json.loads(body)["message"]}
    assert secrets.text(f"?access_token={token}&x=a") == "?access_token=«access_token 1»&x=a"


def test_what_is_made_of_a_secret_is_one():
    """Its name says of what, and how."""
    secrets = Secrets()
    secrets.add("kG7xQz0pLm3VdT9s", "refresh_token")
    secrets.add_derived("lH8yRa1qMn4WeU0t", "kG7xQz0pLm3VdT9s", "shifted")
    secrets.add_derived("of nothing", "nothing", "changed")
    assert secrets.text("lH8yRa1qMn4WeU0t") == "«refresh_token 1, shifted»"
    assert secrets.text("of nothing") == "of nothing"


def test_a_token_of_another_scenario_is_hidden_too():
    """A secret that a run has seen once is hidden in everything that follows."""
    first = Secrets()
    first.add("kG7xQz0pLm3VdT9s", "access_token")
    assert Secrets(first.vault).text("kG7xQz0pLm3VdT9s!") == "«access_token of this run»!"


def test_what_only_a_later_row_learns_is_hidden_in_what_its_rows_share():
    """A shared exchange is written by the first row; the look at the end knows all secrets."""
    token = PAIR["access_token"]
    shared, vault = echo(PLACES["JSON"](token)), Vault()
    before = Secrets(vault)
    rows = [before.copied(), before.copied()]
    scenario = scenario_of(line_of(failed(MUST[0])))
    lines = [
        redacted_line(evolve(scenario, exchanges=exchanges), secrets)
        for secrets, exchanges in zip(rows, [(shared,), (shared, given_pair(token))], strict=True)
    ]
    assert token in json.dumps(lines[0])  # nobody knew it yet
    assert has_any(lines, Secrets(vault))
    assert token not in json.dumps(clean(lines, Secrets(vault)).lines)


def test_the_domain_of_an_e_mail_is_no_secret():
    """Though it is most of it: the target may have the same."""
    secrets = Secrets()
    secrets.add("al@badges.mathematics.example", "e-mail of ada")
    assert (
        secrets.text("http://badges.mathematics.example/") == "http://badges.mathematics.example/"
    )
    assert secrets.text("to al%40badges.mathematics.example") == (
        "to «e-mail of ada 1, percent-encoded»"
    )


@pytest.mark.parametrize("kind", ["access_token", "password of ada"])
def test_a_part_of_a_secret_with_an_at_sign_is_hidden(kind):
    """It is no e-mail for that."""
    secrets = Secrets()
    secrets.add("kG7x@Qz0pLm3VdT9sYhB2nWcR", kind)
    assert secrets.text("saw Qz0pLm3VdT9sYhB2nWcR!") == f"saw «{kind} 1, part»!"


def test_most_of_an_e_mail_is_hidden_with_its_name_in_it():
    """Its last letters may have been cut off."""
    secrets = Secrets()
    secrets.add("ada.lovelace@backpack.example", "e-mail of ada")
    assert "lovelace" not in secrets.text("to ada.lovelace@backpack.exa, who")


def test_the_host_of_a_command_is_quoted():
    """It comes from ``api_root``, and the command is there to be pasted into a shell."""
    line = Request("BYTES", "http://h;touch${IFS}x/", body=b"x").curl()
    assert line.endswith("| nc 'h;touch${ifs}x' 80")


LONG = "".join(f"{n * 7919 % 46656:04x}kQ" for n in range(67))
"""A token of 402 characters, of which no finding shows all."""


@pytest.mark.parametrize("before", ["", "it is ", "." * 40, "." * 70, "." * 150])
@pytest.mark.parametrize(
    "quoted", [brief, lambda text: shortened(text, 160), lambda text: shortened(as_json(text), 90)]
)
@pytest.mark.parametrize("encoding", ["as it is", "base64", "hexadecimal", "percent-encoded"])
def test_a_token_that_was_cut_is_a_secret(before, quoted, encoding):
    """A finding quotes the first characters of an answer: those of a token in it are hidden."""
    value, head = [
        ENCODINGS[encoding](text) if encoding in ENCODINGS else text for text in (LONG, LONG[:6])
    ]
    came_back = quoted(f"{before}{value} and so on")
    files = artefacts(given_pair(LONG), echo(answered(b"")), came_back=came_back)
    assert [name for name, text in files.items() if head in text] == []
    assert "…" in files["terminal"]


@pytest.mark.parametrize(("rounds", "shortest"), [(1, 8), (2, 11)])
def test_a_beginning_tells_as_much_in_base64(rounds, shortest):
    """A few characters of an encoding may occur anywhere; more are needed for a match."""
    secrets, written = Secrets(), LONG
    secrets.add(LONG, "access_token")
    for _ in range(rounds):
        written = b64encode(written.encode()).decode()
    assert secrets.text(f"saw '{written[: shortest - 1]}…") == f"saw '{written[: shortest - 1]}…"
    assert ", cut»" in secrets.text(f"saw '{written[: shortest + 1]}…")


def test_what_stands_in_front_of_a_cut_is_no_secret():
    """Unless it is the beginning of one."""
    secrets = Secrets()
    secrets.add(LONG, "access_token")
    for text in ("a scope of openbadges…", f"{LONG[:4]}…", "…", f"x{LONG[9:30]}y…"):
        assert secrets.text(text) == text
    assert secrets.text(f"saw '{LONG[:30]}…") == "saw '«access_token 1, cut»…"


GIVEN = {
    "access_token": "kG7xQz0pLm3VdT9sYhB2nWcR",
    "refresh_token": "8uJfE5aX1oI6Zq4tPv7yLd0w",
    "token_type": "Bearer",
    "expires": 3600,
}
ORDINARY = {
    "api_root": "http://backpack.example/api/v1",
    "scope": "https://openbadges.example/scopes/v2/issue?version=2 issue",
    "message": "Here is your new pair of tokens, valid for 3600 seconds",
    "issued_at": "2026-11-27T00:13:44.123+00:00",
    "day": "2026-11-27",
    "expires_at": "Fri, 27 Nov 2026 01:13:44 GMT",
    "request_id": "3f2b8c1e-9a4d-4e6f-8b7a-1c2d3e4f5a6b",
    "id": "64f1c0ffee12ab34cd56ef78",
    "origin": "http://issuer.example:8080",
}


def test_ordinary_members_of_a_token_answer_stay():
    """An address, a sentence, a time, an id: only the tokens get names."""
    body = json.dumps({**GIVEN, **ORDINARY})
    secrets = Secrets()
    secrets.see(exchange(1, answered(body.encode(), JSON)))
    shown = json.loads(secrets.text(body))
    assert {name: shown[name] for name in ORDINARY} == ORDINARY
    assert shown["access_token"] == "«access_token 1»"
    assert shown["refresh_token"] == "«refresh_token 1»"


@pytest.mark.parametrize("name", ["bearer", "session_id", "debug"])
def test_what_may_be_a_token_is_none_the_less(name):
    """Beside the documented ones."""
    body = json.dumps({**GIVEN, name: "Zq4tPv7yLd0wkG7xQz0pLm3V"})
    assert (
        leaks(artefacts(exchange(1, answered(body.encode(), JSON))), "Zq4tPv7yLd0wkG7xQz0p") == []
    )


@pytest.mark.parametrize(
    "refusal",
    [
        {"error": "invalid_grant", "message": "The refresh token is unknown or was used before"},
        {"status": "error", "error": "invalid_token", "message": "refresh_token: unknown token"},
        {"message": "Token: expired", "code": "ERR_TOKEN_EXPIRED_2026", "time": "20261127T001344Z"},
        {
            "error_uri": "https://backpack.example/docs/errors#refresh-token-4711",
            "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
        },
    ],
)
def test_a_refusal_of_the_token_endpoint_stays(refusal):
    """The words of an error are what its reader needs."""
    body = json.dumps(refusal)
    secrets = Secrets()
    secrets.see(exchange(1, answered(body.encode(), JSON, status=400), b"refresh_token=abc"))
    assert json.loads(secrets.text(body)) == refusal
