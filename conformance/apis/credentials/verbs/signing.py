"""The verb ``sign``: what an issuer does before it pushes a credential."""

import json
from collections.abc import Mapping
from typing import Any

from conformance.apis.verbs.hosting import SERVE, forbidden, served
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.openbadges.v3.credential import (
    VALID_FROM,
    Credential,
    CredentialSpec,
    make_credential,
)
from conformance.openbadges.v3.flaws import flaws_3
from conformance.openbadges.v3.variants import variants_3
from conformance.scenario.verb import (
    NAMED,
    ORIGIN,
    REFERENCE,
    TEXT,
    Arguments,
    Saves,
    about,
    shared,
    spares_grants,
    verb,
)
from conformance.target.issuer_site import FIRST, SECOND

BOOLEAN = {"anyOf": [REFERENCE, {"type": "boolean"}]}
CREDENTIAL = {
    "title": "a credential: jwt, recipient, id, validFrom, members, variant, flaw",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "jwt": about("Whether it is a VC-JWT. Default: it has a proof inside.", BOOLEAN),
        "recipient": about(
            "The recipient. Default: `{earner: ada}`.", {"anyOf": [REFERENCE, shared("recipient")]}
        ),
        "id": about("Its id. Default: a new one.", TEXT),
        "validFrom": about("When it begins to be valid. Default: a time of 2024.", TEXT),
        "members": about("Members to add or replace.", NAMED),
        "variant": about("Another way to write it: a name of the API's variants.", TEXT),
        "flaw": about("The name of a flaw (`backpack-conformance list flaws`).", TEXT),
    },
}


@verb(
    arguments={
        "properties": {
            "credential": about(
                "The credential to sign, or a generated one.", {"anyOf": [REFERENCE, CREDENTIAL]}
            ),
            "replaces": about(
                "A saved credential: the new one has its id and its issuer.", REFERENCE
            ),
            "origin": about("The origin of the issuer. Default: `first`.", ORIGIN),
            "serve": SERVE,
        },
    },
    needs=forbidden,
    saves=Saves(("pushed", "jwt", "id", "issuer", "urls", "document", "leans_on_site")),
    shareable=True,
    spares_grants=spares_grants,
)
async def sign(state: State, arguments: Arguments) -> StepResult:
    """Signs a credential, and publishes what it leans on: keys, the issuer, status lists."""
    written = arguments.get("credential", {})
    site, before = state.session.site, arguments.get("replaces")
    urls = (
        dict(before["urls"])
        if before
        else {
            **site.urls(arguments.get("origin", FIRST)),
            "elsewhere": site.urls(SECOND)["key"],
        }
    )
    sound = make_credential(_spec(state, written, before), urls)
    if "variant" in written:
        sound = variants_3()[written["variant"]].change(sound)
    flaw = flaws_3()[written["flaw"]] if "flaw" in written else None
    credential = flaw.change(sound) if flaw else sound
    for part, serving in arguments.get("serve", {}).items():
        credential = served(site, credential, part, serving)
    for url, document in credential.served().items():
        site.put_document(url, document)
    saved = _saved(credential)
    if flaw:
        state.flaws[as_key(saved["pushed"])] = flaw.does
    return StepResult(saved=saved)


async def new_badge(state: State) -> dict[str, Any]:
    """A new valid credential of the earner ``ada``, as `post` takes it."""
    signed = await sign.action(state, {})
    return {"credential": signed.saved}


def _spec(
    state: State, written: Mapping[str, Any], before: Mapping[str, Any] | None
) -> CredentialSpec:
    recipient = written.get("recipient", {"earner": "ada"})
    is_other = "email" in recipient
    return CredentialSpec(
        email=recipient["email"] if is_other else state.earner(recipient["earner"]).email,
        names=state.session.samples.names(),
        is_jwt=written.get("jwt", False),
        hashed=recipient.get("hashed", True),
        salt=recipient.get("salt"),
        id=written.get("id") or (before["id"] if before else ""),
        valid_from=written.get("validFrom", VALID_FROM),
        members=written.get("members", {}),
    )


def _saved(credential: Credential) -> dict[str, Any]:
    return {
        "pushed": credential.pushed(),
        "jwt": credential.is_jwt,
        "id": credential.document.get("id"),
        "issuer": credential.issuer_id,
        "urls": dict(credential.urls),
        "document": credential.document,
        "leans_on_site": credential.leans_on_site,
    }


def as_key(pushed: Any) -> str:
    """What is pushed as a text, by which its flaw is remembered."""
    return pushed if isinstance(pushed, str) else json.dumps(pushed, sort_keys=True)
