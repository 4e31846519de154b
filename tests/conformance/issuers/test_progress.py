"""``backpack-conformance issuer`` reports each fact once, and every reason."""

import os
import sys

import pytest

from conformance.issuers.callbacks import crash_in
from conformance.issuers.command_line import Ended
from conformance.issuers.proxies import past_proxies
from tests.conformance.cli.test_issuer import ISSUER, MISTAKES, judge, python, summary

pytestmark = pytest.mark.slow

SILENT = "import sys; sys.stderr.write('KeyError: token\\n')\n"
LONG = SILENT + "for n in range(40): print('line', n)\nsys.exit(1)"
PUSH = (
    "import base64, json, os, urllib.request as u; e = os.environ; "
    "token = base64.b64encode(e['BACKPACK_ACCESS_TOKEN'].encode()).decode(); "
    "headers = {'Authorization': 'Bearer ' + token}; "
    "u.urlopen(u.Request(e['BACKPACK_API_ROOT'] + '/identity', None, headers)); "
)
ORIGIN = ("--origin", "http://127.0.0.1:1")


def printed(ended):
    """The output with single blanks."""
    return " ".join(ended.out.split())


def test_a_command_that_fails_shows_why_and_where_the_rest_is(tmp_path):
    """The first line of standard error, the last lines, and the name of the log."""
    ended = judge(tmp_path, *python(LONG))
    lines = [line.strip() for line in ended.out.splitlines()]
    at = lines.index("| KeyError: token")
    assert lines[at : at + 3] == ["| KeyError: token", "| …", "| line 28"]
    assert "| line 39" in lines
    assert f"all of its output: {tmp_path / 'logs' / 'healthy.log'}" in printed(ended)
    log = (tmp_path / "logs" / "healthy.log").read_text()
    assert sorted(log.splitlines()) == sorted(
        ["KeyError: token", *(f"line {number}" for number in range(40))]
    )


TALKATIVE = (
    PUSH + "print('access:', e['BACKPACK_ACCESS_TOKEN'], 'base64:', token); "
    "print('\\x1b[1mrefresh:', e['BACKPACK_REFRESH_TOKEN'], file=__import__('sys').stderr); "
    "print(e['BACKPACK_REFRESH_TOKEN'], file=open('PLACE', 'w'))"
)


def test_a_log_holds_no_token_and_all_the_rest(tmp_path):
    """The tokens that the mock gave have names; other output of the command stays as it was."""
    place = tmp_path / "token"
    judge(tmp_path, *python(TALKATIVE.replace("PLACE", str(place))), options=ORIGIN)
    log = (tmp_path / "logs" / "healthy.log").read_text()
    assert "access: «access_token 1» base64: «access_token 1, base64»\n" in log
    assert "\x1b[1mrefresh: «refresh_token 1»\n" in log
    assert place.read_text().strip() not in log


def test_what_is_shown_already_is_not_shown_again(tmp_path):
    """A short output is shown once."""
    ended = judge(tmp_path, *python(SILENT + "sys.exit(1)"))
    assert ended.out.count("KeyError: token") == 1


def test_a_command_that_fails_and_sends_nothing_is_told_by_name(tmp_path):
    """Requirement, situation, and how it ended; also for a SHOULD, and where others passed."""
    program = f"{PUSH} import sys; sys.exit(e['BACKPACK_SITUATION'] == 'long-tokens')"
    silent = "import os, sys; sys.exit(os.environ['BACKPACK_SITUATION'] == 'long-tokens' and 1)"
    ended = judge(tmp_path, *python(silent), situations="odd-tokens,long-tokens", options=ORIGIN)
    why = "the command sent nothing to the API, and ended with exit code 1"
    assert f"BC-CLIENT-10 inconclusive in long-tokens: {why}" in printed(ended)
    assert f"BC-CLIENT-10 not judged: {why}" in printed(ended)
    assert summary(tmp_path)["BC-CLIENT-10"]["outcome"] == "cantTell"
    ended = judge(tmp_path, *python(program), situations="long-tokens", options=ORIGIN)
    assert "BC-CLIENT-10 not judged: the command ended with exit code 1" in printed(ended)


def test_a_command_that_is_killed_in_silence_is_told(tmp_path):
    """The same for one that hangs."""
    ended = judge(tmp_path, *python("import time; time.sleep(60)"), options=("--timeout", "1"))
    assert "the command sent nothing to the API, did not end within 1 s, and was killed" in printed(
        ended
    )


def test_an_untested_row_says_why(tmp_path):
    """Requirements of the situation that were not judged are listed below it."""
    ended = judge(tmp_path, *python(PUSH), options=ORIGIN)
    assert (
        "BC-CLIENT-04, BC-CLIENT-08, BC-CLIENT-09, BC-CLIENT-15 not judged: no push was"
        in printed(ended)
    )


