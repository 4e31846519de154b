"""Snapshots and the state file: a sandbox is afterwards what it was."""

import asyncio
import contextlib
import json
import signal
import stat
import subprocess
import sys

import pytest

from mock_backpack import state
from mock_backpack.app import MOCK, create_app
from mock_backpack.server import served
from mock_backpack.state import BadState, load, save
from tests.mock_backpack.earner import advance, collection, identity, push, refresh, send
from tests.mock_backpack.issuer import good_badge

pytestmark = pytest.mark.anyio


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
    ("change", "told"),
    [
        ({"version": 2}, "version"),
        ({"grants": [{}]}, "no member 'access_token'"),
        ({"earners": 5}, "not iterable"),
        ({"rules": [{"rule": {"fault": "x.y"}}]}, "no fault is called 'x.y'"),
    ],
)
async def test_what_is_no_snapshot_changes_nothing(http, mock, tokens, change, told):
    """A refused snapshot leaves the sandbox as it was."""
    taken = (await send(http, "GET", f"{mock}/_mock/snapshot")).json
    answer = await send(http, "POST", f"{mock}/_mock/restore", json={**taken, **change})
    assert answer.status == 400
    assert told in answer.message
    assert (await identity(http, tokens)).status == 200


async def test_a_state_file_holds_all_sandboxes(http, tmp_path):
    """Sandboxes, their earners and tokens are there after a restart; only the owner may read."""
    path = tmp_path / "state.json"
    app = create_app()
    async with served(app) as mock:
        made = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": "one"})
        grant = {"earner": "ada@example.org", "origin": "https://issuer.example"}
        told = (await send(http, "POST", f"{made.json['admin']}/grants", json=grant)).json
        save(path, app[MOCK].sandboxes)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = create_app()
    load(path, again[MOCK].sandboxes)
    async with served(again) as mock:
        earners = (await send(http, "GET", f"{mock}/s/one/_mock/earners")).json["earners"]
        grants = (await send(http, "GET", f"{mock}/s/one/_mock/grants")).json["grants"]
    assert [one["email"] for one in earners] == ["ada@example.org"]
    assert [one["number"] for one in grants] == [told["number"]]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sandboxes": [{}]}', '{"sandboxes": [5]}'])
def test_another_file_is_refused(tmp_path, content):
    """What is no state is told with its path, and not overwritten."""
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(BadState, match=r"state\.json"):
        load(path, create_app()[MOCK].sandboxes)
    assert path.read_text() == content


def test_a_stopped_mock_has_saved(tmp_path):
    """SIGTERM leaves a whole file, without leftovers beside it."""
    path = tmp_path / "state.json"
    command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0", "--state", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"ready" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert [one["name"] for one in json.loads(path.read_text())["sandboxes"]] == [""]
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]


def test_changes_that_cannot_be_saved_at_the_end_are_told(tmp_path):
    """Who stops a mock learns in a line that its last changes are lost; the exit code is 3."""
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
        _, told = process.communicate(timeout=10)
    assert process.returncode == 3
    last = f"Error: --state {state}: the last changes are lost: No such file or directory"
    assert told.splitlines()[-1] == last
    assert "Traceback" not in told


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
    load(path, sandboxes)
    save(path, sandboxes)
    assert "deep" in path.read_text(encoding="utf-8")


async def test_a_disk_that_is_full_for_a_while_ends_no_saving(tmp_path, monkeypatch, caplog):
    """What cannot be saved is told, and saved as soon as that is possible."""
    monkeypatch.setattr(state, "EVERY_SECONDS", 0.02)
    folder = tmp_path / "later"
    app = create_app()
    keeper = state.Keeper(folder / "state.json", app[MOCK].sandboxes)
    async with contextlib.asynccontextmanager(keeper.running)(app):
        await asyncio.sleep(0.1)
        assert "the state was not saved" in caplog.text
        folder.mkdir()
        await asyncio.sleep(0.1)
        assert (folder / "state.json").exists()
