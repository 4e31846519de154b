"""A scenario file for tests, its changes, and what the command says of it."""

from pathlib import Path

from click.testing import CliRunner, Result

from conformance.cli import main

WRITTEN = """\
id: mine
title: A refresh works
needs: [second-earner]
each: {one: {code: 200}, two: {code: 201}}
steps:
  - connect: {earner: ada}
    save: grant
  - connect: {earner: grace}
  - refresh: {token: $grant.refresh_token}
    save: fresh
    expect:
      BC-TOKEN-01: {answer: refreshed}
  - identity: {token: $fresh.access_token}
    expect:
      BC-TOKEN-03: {body: {code: $each.code}}
"""
GRACE = "connect: {earner: grace}"
JUDGED = "{body: {code: $each.code}}"
DRAWN = "steps:", "for_all: {a: {strategy: valid-assertion}}\nsteps:"


def check(file: Path, content: str, *options: str) -> Result:
    """The output of ``backpack-conformance check`` for a file with this content."""
    file.write_text(content)
    return CliRunner().invoke(main, ["check", str(file), *options])


def changed(old: str, new: str) -> str:
    """The scenario with one change."""
    assert old in WRITTEN
    return WRITTEN.replace(old, new, 1)
