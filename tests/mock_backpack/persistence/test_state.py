"""Snapshots and the state file: a sandbox is afterwards what it was."""

import asyncio
import contextlib
import io
import json
import signal
import stat
import subprocess
import sys
import threading

import pytest

from mock_backpack.app import MOCK, create_app
from mock_backpack.persistence import state
from mock_backpack.persistence.snapshot import put
from mock_backpack.persistence.snapshot_json import read_snapshot
from mock_backpack.persistence.state import BadState, Keeper, load
from mock_backpack.server import served
from tests.mock_backpack.earner import advance, collection, identity, push, refresh, send
from tests.mock_backpack.hand_issuer import good_badge
from tests.waiting import eventually_async

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SHAPE = {"expires": 3600, "token_length": 42, "seed": None}
RULE = {"rule": "http.unavailable", "matched": 0, "fired": 0, "armed_at": 0}
WHOLE = {
    "version": 1,
    "name": "",
    "shape": SHAPE,
    "clock": {"ahead": 0, "frozen": None},
    "earners": [],
    "grants": [],
    "rules": [],
}
"""A snapshot as the first mocks wrote it."""


async def test_a_snapshot_brings_everything_back(http, mock, site, tokens):
    """Badges, tokens, clock and rules are as they were; what came later is gone."""
    badge = good_badge(site).publish()
    assert (await push(http, tokens, badge)).status == 201
    await advance(http, mock, 600)
    rule = {"fault": "http.status", "match": {"endpoint": "token"}, "when": {"skip": 1}}
    await send(http, "POST", f"{mock}/_mock/rules", json=rule)
    taken = (await send(http, "GET", f"{mock}/_mock/snapshot")).json
    await send(http, "POST", f"{mock}/_mock/reset")
    assert (await identity(http, tokens)).status == 401
    restored = await send(http, "POST", f"{mock}/_mock/restore", json=taken)
    assert (restored.status, restored.json["earners"], restored.json["rules"]) == (200, 1, 1)
    assert (await identity(http, tokens)).status == 200
    assert (await push(http, tokens, badge)).status == 304
    assert len(await collection(http, mock)) == 1
    assert (await refresh(http, tokens)).status == 200
    assert (await refresh(http, tokens)).status == 500
    await advance(http, mock, 3001)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "body: version: expected 1, saw 2"),
        ({"version": True}, "body: version: expected 1, saw true"),
        ({"grants": [{}]}, "body: grants[0]: expected a member number, saw {}"),
        ({"grants": {}}, "body: grants: expected a list, saw {}"),
        ({"earners": 5}, "body: earners: expected a list, saw 5"),
        ({"earners": [{"email": [1], "badges": []}]}, "earners[0].email: expected an e-mail"),
        ({"earners": [{"email": "a@b.cc"}]}, "earners[0]: expected a member badges"),
        ({"earners": []}, "grants[0].earner: expected an earner of this snapshot, saw "),
        ({"rules": [{"rule": {"fault": "x.y"}}]}, "rules[0]: expected a member matched"),
        ({"rules": [{**RULE, "rule": {"fault": "x.y"}}]}, "rules[0].rule: no fault is called"),
        ({"rules": [{**RULE, "armed_at": "x"}]}, "rules[0].armed_at: expected a number from 0"),
        ({"rules": [{**RULE, "matched": "x"}]}, "rules[0].matched: expected a whole number"),
        ({"rules": [{**RULE, "id": "x"}]}, "rules[0].id: expected a rule's id such as r1"),
        ({"rules": [{**RULE, "memory": {"seen": []}}]}, "rules[0].memory.seen: expected an object"),
        ({"rules": [RULE] * 1001}, "rules: expected 0 to 1000 items, saw 1001"),
        ({"clock": {"ahead": 0, "frozen": "x"}}, "clock.frozen: expected a number from 0"),
        ({"clock": {"ahead": 0, "frozen": []}}, "clock.frozen: expected a number"),
        ({"clock": {"ahead": 0, "frozen": 1e300}}, "clock.frozen: expected a number"),
        ({"clock": {"ahead": 0, "frozen": -1}}, "clock.frozen: expected a number from 0"),
        ({"clock": {"ahead": -1e12, "frozen": None}}, "clock.ahead: expected a number"),
        ({"clock": {"ahead": "nan", "frozen": None}}, "clock.ahead: expected a number from -"),
        ({"clock": {"ahead": 10**400, "frozen": None}}, "clock.ahead: expected a number"),
        ({"shape": {**SHAPE, "expires": "x"}}, "shape.expires: expected a whole number from 1"),
        ({"shape": {**SHAPE, "token_length": -1}}, "shape.token_length: expected a whole number"),
        ({"shape": {**SHAPE, "token_length": 10**6}}, "shape.token_length: expected a whole"),
        ({"shape": {**SHAPE, "seed": []}}, "shape.seed: expected a text, saw []"),
        (
            {"consent": {"answer": "deni", "earner": None, "times": None}},
            'saw "deni"; did you mean deny?',
        ),
        ({"situation": {"situation": "x", "elsewhere": "", "foreign": ""}}, "no situation"),
        ({"sessions": [{"id": 5}]}, "sessions[0]: expected a member csrf"),
        ({"tokens": {"access": {"t": "x"}, "refresh": {}, "dead": []}}, 'access["t"]: expected a'),
        ({"tokens": {"access": {}, "refresh": {}, "dead": [["t", "shot", 1]]}}, "tokens.dead[0]: "),
        (
            {"counters": {"grants": 0, "badges": 0, "rules": 0}},
            "counters.grants: expected at least",
        ),
        ({"granst": []}, "expected one of the members version, "),
    ],
)
async def test_what_is_no_snapshot_changes_nothing(http, mock, tokens, change, message):
    """A refused snapshot leaves the sandbox as it was."""
    taken = (await send(http, "GET", f"{mock}/_mock/snapshot")).json
    answer = await send(http, "POST", f"{mock}/_mock/restore", json={**taken, **change})
    assert answer.status == 400
    assert message in answer.message
    assert (await identity(http, tokens)).status == 200
    assert (await send(http, "GET", f"{mock}/_mock/snapshot")).json == taken


