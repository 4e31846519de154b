"""The situations that an issuer can be put into, by the APIs that they are of."""

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from mock_backpack.core.quoting import quoted
from mock_backpack.issuer.all import NAMES, issuer_api, issuer_apis
from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.situation import Situation

FILE = "situations.toml"
SEVERAL = ("tests", "rules")
SENTENCES = ("title", "does", "sees")


class UnknownSituation(ValueError):
    """Somebody asked for a situation that there is not."""


@cache
def situations() -> Mapping[str, Situation]:
    """All situations by id, in the order of the APIs and their files."""
    return MappingProxyType({entry.id: entry for api in issuer_apis() for entry in _read(api)})


def situations_of(api: str) -> dict[str, Situation]:
    """The situations of an `IssuerApi`."""
    return {name: entry for name, entry in situations().items() if entry.judges == api}


@cache
def _table(api: IssuerApi) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - a mock without situations reads none

    return tomllib.loads(files(api.package).joinpath(FILE).read_text(encoding="utf-8"))


def _read(api: IssuerApi) -> Iterator[Situation]:
    table = _table(api)
    for raw in [*table["situation"], *_retold(table.get("like"))]:
        yield _situation(raw, api, table["tells"])


def _retold(like: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Situations of another API, in the words of this one."""
    if like is None:
        return
    other = issuer_api(like["api"])
    known = {raw["id"]: raw for raw in _table(other)["situation"]}
    for name in like["situations"]:
        raw = known[name]
        words = {key: _replaced(raw[key], like["words"]) for key in SENTENCES}
        tests = dict.fromkeys(like["tests"][test] for test in raw["tests"] if test in like["tests"])
        rules = [_replaced(rule, like["rules"]) for rule in raw.get("rules", ())]
        id_ = _replaced(name, like["ids"])
        yield {**raw, **words, "id": id_, "tests": list(tests), "rules": rules}


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for word, other in words.items():
        text = text.replace(word, other)
    return text


def _situation(raw: Mapping[str, Any], api: IssuerApi, tells: Mapping[str, str]) -> Situation:
    several = {name: tuple(raw.get(name, ())) for name in SEVERAL}
    texts = {"tells": {**tells, **raw.get("tells", {})}}
    named = {"id": f"{api.prefix}{raw['id']}", "api": api.api, "judges": api.name}
    return Situation(**{**raw, **several, **texts, **named})


def situation(name: str, api: str = "") -> Situation:
    """The situation with this id; of an `IssuerApi` that is named, its prefix may be missing.

    Raises:
        UnknownSituation: with the names that come close.
    """
    known = situations_of(api) if api else situations()
    prefix = issuer_api(api).prefix if api in NAMES else ""
    named = known.get(name) or known.get(f"{prefix}{name}")
    if named is None:
        short = {entry.removeprefix(prefix): entry for entry in known}
        close = difflib.get_close_matches(name.lower().removeprefix(prefix), short, n=3)
        suggestions = " or ".join(short[entry] for entry in close)
        advice = f"did you mean {suggestions}?" if close else f"there are {', '.join(known)}"
        raise UnknownSituation(f"no situation is called {quoted(name)}: {advice}")
    return named
