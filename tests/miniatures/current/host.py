"""The server on 127.0.0.1, and which part of it answers what."""

import threading
import time
from collections.abc import Callable
from typing import Self

from tests.miniatures.current.choices import USUAL, Choices
from tests.miniatures.current.defects import DEFECTS
from tests.miniatures.current.discovery import Clients, Discovery, offered
from tests.miniatures.current.oauth import Consent, Exchange
from tests.miniatures.current.resources import Resources
from tests.miniatures.current.verifier import Verifier
from tests.miniatures.modern.messages import Answer, Request
from tests.miniatures.modern.pages import Permissions, page
from tests.miniatures.modern.provider import Handler, Server
from tests.miniatures.modern.store import Store

Part = Callable[[Request], Answer]


class CurrentHost:
    """A host that serves while it is entered.

    Any well-formed e-mail may log in. ``expires`` is in seconds. ``defect`` names one of
    ``DEFECTS``. ``scopes`` are those that it announces.
    """

    paths = {"settings": "permissions"}  # noqa: RUF012 - as the other miniatures say it

    def __init__(
        self,
        expires: int = 3600,
        port: int = 0,
        choices: Choices = USUAL,
        defect: str | None = None,
        scopes: tuple[str, ...] | None = None,
    ) -> None:
        def part(right: type) -> type:
            return DEFECTS.part(right, defect)

        self.server = Server(("127.0.0.1", port), lambda *connection: Handler(self, *connection))
        origin = f"http://127.0.0.1:{self.server.server_port}"
        self.root = f"{origin}{choices.tenant}"
        self.choices = choices
        names = offered(choices) if scopes is None else scopes
        store = self.store = part(Store)(expires, time.time)
        doors, ask = part(Permissions)(store), part(Consent)(store)
        tokens = part(Exchange)(store)
        tokens.refreshes = choices.refreshes
        self.resources = part(Resources)(store, self.root, part(Verifier)(), choices)
        described = part(Discovery)(self.root, choices, names)
        api = f"{choices.tenant}{choices.base}"
        self.api = api
        profile: dict[str, Part] = {"GET": self.resources.profile}
        if choices.updates:
            profile["PUT"] = self.resources.update
        self.routes: dict[str, dict[str, Part]] = {
            f"{choices.tenant}/ims/ob/v3p0/discovery": {"GET": described.get},
            f"{choices.tenant}/clients": {"POST": part(Clients)(store, names).register},
            f"{choices.tenant}/ask": {"GET": ask.ask},
            "/allow": {"POST": ask.allow},
            "/refuse": {"POST": ask.refuse},
            "/enter": {"GET": doors.enter, "POST": doors.entered},
            "/permissions": {"GET": doors.listed},
            f"{choices.tenant}/permissions": {"GET": doors.listed},
            "/permissions/end": {"POST": doors.end},
            f"{choices.tenant}/tokens": {"POST": tokens.token},
            f"{choices.tenant}/tokens/renew": {"POST": tokens.token},
            f"{choices.tenant}/tokens/end": {"POST": tokens.end},
            f"{api}/credentials": {"GET": self.resources.get, "POST": self.resources.post},
            f"{api}/profile": profile,
        }

    def answer(self, request: Request) -> Answer:
        methods = self.routes.get(request.path)
        is_api = request.path.startswith(self.api)
        method = "GET" if request.method == "HEAD" else request.method
        if methods is None:
            return self.resources.nothing() if is_api else page("Nothing here", "", 404)
        if method not in methods:
            allowed = ", ".join(methods)
            if is_api:
                return self.resources.no_method(allowed)
            answer = page("Not so", "", 405)
            return Answer(405, answer.content, {**answer.headers, "Allow": allowed})
        return methods[method](request)

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