async def test_a_state_file_holds_all_sandboxes(http, tmp_path):
    """Sandboxes, their earners and tokens are there after a restart; only the owner may read."""
    path = tmp_path / "state.json"
    app = create_app()
    async with served(app) as mock:
        made = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": "one"})
        grant = {"earner": "ada@example.org", "origin": "https://issuer.example"}
        granted = (await send(http, "POST", f"{made.json['admin']}/grants", json=grant)).json
        Keeper(path, app[MOCK].sandboxes).begin()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = create_app()
    load(path, again[MOCK].sandboxes)
    async with served(again) as mock:
        earners = (await send(http, "GET", f"{mock}/s/one/_mock/earners")).json["earners"]
        grants = (await send(http, "GET", f"{mock}/s/one/_mock/grants")).json["grants"]
    assert [earner["email"] for earner in earners] == ["ada@example.org"]
    assert [grant["number"] for grant in grants] == [granted["number"]]


OTHERS = [
    "",
    "[]",
    "{}",
    '{"version": 1, "sandboxes": [{}]}',
    '{"version": 1, "sandboxes": [5]}',
    '{"version": 1, "sandboxes": [NaN]}',
    "[" * 100_000,
    '{"version": 1, "sandboxes": ' + "[" * 5_000 + "]" * 5_000 + "}",
    json.dumps({"version": 1, "sandboxes": [{**WHOLE, "name": "."}]}),
    json.dumps({"version": 1, "sandboxes": [{**WHOLE, "name": "a"}, {**WHOLE, "name": "a"}]}),
    json.dumps({"version": 1, "sandboxes": [{**WHOLE, "rules": [RULE] * 1001}]}),
]


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_another_file_is_refused(tmp_path, content):
    """A file that is no state is reported with its path, and not overwritten."""
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(BadState, match=r"state\.json"):
        load(path, create_app()[MOCK].sandboxes)
    assert path.read_text() == content


def test_a_stopped_mock_has_saved(tmp_path):
    """SIGTERM leaves a complete file, and no temporary ones."""
    path = tmp_path / "state.json"
    command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0", "--state", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"ready" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert [sandbox["name"] for sandbox in json.loads(path.read_text())["sandboxes"]] == [""]
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_changes_that_cannot_be_saved_at_the_end_are_told(tmp_path):
    """A message says that the last changes are lost; the exit code is 3."""
    folder = tmp_path / "gone"
    folder.mkdir()
    state = folder / "state.json"
    command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0", "--state", state]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        state.unlink()
        folder.rmdir()
        process.send_signal(signal.SIGTERM)
        _, printed = process.communicate(timeout=10)
    assert process.returncode == 3
    last = f"Error: --state {state}: the last changes are lost: No such file or directory"
    assert printed.splitlines()[-1] == last
    assert "Traceback" not in printed


