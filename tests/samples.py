"""The samples in ``reports/samples``: what a run writes of three kinds of targets.

``python -m tests.samples`` makes their views anew from their records, after a change of a view;
``python -m tests.samples run`` makes the records anew, too.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from conformance.record.model import RECORD
from conformance.record.reader import read_record
from conformance.report.views import VIEWS, remove_views
from tests.conformance.command import run_command

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "reports" / "samples"
SHOWN = ("conformance.html", "summary.md", "badge.svg")
"""The views that are kept; the others are for programs."""
COVERING = (
    *("bearer-accepted", "bearer-exact", "bearer-expiry", "bearer-refused", "bearer-two-earners"),
    *("connect-asks-first", "connect-bad-request", "connect-denied", "connect-granted"),
    *("connect-script-in-browser", "identity-round-trip", "identity-told", "issue-any-broken"),
    *("issue-bad-token", "issue-duplicate-elsewhere", "issue-expired-token", "issue-hosted"),
    *("issue-mended-recipient", "issue-of-another-site", "issue-other-methods"),
    *("issue-recipients", "issue-same-uid", "issue-signed", "issue-without-badge"),
    *("issuing-full-window", "issuing-several"),
    *("issue-wrong-earner", "revoke-ends-the-grant", "revoke-spares-others"),
    *("token-after-expiry", "token-bad-refresh-token", "token-keeps-the-grant", "token-odd-types"),
    *("token-refresh", "token-without-grant-type"),
)
"""Scenarios that between them judge every MUST."""
RUNS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "conforming": ("mock", COVERING),
        "failing": ("mock:token.no-rotation", ("token-refresh", "token-old-pair")),
        "incomplete": ("mock", ("token-refresh", "identity-told")),
    }
)
"""From the name of a sample to its target and its scenarios."""


def words(name: str, out: str) -> list[str]:
    """The arguments of the run that makes a sample."""
    target, scenarios = RUNS[name]
    files = [
        f"scenarios/connect/{name.partition('-')[0]}/{name}.backpack.yaml" for name in scenarios
    ]
    given = [f"--scenarios={file}" for file in files]
    return ["run", target, "--seed=1", *given, f"--out={out}"]


def views(name: str) -> Iterator[tuple[Path, bytes]]:
    """The files of a sample, with their expected content."""
    record = read_record(SAMPLES / name / RECORD)
    for file in SHOWN:
        yield SAMPLES / name / file, VIEWS[file](record)


def main() -> None:
    """Make the samples."""
    for name in RUNS:
        if sys.argv[1:] == ["run"]:
            out = SAMPLES / name
            run_command(*words(name, str(out.relative_to(ROOT))), cwd=ROOT)
            remove_views(out)
        for file, content in views(name):
            file.write_bytes(content)


if __name__ == "__main__":
    main()
