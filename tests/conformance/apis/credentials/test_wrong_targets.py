"""What answers in place of a host ends in findings or in a sentence, not in a traceback."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.apis.registry import APIS
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import shipped_rows
from conformance.target.opening import TargetOptions
from tests.conformance.apis.badge_connect.test_wrong_targets import JSON, Answer, serving
from tests.conformance.command import run_command

API = APIS["ob3"]
SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.upsert"


def described(root: str, flow: Any = None, **members: Any) -> Answer:
    """A discovery document whose flow is another one, or has usable members."""
    usual = {f"{name}Url": f"{root}/{name}" for name in ("authorization", "token")}
    whole = {"authorizationCode": {**usual, "scopes": {SCOPE: ""}}} if flow is None else flow
    scheme = {"type": "oauth2", "x-imssf-registrationUrl": f"{root}/registration", "flows": whole}
    document = {"components": {"securitySchemes": {"OAuth2ACG": scheme}}, **members}
    return 200, JSON, json.dumps(document).encode()


ANSWERS: Mapping[str, Callable[[str, str], Answer]] = {
    "page": lambda _root, _path: (200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"),
    "nothing": lambda _root, _path: (404, {}, b""),
    "empty": lambda _root, _path: (200, JSON, b"{}"),
    "arrays": lambda _root, _path: (200, JSON, b'{"info": [], "components": [], "paths": []}'),
    "no-flow": lambda root, _path: described(root, []),
    "odd-servers": lambda root, _path: described(root, servers="here", paths=[1]),
    "unreadable-server": lambda root, _path: described(root, servers=[{"url": "http://["}]),
    "text-as-client": lambda root, path: (
        (201, JSON, b'"welcome"') if path == "/registration" else described(root)
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_no_host_is_no_trouble_of_ours(name: str):
    """What can be judged fails, and what depends on it is inconclusive."""
    ids = ("discovery-document", "clients-accepted", "tokens-code", "upsert-proof", "upsert-jwt")
    with serving(ANSWERS[name]) as root:
        options = RunOptions(target=TargetOptions(f"{root}/"), timeout=10)
        with open_runner(API, options) as runner:
            rows = [row for row in shipped_rows(API.language) if row.id in ids]
            results = [runner.run(row) for row in rows]
    assert [result.trouble for result in results] == [""] * len(results)
    found = {f.requirement: f.outcome for result in results for f in result.findings}
    assert found["OB3-POST-01"] is found["OB3-POST-03"] is Outcome.CANT_TELL
    assert Outcome.FAILED in found.values()


@pytest.mark.slow
def test_nobody_there_is_told_in_a_sentence():
    """With what to do."""
    ended = run_command("run", "http://127.0.0.1:9/", "--api", "ob3", "--select", "discovery")
    assert ended.code == 3
    assert "/ims/ob/v3p0/discovery" in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err