async def test_who_waits_for_the_journal_does_not_keep_a_mock_from_stopping(http):
    """The wait is answered at once when the mock stops."""
    loop = asyncio.get_running_loop()
    async with served(create_app()) as mock:
        url = f"{mock}/_mock/journal/wait?timeout=60"
        waiting = asyncio.create_task(send(http, "GET", url))
        await asyncio.sleep(0.2)
        began = loop.time()
    assert (await waiting).json["answer"] == "no"
    assert loop.time() - began < 3


async def test_a_badge_that_nests_deeply_is_kept(http, mock, site, tokens, tmp_path):
    """Each of its documents is within the bound, and together they are deeper than that."""
    badge = good_badge(site)
    badge.issuer["deep"] = json.loads("[" * 62 + "]" * 62)
    assert (await push(http, tokens, badge.publish())).status == 201
    taken = await send(http, "GET", f"{mock}/_mock/snapshot")
    (kept,) = await collection(http, mock)
    assert taken.status == 200
    assert kept["badge"]["issuer"]["deep"] == badge.issuer["deep"]
    sandboxes = create_app()[MOCK].sandboxes
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"version": 1, "sandboxes": [{**taken.json, "name": ""}]}))
    Keeper(path, sandboxes).begin()
    assert "deep" in path.read_text(encoding="utf-8")


async def test_a_disk_that_is_full_for_a_while_ends_no_saving(tmp_path, monkeypatch, caplog):
    """A failed save is reported, and repeated as soon as possible."""
    monkeypatch.setattr(state, "EVERY_SECONDS", 0.02)
    folder = tmp_path / "later"
    app = create_app()
    folder.mkdir()
    keeper = state.Keeper(folder / "state.json", app[MOCK].sandboxes)
    keeper.begin()
    (folder / "state.json").unlink()
    folder.rmdir()
    app[MOCK].sandboxes.root.backpack.earner("ada@example.org")
    async with contextlib.asynccontextmanager(keeper.running)(app):
        await eventually_async(lambda: "the state was not saved" in caplog.text)
        folder.mkdir()
        await eventually_async((folder / "state.json").exists)


@contextlib.asynccontextmanager
async def kept(path, **members):
    """A mock that keeps its state; its URL."""
    app = create_app(**members)
    keeper = Keeper(path, app[MOCK].sandboxes)
    keeper.begin()
    app.cleanup_ctx.append(keeper.running)
    async with served(app) as mock:
        yield mock


