"""The endpoints of OAuth that clients call."""

import json
from typing import Any

from flask import Flask, Response, request

from tests.miniatures.composed.announcing import Announcing
from tests.miniatures.composed.granting import Granting
from tests.miniatures.composed.keeping import Keeping
from tests.miniatures.composed.registering import BadClient, Registering

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store"}


def as_json(status: int, value: Any, headers: Any = ()) -> Response:
    """JSON as Flask writes it: sorted, and in ASCII."""
    content = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return Response(content, status, dict(headers), content_type=JSON)


class Endpoints:
    def __init__(
        self,
        keeping: Keeping,
        granting: Granting,
        registering: Registering,
        announcing: Announcing,
    ) -> None:
        self.keeping, self.granting = keeping, granting
        self.registering, self.announcing = registering, announcing

    def add_to(self, app: Flask, tenant: str) -> None:
        rules = {"register": self.register, "token": self.token, "revoke": self.revoke}
        for name, view in rules.items():
            app.add_url_rule(f"{tenant}/connect/{name}", name, view, methods=["POST"])
        app.add_url_rule(f"{tenant}/ims/ob/v3p0/discovery", "discovery", self.discovery)

    def discovery(self) -> Response:
        answer = as_json(200, self.announcing.document(), {"Cache-Control": "max-age=300"})
        answer.add_etag()
        return answer.make_conditional(request)

    def register(self) -> Response:
        try:
            told = self.registering.register(json.loads(request.get_data()))
        except BadClient as error:
            return self.refused(400, error.error, str(error))
        except (ValueError, RecursionError):
            return self.refused(400, "invalid_client_metadata", "expected JSON")
        return as_json(201, told, NO_STORE)

    def token(self) -> Response:
        return self.of_oauthlib(self.granting.create_token_response)

    def revoke(self) -> Response:
        """As Open Badges has it, and RFC 7009 not, a request without a hint is refused."""
        request.get_data()  # or the form takes it, and nobody else can read it
        if "token_type_hint" not in request.form:
            return self.refused(400, "invalid_request", "expected token_type_hint")
        return self.of_oauthlib(self.granting.revoking.create_revocation_response)

    def of_oauthlib(self, respond: Any) -> Response:
        body = request.get_data().decode("latin-1") if request.mimetype == FORM else ""
        try:
            with self.keeping.lock:
                headers, content, status = respond(
                    "https://composed.example/", "POST", body, dict(request.headers)
                )
        except ValueError:
            return self.refused(400, "invalid_request", "the form cannot be read")
        value = json.loads(content) if content else {}
        if status == 401:
            status = 400
        return as_json(
            status, self.told(value), {**headers, **self.kept_out(), "Content-Type": JSON}
        )

    def told(self, value: dict[str, Any]) -> dict[str, Any]:
        return value

    def kept_out(self) -> dict[str, str]:
        return NO_STORE

    def refused(self, status: int, error: str, why: str) -> Response:
        return as_json(status, {"error": error, "error_description": why}, NO_STORE)