def test_what_does_not_apply_does_not_count(tmp_path):
    """Neither as passed nor as missing."""
    options = ("--inapplicable", "BC-CLIENT-15")
    ended = judge(tmp_path, sys.executable, str(ISSUER), options=options)
    assert "4 of 6 MUST requirements passed; 2 untested; 1 not applicable." not in ended.out
    assert "3 of 6 MUST requirements passed; 3 untested; 1 not applicable." in ended.out


def test_what_was_told_before_is_not_told_again(tmp_path):
    """The same finding in another situation is a line."""
    ended = judge(
        tmp_path,
        sys.executable,
        str(MISTAKES),
        "issued_on",
        situations="healthy,slow,expired-token",
    )
    text = printed(ended)
    assert text.count("BC-CLIENT-09 MUST expected assertion.issuedOn") == 1
    assert text.count("BC-CLIENT-09 MUST as before, in healthy") == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, "127.0.0.1,localhost,::1,mock.example"),
        ({"NO_PROXY": "a.example"}, "a.example,127.0.0.1,localhost,::1,mock.example"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_no_proxy_stands_between_a_command_and_the_mock(before, after):
    """Existing exceptions from the proxy stay."""
    assert past_proxies(before, "http://mock.example:8765")["NO_PROXY"] == after


def test_a_proxy_of_the_environment_is_passed_by(tmp_path, monkeypatch):
    """A client that heeds NO_PROXY reaches the mock, and it is said that there is a proxy."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    ended = judge(tmp_path, *python(PUSH), options=ORIGIN)
    assert "no request below" not in ended.out
    assert "HTTP_PROXY and http_proxy is set; NO_PROXY keeps the command" in ended.err
    ended = judge(tmp_path, *python("pass"), options=ORIGIN)
    assert "HTTP_PROXY and http_proxy is set: does your client use NO_PROXY?" in printed(ended)
    assert os.environ.get("NO_PROXY") is None


CALLBACK = """
import http.server, os, threading, urllib.error, urllib.parse, urllib.request

class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(STATUS if "error=" in self.path else 200)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()
back = f"http://127.0.0.1:{server.server_port}/callback?state=0123456789abcdef"
query = urllib.parse.urlencode({"scope": "issue", "callback": back})
try:
    urllib.request.urlopen(f"{os.environ['BACKPACK_ACCESS_URL']}?{query}")
except urllib.error.HTTPError:
    pass
"""
CRASHED = "the issuer's callback responded 500 to access_denied (from its log)"


@pytest.mark.parametrize(("status", "is_told"), [("500", True), ("403", False)])
def test_a_callback_that_crashed_on_a_denial_is_told(tmp_path, status, is_told):
    """On the terminal and in the report; the verdict on the requirement stays."""
    program = CALLBACK.replace("STATUS", status)
    ended = judge(tmp_path, *python(program), situations="earner-denies")
    assert (CRASHED in printed(ended)) is is_told
    assert summary(tmp_path)["BC-CLIENT-05"]["outcome"] == "passed"
    html = (tmp_path / "conformance.html").read_text()
    assert ("callback responded 500 to access_denied" in html) is is_told
    assert "state=0123456789abcdef&amp;error" not in ended.out


@pytest.mark.parametrize(
    "line",
    [
        '127.0.0.1 - - [26/Nov/2026 23:59:59] "GET /cb?a=1&error=access_denied HTTP/1.1" 500 -',
        '[26/Nov/2026 23:59:59] "GET /cb/?error=access_denied HTTP/1.1" 500 145',
        "GET /cb?error=access_denied 500 2.113 ms - 1021",
        'INFO: 127.0.0.1:5 - "GET /cb?error=access_denied HTTP/1.1" 500 Internal Server Error',
    ],
)
def test_the_lines_of_usual_servers_are_understood(tmp_path, line):
    """http.server and Flask, Django, Express, uvicorn."""
    log = tmp_path / "log"
    log.write_text(f"started on port 5000\n{line}\n")
    assert crash_in(log) == CRASHED
    log.write_text(line.replace(" 500", " 200"))
    assert crash_in(log) == ""


@pytest.mark.parametrize(
    "line",
    [
        'ArgumentError: header Authorization has field value "Bearer c2VjcmV0\\nc2VjcmV0"',
        "GET /callback?access_token=c2VjcmV0&refresh_token=c2VjcmV0 500",
        "{'access_token': 'c2VjcmV0', \"refresh_token\": \"c2VjcmV0\"}",
        '{"refresh_token"=>"c2VjcmV0"}',
    ],
)
def test_what_is_shown_of_an_output_holds_no_token(tmp_path, line):
    """A terminal of CI is read by many; the log has all of it."""
    log = tmp_path / "log"
    log.write_text(line)
    assert "c2VjcmV0" not in "".join(Ended(1, 1, log, line).shown())