GRANT = {"origin": "https://issuer.example"}
CHANGES = {
    "a frozen clock": (
        [],
        [("POST", "/clock", {"freeze": True})],
        ("/clock", "frozen", True),
    ),
    "other rules": (
        [("PUT", "/rules", ["http.unavailable"])],
        [("PUT", "/rules", ["http.status status=418"])],
        ("/rules", "rules", "http.status"),
    ),
    "a reset": (
        [("POST", "/grants", {"earner": "a@b.cc", **GRANT})],
        [("POST", "/reset", None), ("POST", "/grants", {"earner": "zz@b.cc", **GRANT})],
        ("/earners", "earners", "zz@b.cc"),
    ),
    "consent": (
        [],
        [("PUT", "/consent", {"answer": "deny", "earner": "a@b.cc", "times": 3})],
        ("/consent", "answer", "deny"),
    ),
    "a situation": (
        [],
        [("PUT", "/situation", {"situation": "expired-token"})],
        ("/sandboxes", "sandboxes", "'situation': 'expired-token'"),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after", "seen"), CHANGES.values(), ids=CHANGES)
async def test_what_changed_last_is_there_after_a_restart(
    http, tmp_path, monkeypatch, before, after, seen
):
    """Changes after a save are saved, too."""
    monkeypatch.setattr(state, "EVERY_SECONDS", 0.02)
    path, member, expected = seen
    async with kept(tmp_path / "state.json") as mock:
        for steps in (before, after):
            for method, at, body in steps:
                answer = await send(http, method, f"{mock}/_mock{at}", json=body or {})
                assert answer.status < 300, answer.text
            await asyncio.sleep(0.1)
    async with kept(tmp_path / "state.json") as mock:
        answer = (await send(http, "GET", f"{mock}/_mock{path}")).json[member]
    assert str(expected) in str(answer)


async def test_a_state_is_written_beside_the_event_loop(http, tmp_path, monkeypatch):
    """Neither spelling a state out nor writing it keeps requests waiting."""
    threads = []
    real = state.to_json
    monkeypatch.setattr(state, "EVERY_SECONDS", 0.02)

    def spelled(copy):
        threads.append(threading.current_thread())
        return real(copy)

    async with kept(tmp_path / "state.json") as mock:
        monkeypatch.setattr(state, "to_json", spelled)
        await send(http, "POST", f"{mock}/_mock/earners", json={"email": "ada@example.org"})
        await eventually_async(lambda: threads)
    assert threading.current_thread() not in threads


async def test_only_what_changed_is_spelled_out_again(http, tmp_path, monkeypatch):
    """A thousand unused sandboxes cost nothing."""
    names = []
    real = state.to_json
    async with kept(tmp_path / "state.json") as mock:
        for name in ("one", "two"):
            await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": name})
    monkeypatch.setattr(state, "to_json", lambda copy: names.append(copy.name) or real(copy))
    async with kept(tmp_path / "state.json") as mock:
        names.clear()
        await send(http, "POST", f"{mock}/s/two/_mock/earners", json={"email": "ada@example.org"})
    assert names == ["two"]
    saved = json.loads((tmp_path / "state.json").read_text())["sandboxes"]
    assert [sandbox["name"] for sandbox in saved] == ["", "one", "two"]


async def test_two_mocks_never_share_a_file(tmp_path):
    """The second one says so, also after the first one has saved; afterwards it may."""
    path = tmp_path / "state.json"
    async with kept(path):
        command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0", "--state", path]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, timeout=20, check=False
        )
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1] == (
            f"Error: --state {path}: another mock uses this file"
        )
    async with kept(path):
        pass


async def test_what_a_killed_mock_left_is_taken_away(tmp_path):
    """Half-written files have tokens in them; files of others stay."""
    for name in (".state.json.saving", ".state.json.a1b2c3d_", ".state.json.backup", "state.json~"):
        (tmp_path / name).write_text("tokens")
    async with kept(tmp_path / "state.json"):
        pass
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"state.json", ".state.json.backup", "state.json~"}


async def test_a_snapshot_that_nests_deeply_or_is_large_can_be_restored(http, mock, site, tokens):
    """The bounds of a snapshot are not those of a request of the API."""
    badge = good_badge(site)
    badge.issuer["deep"] = json.loads("[" * 62 + "]" * 62)
    badge.assertion["evidence"] = f"{site.url}/{'x' * 900_000}"
    assert (await push(http, tokens, badge.publish())).status == 201
    badge.assertion["uid"] = "badge-2"
    assert (await push(http, tokens, badge.publish())).status == 201
    taken = await send(http, "GET", f"{mock}/_mock/snapshot")
    assert len(taken.content) > 1024 * 1024
    restored = await send(http, "POST", f"{mock}/_mock/restore", data=io.BytesIO(taken.content))
    assert restored.status == 200, restored.text
    assert len(await collection(http, mock)) == 2


def test_many_grants_are_taken_up_in_one_pass():
    """The time of a restart is linear in the number of grants."""
    looked = []

    class Counted(str):
        def __eq__(self, other):
            looked.append(other)
            return str(self) == other

        __hash__ = str.__hash__

    emails = [Counted(f"e{number}@example.org") for number in range(300)]
    grants = [
        {
            "number": number + 1,
            "earner": str(email),
            "origin": "https://a.example",
            "scopes": ["issue"],
            "access_token": f"a{number}",
            "refresh_token": f"r{number}",
            "made_at": 0,
            "expires_at": 1,
        }
        for number, email in enumerate(emails)
    ]
    earners = [{"email": email, "badges": []} for email in emails]
    document = {**WHOLE, "earners": earners, "grants": grants}
    sandbox = create_app()[MOCK].sandboxes.root
    put(sandbox, read_snapshot(document, sandbox.shared), None)
    assert len(sandbox.backpack.grants()) == 300
    assert len(looked) < 20 * len(emails)
