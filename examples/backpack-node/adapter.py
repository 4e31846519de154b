"""An adapter in Python for the Backpack in Node: it starts the Backpack and uses its control port.

backpack-conformance run --adapter adapter:NodeBackpack
"""

import itertools
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

SERVER = Path(__file__).with_name("server.mjs")


class NodeBackpack:
    """Every method is optional, and may be async."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def start(self) -> dict[str, str]:
        """Start the Backpack and return its URL."""
        command = ["node", str(SERVER), "--port", "0", "--control", "0", "--deny", "127.0.0.2"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url, self.controls = (self.server.stdout.readline().strip() for _ in range(2))
        return {"url": url}

    def stop(self) -> None:
        """Stop the Backpack."""
        self.server.terminate()
        self.server.wait()

    def reset(self) -> None:
        """Delete all data: called once, before the first scenario."""
        self.ask("reset")

    def earner(self) -> dict[str, str]:
        """Create an account; called twice."""
        email = f"earner-{next(self.numbers)}@example.org"
        return {"email": email, "password": "correct horse"}

    def grant(self, earner: str, callback: str, scope: list[str]) -> dict[str, Any]:
        """The callback parameters of a grant with exactly these scopes."""
        parts = urlsplit(callback)
        return self.ask("grant", earner, f"{parts.scheme}://{parts.netloc}", scope)

    def advance(self, seconds: float) -> None:
        """Advance the clock."""
        self.ask("advance", seconds)

    def badges(self, earner: str) -> list[dict[str, str]]:
        """The badges that an earner has."""
        return self.ask("badges", earner)

    def revoke(self, earner: str, origin: str) -> None:
        """Revoke an earner's grants for an origin."""
        self.ask("revoke", earner, origin)

    def ask(self, what: str, *arguments: object) -> Any:
        """Call the control port."""
        sent = Request(self.controls + what, data=json.dumps(arguments).encode())
        with urlopen(sent, timeout=10) as answer:
            return json.load(answer)
