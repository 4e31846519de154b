"""What an issuer does on its own site: serve a badge, mend it, take it away."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from conformance.engine.done import Done
from conformance.engine.state import State
from conformance.openbadges.bundle import Bundle, Served, Way, Wish, make, recipient
from conformance.openbadges.flaws import broken, flaws
from conformance.openbadges.images import tiny_png
from conformance.scenario.verb import (
    ORIGIN,
    REFERENCE,
    Arguments,
    Saves,
    about,
    shared,
    spares_grants,
    verb,
)
from conformance.target.issuer_site import FIRST, FORBIDDEN, IssuerSite

ISSUED_ON = 1_403_784_577
"""Unix seconds: the time in the API document's example."""
PADDING = "x-padding"
PICTURES = {"tiny": tiny_png}
"""What makes the content of a part, by the name that scenarios use."""
DOCUMENTS = ("assertion", "badge", "issuer")
SHARED = ("badge", "issuer", "image", "key", "revocations", "criteria")
"""Parts that several badges of an issuer have in common."""


def forbidden(arguments: Arguments) -> Iterator[str]:
    """A badge on the forbidden host needs a target that has one."""
    if FORBIDDEN in _texts(arguments):
        yield "fetch-policy"


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    match value:
        case str():
            yield value
        case Mapping():
            yield from (text for member in value.values() for text in _texts(member))
        case list():
            yield from (text for member in value for text in _texts(member))


@verb(
    arguments={
        "minProperties": 1,
        "properties": {
            "assertion": about(
                "The badge to publish, or a generated badge.",
                {"anyOf": [REFERENCE, shared("badge")]},
            ),
            "elsewhere": about(
                "Parts of the badge that another origin serves.",
                {
                    "title": "parts of the badge that are served by another origin",
                    "anyOf": [
                        REFERENCE,
                        {
                            "type": "object",
                            "minProperties": 1,
                            "propertyNames": shared("part"),
                            "additionalProperties": ORIGIN,
                        },
                    ],
                },
            ),
            "serve": about(
                "How parts of the badge are served. Default: normally.",
                {
                    "title": "how parts of the badge are served",
                    "anyOf": [
                        REFERENCE,
                        {
                            "type": "object",
                            "minProperties": 1,
                            "propertyNames": shared("part"),
                            "additionalProperties": {"anyOf": [REFERENCE, shared("way")]},
                        },
                    ],
                },
            ),
            "beside": about(
                (
                    "A saved badge. The new badge uses its URLs for badge class, issuer, "
                    "images, key and revocation list, and replaces these documents."
                ),
                REFERENCE,
            ),
            "withdraw": about("A saved badge: removes its documents.", REFERENCE),
            "mend": about("A saved badge with a flaw: serves it without the flaw.", REFERENCE),
        },
    },
    saves=Saves(("pushed", "url", "urls", "uid", "documents", "written")),
    needs=forbidden,
    shareable=True,
    spares_grants=spares_grants,
)
async def host(state: State, wanted: Mapping[str, Any]) -> Done:
    """Publishes a badge on the issuer site."""
    site = state.session.site
    if "withdraw" in wanted:
        site.withdraw(wanted["withdraw"]["sound"].urls)
        return Done()
    if "mend" in wanted:
        sound: Bundle = wanted["mend"]["sound"]
        saved = _hosted(state, sound, sound)
        state.flaws.pop(saved["pushed"], None)
        return Done(saved=saved)
    badge = wanted["assertion"]
    origin = badge.get("origin", FIRST)
    elsewhere = wanted.get("elsewhere", {})
    beside = wanted["beside"]["urls"] if "beside" in wanted else {}
    urls = {
        **site.urls(origin),
        **{part: beside[part] for part in SHARED if part in beside},
        **{part: site.urls(at)[part] for part, at in elsewhere.items()},
    }
    wish = Wish(
        version=badge.get("version", "1.0"),
        recipient=_recipient(state, badge.get("recipient", {"earner": "ada"})),
        uid=badge.get("uid") or f"badge-{state.session.nonce()}",
        issued_on=ISSUED_ON,
        names=state.session.samples.names(),
        signed=badge.get("signed", False),
        signer=badge.get("signer", "issuer"),
        members=badge.get("members", {}),
        badge_class=badge.get("badge_class", {}),
        issuer=badge.get("issuer", {}),
        verify=badge.get("verify", {}),
    )
    sound = make(wish, urls, site.origins[origin].url)
    if "copy" in elsewhere:
        sound = sound.with_copy()
    flawed = broken(sound, badge["flaw"]) if "flaw" in badge else sound
    for part, way in wanted.get("serve", {}).items():
        flawed = _served(site, flawed, part, way)
    saved = _hosted(state, flawed, sound)
    if "flaw" in badge:
        state.flaws[saved["pushed"]] = flaws()[badge["flaw"]].does
    return Done(saved={**saved, "written": badge})


