"""The verbs ``host`` and ``visits``: what an issuer does on its own site."""

import gzip
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from attrs import evolve

from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.openbadges.bundle import (
    BadgeSpec,
    Bundle,
    Delivery,
    ServedDocument,
    make_bundle,
    recipient,
)
from conformance.openbadges.flaws import flaws_of, with_flaw
from conformance.openbadges.images import tiny_png
from conformance.openbadges.v2.bundle import VERSION as VERSION_2
from conformance.openbadges.v2.bundle import make_bundle_2
from conformance.openbadges.v2.variants import variants
from conformance.openbadges.v3.credential import Credential
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
Pushed = TypeVar("Pushed", Bundle, Credential)
"""A badge with the documents that an issuer serves."""
PICTURES = {"tiny": tiny_png}
"""Functions that make the content of a part, by the name that scenarios use."""
DOCUMENTS = ("assertion", "badge", "issuer")
SHARED = ("badge", "issuer", "image", "key", "revocations", "criteria")
"""Parts that several badges of an issuer share."""


SERVE = about(
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
)


def forbidden(arguments: Arguments) -> Iterator[str]:
    """The capability that a badge on the forbidden host needs."""
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
            "serve": SERVE,
            "beside": about(
                (
                    "A saved badge. The new badge uses its URLs for badge class, issuer, "
                    "images, key and revocation list, and replaces these documents."
                ),
                REFERENCE,
            ),
            "update": about(
                "A saved badge: the new badge is published at its URLs, instead of it.", REFERENCE
            ),
            "withdraw": about("A saved badge: removes its documents.", REFERENCE),
            "mend": about("A saved badge with a flaw: serves it without the flaw.", REFERENCE),
        },
    },
    saves=Saves(("pushed", "url", "urls", "uid", "id", "posted", "documents", "written")),
    needs=forbidden,
    shareable=True,
    spares_grants=spares_grants,
)
async def host(state: State, arguments: Arguments) -> StepResult:
    """Publishes a badge on the issuer site."""
    site = state.session.site
    if "withdraw" in arguments:
        site.withdraw(arguments["withdraw"]["sound"].urls)
        return StepResult()
    if "mend" in arguments:
        sound: Bundle = arguments["mend"]["sound"]
        saved = _hosted(state, sound, sound)
        state.flaws.pop(saved["pushed"], None)
        return StepResult(saved=saved)
    badge = arguments["assertion"]
    origin = badge.get("origin", FIRST)
    elsewhere = arguments.get("elsewhere", {})
    beside = arguments["beside"]["urls"] if "beside" in arguments else {}
    urls = {
        **(arguments["update"]["urls"] if "update" in arguments else site.urls(origin)),
        **{part: beside[part] for part in SHARED if part in beside},
        **{part: site.urls(other)[part] for part, other in elsewhere.items()},
    }
    spec = BadgeSpec(
        version=badge.get("version", state.session.api.language.usual_version),
        recipient=_recipient(state, badge.get("recipient", {"earner": "ada"})),
        uid=badge.get("uid") or f"Badge-{state.session.nonce()}",
        issued_on=ISSUED_ON,
        names=state.session.samples.names(),
        signed=badge.get("signed", False),
        signer=badge.get("signer", "issuer"),
        header=badge.get("header", {}),
        members=badge.get("members", {}),
        badge_class=badge.get("badge_class", {}),
        issuer=badge.get("issuer", {}),
        verify=badge.get("verify", {}),
    )
    make = make_bundle_2 if spec.version == VERSION_2 else make_bundle
    sound = make(spec, urls, site.origins[origin].url)
    if "variant" in badge:
        sound = variants()[badge["variant"]].change(sound)
    if "copy" in elsewhere:
        sound = sound.with_copy()
    flawed = with_flaw(sound, badge["flaw"]) if "flaw" in badge else sound
    for part, serving in arguments.get("serve", {}).items():
        flawed = served(site, flawed, part, serving)
    saved = _hosted(state, flawed, sound)
    if "flaw" in badge:
        state.flaws[saved["pushed"]] = flaws_of(spec.version)[badge["flaw"]].does
    return StepResult(saved={**saved, "written": badge})


def served(site: IssuerSite, badge: Pushed, name: str, serving: Mapping[str, Any]) -> Pushed:
    """The badge with one part served as a scenario says."""
    part = _grown(badge.parts[name], serving.get("bytes", 0))
    if "picture" in serving:
        part = evolve(part, content=PICTURES[serving["picture"]](), type="image/png")
    if "invalid_number" in serving:
        part = evolve(part, content=json.dumps({**part.content, PADDING: math.nan}).encode())
    if "compressed" in serving:
        content = part.content if isinstance(part.content, bytes) else _json(part.content)
        headers = {**part.headers, "Content-Encoding": "gzip"}
        part = evolve(part, content=gzip.compress(content), headers=headers)
    part = evolve(
        part, type=serving.get("type", part.type), status=serving.get("status", part.status)
    )
    delivery = Delivery(
        redirects=serving.get("redirects", 0),
        redirect_status=serving.get("with_status", 302),
        redirects_to=serving.get("leads_to"),
        never_ends=serving.get("drips", False),
        is_chunked=serving.get("chunked", False),
    )
    if "moved" not in serving:
        return evolve(badge, parts={**badge.parts, name: evolve(part, delivery=delivery)})
    moved = site.urls(serving["moved"])[name]
    return evolve(
        badge,
        urls={**badge.urls, f"moved_{name}": moved},
        parts={
            **badge.parts,
            name: evolve(part, delivery=Delivery(redirects_to=moved)),
            f"moved_{name}": part,
        },
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _grown(part: ServedDocument, size: int) -> ServedDocument:
    """A document padded to about so many bytes."""
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
async def visits(state: State, arguments: Arguments) -> StepResult:
    """The requests to the issuer site for a URL."""
    requests = state.session.site.visits_of(arguments["of"])
    body = {"count": len(requests), "methods": [request.method for request in requests]}
    return StepResult(
        response={"status": 200, "headers": {}, "body": body, "landed": None}, saved=body
    )


def _hosted(state: State, bundle: Bundle, sound: Bundle) -> dict[str, Any]:
    state.session.site.put(bundle)
    return {
        "pushed": bundle.pushed(),
        "url": bundle.urls["assertion"],
        "urls": dict(bundle.urls),
        "uid": sound.assertion.get("uid", ""),
        "id": sound.assertion.get("id", ""),
        "posted": bundle.sent,
        "documents": {
            name: bundle.parts[name].content for name in DOCUMENTS if name in bundle.parts
        },
        "sound": sound,
    }


def _recipient(state: State, written: Mapping[str, Any]) -> dict[str, Any]:
    """The recipient object of an assertion, from what a scenario says of the recipient."""
    if "identity" in written:
        return dict(written)
    identity = recipient(
        written["email"] if "email" in written else state.earner(written["earner"]).email,
        hashed=written.get("hashed", True),
        salt=written.get("salt"),
    )
    return {**identity, **written.get("members", {})}
