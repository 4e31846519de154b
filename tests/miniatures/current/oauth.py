"""The parts of OAuth in which Open Badges 3.0 differs: scopes come back, refreshes rotate."""

import secrets
from collections.abc import Mapping
from typing import Any, NoReturn

from tests.miniatures.modern.messages import oauth_no
from tests.miniatures.modern.pages import Authorization
from tests.miniatures.modern.store import Client, Code
from tests.miniatures.modern.tokens import Tokens


class Consent(Authorization):
    """The redirect says which scope was granted."""

    def back(self, asked: Mapping[str, str], parameters: Mapping[str, str]) -> NoReturn:
        scope = {"scope": asked["scope"]} if "code" in parameters and "scope" in asked else {}
        super().back(asked, {**parameters, **scope})


class Exchange(Tokens):
    refreshes = True

    def exchanged(self, client: Client, fields: dict[str, str]) -> dict[str, Any]:
        answer = super().exchanged(client, fields)
        code: Code = self.store.codes[fields["code"]]
        if not self.refreshes:
            return answer
        return {**answer, "refresh_token": self.fresh(code)}

    def fresh(self, code: Code) -> str:
        code.permission.refresh = secrets.token_urlsafe(32)
        return code.permission.refresh

    def refreshed(self, client: Client, fields: dict[str, str]) -> dict[str, Any]:
        permission = self.store.of_refresh(fields.get("refresh_token", ""))
        answer = super().refreshed(client, fields)
        if permission is None:
            raise oauth_no("invalid_grant", "the refresh token is not known")
        permission.refresh = self.next_of(str(permission.refresh))
        return {**answer, "refresh_token": permission.refresh}

    def next_of(self, _old: str) -> str:
        return secrets.token_urlsafe(32)