def _served(site: IssuerSite, bundle: Bundle, name: str, said: Mapping[str, Any]) -> Bundle:
    """The bundle with a part that comes otherwise than at once."""
    part = _grown(bundle.parts[name], said.get("bytes", 0))
    if "picture" in said:
        part = evolve(part, content=PICTURES[said["picture"]](), type="image/png")
    if "invalid_number" in said:
        part = evolve(part, content=json.dumps({**part.content, PADDING: math.nan}).encode())
    part = evolve(part, type=said.get("type", part.type), status=said.get("status", part.status))
    way = Way(
        redirects=said.get("redirects", 0),
        with_status=said.get("with_status", 302),
        leads_to=said.get("leads_to"),
        drips=said.get("drips", False),
    )
    if "moved" not in said:
        return evolve(bundle, parts={**bundle.parts, name: evolve(part, way=way)})
    moved = site.urls(said["moved"])[name]
    return evolve(
        bundle,
        urls={**bundle.urls, f"moved_{name}": moved},
        parts={
            **bundle.parts,
            name: evolve(part, way=Way(leads_to=moved)),
            f"moved_{name}": part,
        },
    )


def _grown(part: Served, size: int) -> Served:
    """A document grown to about so many bytes; what it says stays."""
    if isinstance(part.content, bytes):
        return evolve(part, content=part.content.ljust(size, b"\0"))
    missing = size - len(json.dumps(part.content))
    return evolve(part, content={**part.content, PADDING: "x" * missing}) if size else part


@verb(
    arguments={
        "required": ["of"],
        "properties": {
            "of": about(
                "A URL of the issuer site.",
                {"title": "a URL of the issuer site", "type": "string", "minLength": 1},
            )
        },
    },
    saves=Saves(("count", "methods")),
    spares_grants=spares_grants,
)
async def visits(state: State, wanted: Mapping[str, Any]) -> Done:
    """The requests to the issuer site for a URL."""
    found = state.session.site.visits_of(wanted["of"])
    body = {"count": len(found), "methods": [one.method for one in found]}
    return Done(response={"status": 200, "headers": {}, "body": body, "landed": None}, saved=body)


def _hosted(state: State, bundle: Bundle, sound: Bundle) -> dict[str, Any]:
    state.session.site.put(bundle)
    return {
        "pushed": bundle.pushed(),
        "url": bundle.urls["assertion"],
        "urls": dict(bundle.urls),
        "uid": sound.assertion.get("uid", ""),
        "documents": {
            name: bundle.parts[name].content for name in DOCUMENTS if name in bundle.parts
        },
        "sound": sound,
    }


def _recipient(state: State, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if "identity" in wanted:
        return dict(wanted)
    made = recipient(
        wanted["email"] if "email" in wanted else state.earner(wanted["earner"]).email,
        hashed=wanted.get("hashed", True),
        salt=wanted.get("salt"),
    )
    return {**made, **wanted.get("members", {})}
