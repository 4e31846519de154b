"""An adapter in Python for the Backpack in Node: it starts it, and works its control port.

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
    """Every method is optional, and may be async; each is something that the suite can then do."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def start(self) -> dict[str, str]:
        """Start the Backpack, and say where it is."""
        command = ["node", str(SERVER), "--port", "0", "--control", "0", "--deny", "127.0.0.2"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url, self.controls = (self.server.stdout.readline().strip() for _ in range(2))
        return {"url": url}

    def stop(self) -> None:
        """End it."""
        self.server.terminate()
        self.server.wait()

    def reset(self) -> None:
        """Forget everything: called once, before the first scenario."""
        self.ask("reset")

    def earner(self) -> dict[str, str]:
        """An account; called twice, so that there are two people."""
        email = f"earner-{next(self.numbers)}@example.org"
        return {"email": email, "password": "correct horse"}

    def grant(self, earner: str, callback: str, scope: list[str]) -> dict[str, Any]:
        """What the callback would have been told, for just these scopes."""
        parts = urlsplit(callback)
        return self.ask("grant", earner, f"{parts.scheme}://{parts.netloc}", scope)

    def advance(self, seconds: float) -> None:
        """Let time pass, without waiting."""
        self.ask("advance", seconds)

    def badges(self, earner: str) -> list[dict[str, str]]:
        """The badges that an earner has."""
        return self.ask("badges", earner)

    def revoke(self, earner: str, origin: str) -> None:
        """Take back what an earner has granted to an origin."""
        self.ask("revoke", earner, origin)

    def ask(self, what: str, *arguments: object) -> Any:
        """Work the control port."""
        sent = Request(self.controls + what, data=json.dumps(arguments).encode())
        with urlopen(sent, timeout=10) as answer:
            return json.load(answer)
