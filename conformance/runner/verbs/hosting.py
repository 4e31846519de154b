"""What an issuer does on its own site: serve a badge, mend it, take it away."""

from collections.abc import Mapping
from typing import Any

from conformance.badges.bundle import Bundle, Wish, make, recipient
from conformance.badges.flaws import broken
from conformance.runner.state import State
from conformance.runner.verbs.done import Done
from conformance.site import FIRST

ISSUED_ON = 1_403_784_577
"""Unix seconds: the time in the API document's example."""
DOCUMENTS = ("assertion", "badge", "issuer")


async def host(state: State, wanted: Mapping[str, Any]) -> Done:
    """An issuer puts a badge on its site, takes it away, or mends a flawed one."""
    site = state.session.site
    if "withdraw" in wanted:
        site.withdraw(wanted["withdraw"]["sound"].urls)
        return Done()
    if "mend" in wanted:
        sound: Bundle = wanted["mend"]["sound"]
        return Done(saved=_hosted(state, sound, sound))
    badge = wanted["assertion"]
    origin = badge.get("origin", FIRST)
    urls = {**site.urls(origin), **wanted.get("urls", {})}
    wish = Wish(
        version=badge.get("version", "1.0"),
        recipient=_recipient(state, badge.get("recipient", {"earner": "ada"})),
        uid=badge.get("uid") or f"badge-{state.session.nonce()}",
        issued_on=ISSUED_ON,
        names=state.session.samples.names(),
        signed=badge.get("signed", False),
        members=badge.get("members", {}),
        badge_class=badge.get("badge_class", {}),
        issuer=badge.get("issuer", {}),
    )
    sound = make(wish, urls, site.origins[origin].url)
    flawed = broken(sound, badge["flaw"]) if "flaw" in badge else sound
    return Done(saved=_hosted(state, flawed, sound))


def _hosted(state: State, bundle: Bundle, sound: Bundle) -> dict[str, Any]:
    state.session.site.put(bundle)
    return {
        "pushed": bundle.pushed(),
        "url": bundle.urls["assertion"],
        "uid": sound.assertion.get("uid", ""),
        "documents": {
            name: bundle.parts[name].content for name in DOCUMENTS if name in bundle.parts
        },
        "sound": sound,
    }


def _recipient(state: State, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if "identity" in wanted:
        return dict(wanted)
    return recipient(
        state.earner(wanted["earner"]).email,
        hashed=wanted.get("hashed", True),
        salt=wanted.get("salt"),
    )
