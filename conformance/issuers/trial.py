"""One situation: the command's environment, what it did, the verdict."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.catalogue import about
from conformance.core.requirement import Subject
from conformance.issuers.callbacks import crash_in
from conformance.issuers.command_line import Ended, Processes
from conformance.issuers.findings import situation_line
from conformance.issuers.logs import hide_tokens, secrets_of
from conformance.issuers.proxies import past_proxies, proxies_of
from conformance.record.model import ScenarioLine
from conformance.target.mock import EARNER, IssuerGrant, MockClient


@frozen(kw_only=True)
class TrialSettings:
    """What is the same in every situation."""

    command: Sequence[str]
    root: str
    """URL of the mock."""
    admin_token: str | None
    origin: str | None
    """The issuer's own origin, when it shall get a ready grant in place of a callback."""
    timeout: float
    logs: Path
    commands: Processes = field(factory=Processes)

    def client(self) -> MockClient:
        """A client of the mock, for one thread."""
        return MockClient(self.root, self.admin_token)


@frozen
class SituationTrial:
    """What became of one situation."""

    situation: Mapping[str, Any]
    line: ScenarioLine
    """Its line of the record."""
    ended: Ended
    trouble: str
    """Why the issuer did not come to its end, or why nothing was heard of it."""
    note: str
    """What else is worth to know."""


def environment(
    box: MockClient, situation: Mapping[str, Any], grant: IssuerGrant | None
) -> dict[str, str]:
    """The environment of a command: the sandbox that it shall use."""
    variables = {
        "BACKPACK_URL": box.url,
        **box.tells,
        "BACKPACK_CONTROLS": f"{box.url}/_mock",
        "BACKPACK_SITUATION": situation["id"],
        "BACKPACK_EARNER": EARNER,
        "BACKPACK_AWARDS": str(situation["awards"]),
        "BACKPACK_AT_ONCE": "1" if situation["at_once"] else "",
    }
    return {**variables, **_variables(grant)} if grant else variables


def _variables(grant: IssuerGrant) -> dict[str, str]:
    """A ready grant; what the API does not have is left out."""
    values = {
        "BACKPACK_ACCESS_TOKEN": grant.access_token,
        "BACKPACK_REFRESH_TOKEN": grant.refresh_token,
        "BACKPACK_EXPIRES": str(grant.expires),
        "BACKPACK_API_ROOT": grant.api_root,
        "BACKPACK_API_BASE": grant.api_base,
        "BACKPACK_CLIENT_ID": grant.client_id,
        "BACKPACK_CLIENT_SECRET": grant.client_secret,
    }
    return {name: value for name, value in values.items() if value}


def attempt(trials: TrialSettings, situation: Mapping[str, Any]) -> SituationTrial:
    """Run the command in one situation.

    Raises:
        AuthoringError: when there is no such command.
        ConnectionError: when the mock has gone.
    """
    with trials.client() as root, root.sandbox(situation=situation["id"]) as box:
        last_before = _last_number(root)
        grant = _grant(trials, situation, box)
        ended = trials.commands.run(
            trials.command,
            past_proxies({**os.environ, **environment(box, situation, grant)}, trials.root),
            trials.timeout,
            trials.logs / f"{situation['id'].rpartition('/')[2]}.log",
        )
        secrets = secrets_of(box, grant)
        hide_tokens(ended.log, secrets)
        ended = evolve(ended, complaint=secrets.text(ended.complaint))
        verdict = box.verdict("all")
        silence = "" if verdict["exchanges"] else _silence(root, last_before)
    trouble = ended.trouble if verdict["heard"] else ended.silent_trouble
    note = crash_in(ended.log)
    line = situation_line(
        verdict, seconds=ended.seconds, trouble=trouble, silence=silence, note=note
    )
    return SituationTrial(situation, line, ended, trouble or silence, note)


def _last_number(root: MockClient) -> int:
    newest = root.journal(limit=1)
    return int(newest[0]["number"]) if newest else 0


def _grant(
    trials: TrialSettings, situation: Mapping[str, Any], box: MockClient
) -> IssuerGrant | None:
    is_of_callback = set(situation["tests"]) <= about(Subject.CALLBACK, api=situation["api"])
    if trials.origin is None or is_of_callback:
        return None
    return box.grant(situation["earner"], trials.origin, api=situation["api"])


def _silence(root: MockClient, since: int) -> str:
    """What there is to say when nothing was heard in the sandbox."""
    beside = [entry["request"] for entry in root.journal(since=since)]
    if not beside:
        proxies = proxies_of(os.environ)
        hint = f"; {proxies} is set: does your client use NO_PROXY?" if proxies else ""
        return f"no request below BACKPACK_URL, which is in its environment{hint}"
    first = f"{beside[0]['method']} {beside[0]['target']}"
    return f"no request below BACKPACK_URL, but {len(beside)} requests outside it: {first}"
