"""Measure the verification of credentials of Open Badges 3.0: a table, no verdict.

``python -m benchmarks.credentials`` verifies an ordinary credential, one with endorsement, results
and evidence, and the largest that the mock takes; beside them stands what PyLD needs for the
canonical form alone. The last lines are documents that are made to keep a verifier busy. Times
are milliseconds of the thread, the middle of some rounds.
"""

import asyncio
import sys
import time
from statistics import median
from typing import Any

from benchmarks.timing import median_seconds
from mock_backpack.core.clock import Clock
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.openbadges.three.judge import Judge
from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.hand_issuer import Document, Site
from tests.mock_backpack.openbadges.three.test_canonical import ACHIEVEMENT, INNER, SUBJECT

ROUNDS = 50
FEW = 3
SITE = Site("https://school.example")


def main() -> None:
    """Print the table."""
    _write("credential", "mock", "PyLD alone")
    ordinary = _own(made.credential(SITE))
    _line("ordinary", ordinary, ROUNDS)
    _line("with all members", _full(), ROUNDS)
    _line("3,000 pieces of evidence", {**ordinary, "evidence": _evidence(3_000)}, FEW)
    for name, document in _attacks(ordinary).items():
        _write(name, _mock(document, FEW), "")


def _write(*cells: object) -> None:
    name, *others = cells
    sys.stdout.write(f"{name!s:<32}" + "".join(f"{cell!s:>14}" for cell in others) + "\n")


def _line(name: str, document: Document, rounds: int) -> None:
    seconds = median_seconds(lambda: made._n_quads.__wrapped__(_json(document), 0), min(rounds, 5))
    _write(name, _mock(made.proven(document), rounds), f"{seconds * 1_000:.2f}")


def _json(document: Document) -> str:
    return made.json.dumps(document)


def _own(document: Document) -> Document:
    """The same from an issuer whose key is its DID: nothing is fetched."""
    return {**document, "issuer": {"id": made.did_key(), "type": ["Profile"], "name": "A school"}}


def _full() -> Document:
    document = _own(made.credential(SITE))
    fetched = ("credentialStatus", "credentialSchema")
    inner = {name: INNER[name] for name in INNER if name not in fetched}
    document |= inner | {"@context": [made.V2, made.OB, made.EXTENSIONS]}
    document["credentialSubject"] |= {
        name: SUBJECT[name] for name in SUBJECT if name not in ("id", "identifier")
    }
    document["credentialSubject"]["achievement"] |= ACHIEVEMENT
    return document


def _evidence(number: int) -> list[Document]:
    return [{"type": ["Evidence"], "narrative": f"piece {index}"} for index in range(number)]


def _attacks(ordinary: Document) -> dict[str, Document]:
    proof = made.proof_of(ordinary)
    context = [made.V2, made.OB, {"next": {"@id": "https://a.example/next", "@type": "@id"}}]

    def poison(nodes: int, reach: int) -> list[Document]:
        return [
            {
                "id": f"_:a{index}",
                "next": [f"_:a{(index + step) % nodes}" for step in range(1, reach)],
            }
            for index in range(nodes)
        ]

    groups = [
        {"id": f"_:g{group}n{index}", "next": [f"_:g{group}n{other}" for other in range(6)]}
        for group in range(2)
        for index in range(6)
    ]
    terms = {f"t{index}": f"https://a.example/{index}" for index in range(1_000)}
    deep: Any = {"next": "https://a.example/"}
    for _ in range(60):
        deep = {"next": [deep]}
    attacks = {
        "a clique of 9 blank nodes": {"@context": context, "evidence": poison(9, 9)},
        "a ring of 1,000 blank nodes": {"@context": context, "evidence": poison(1_000, 2)},
        "two cliques of 6": {"@context": context, "evidence": groups},
        "1,000 terms in 90 contexts": {
            "@context": context,
            "evidence": [{"@context": terms} for _ in range(90)],
        },
        "60 levels": {"@context": context, "evidence": deep},
        "8 proofs of 3,000 objects": {
            "evidence": _evidence(3_000),
            "proof": [{**proof, "proofValue": f"z{made.base58(bytes(range(1, 65)))}"}] * 8,
        },
    }
    return {name: {**ordinary, "proof": proof, **attack} for name, attack in attacks.items()}


def _mock(document: Document, rounds: int) -> str:
    judge = Judge(Fetcher(), Clock())
    outcome = ""

    async def many() -> float:
        nonlocal outcome
        times = []
        for _ in range(rounds):
            begun = time.thread_time()
            try:
                await judge.embedded(document)
            except InvalidBadge:
                outcome = " refused"
            times.append(time.thread_time() - begun)
        return median(times) * 1_000

    return f"{asyncio.run(many()):.2f}{outcome}"


if __name__ == "__main__":
    main()
