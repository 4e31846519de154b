"""Wrong judgements of the metadata of clients."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis.oauth import registration
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.apis.oauth.server import Offer, scopes_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.core.strict_json import kind_of

AT = ("register",)


def asked_for(metadata: Mapping[str, Any], name: str) -> Any:
    """What a client asks for of a use, whatever it is.

    Raises:
        ApiError: 400 when it is a text in place of an array.
    """
    only = registration.ONLY[name]
    value = metadata.get(name, only)
    if not isinstance(value, type(only)):
        raise registration.refused(f"{name}: expected {kind_of(only)}, saw {kind_of(value)}")
    return value


@defect(
    "registration.takes-anything",
    registration.check_required,
    endpoints=AT,
    breaks=(Fact.METADATA_COMPLETE,),
    since="0.2",
)
def takes_anything(_right: Right, metadata: dict[str, Any]) -> None:
    """Required members may be missing."""
    metadata.setdefault("client_name", "A client")


@defect(
    "registration.takes-http",
    registration.check_urls,
    endpoints=AT,
    breaks=(Fact.URLS_SECURE,),
    since="0.2",
)
def takes_http(
    _right: Right,
    _metadata: Mapping[str, Any],
    _has_tls: bool,  # noqa: FBT001 - a fact
) -> None:
    """URLs may have any scheme."""


@defect(
    "registration.several-hosts",
    registration.check_hosts,
    endpoints=AT,
    breaks=(Fact.URLS_OF_ONE_HOST,),
    since="0.2",
)
def several_hosts(_right: Right, _metadata: Mapping[str, Any]) -> None:
    """URLs may have several hosts."""


@defect(
    "registration.no-defaults",
    registration.granted_use,
    endpoints=AT,
    breaks=(Fact.DEFAULTS_FILLED_IN,),
    since="0.2",
)
def no_defaults(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What a client did not say is not in the answer."""
    granted: dict[str, Any] = right(metadata)
    return {name: value for name, value in granted.items() if name in metadata}


@defect(
    "registration.grants-any-use",
    registration.granted_use,
    endpoints=AT,
    breaks=(Fact.USE_LIMITED,),
    since="0.2",
)
def grants_any_use(_right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Any authentication method and grant type is registered."""
    return {name: asked_for(metadata, name) for name in registration.ONLY}


@defect(
    "registration.any-scope",
    registration.granted_scope,
    endpoints=AT,
    breaks=(Fact.OFFERED_SCOPES_ONLY,),
    since="0.2",
)
def any_scope(right: Right, metadata: Mapping[str, Any], offer: Offer) -> str:
    """Scopes that are not offered are registered."""
    scope = metadata.get("scope")
    if not isinstance(scope, str):
        return str(right(metadata, offer))
    return " ".join(scopes_of(scope))


@defect(
    "registration.needs-no-software",
    registration.check_required,
    endpoints=AT,
    breaks=(Fact.METADATA_COMPLETE,),
    since="0.2",
)
def needs_no_software(right: Right, metadata: Mapping[str, Any]) -> None:
    """The id and the version of the software may be missing."""
    right({"software_id": "unknown", "software_version": "0", **metadata})


@defect(
    "registration.needs-no-policy",
    registration.check_required,
    endpoints=AT,
    breaks=(Fact.METADATA_COMPLETE,),
    since="0.2",
)
def needs_no_policy(right: Right, metadata: Mapping[str, Any]) -> None:
    """The URLs of terms and privacy policy may be missing."""
    right({"tos_uri": "unknown", "policy_uri": "unknown", **metadata})


@defect(
    "registration.needs-no-redirect",
    registration.check_redirects,
    endpoints=AT,
    breaks=(Fact.METADATA_COMPLETE,),
    since="0.2",
)
def needs_no_redirect(right: Right, metadata: dict[str, Any]) -> None:
    """A client can register without redirect URIs."""
    if "redirect_uris" in metadata:
        right(metadata)
    else:
        metadata["redirect_uris"] = []


@defect(
    "registration.crashes-on-names",
    registration.check_required,
    endpoints=AT,
    breaks=(Fact.ODD_METADATA_HARMLESS,),
    since="0.2",
)
def crashes_on_names(right: Right, metadata: Mapping[str, Any]) -> None:
    """A name that is no text is a server error."""
    if not isinstance(metadata.get("client_name", ""), str):
        raise Crash("'int' object has no attribute 'strip'")
    right(metadata)


@defect(
    "registration.crashes-on-redirects",
    registration.check_redirects,
    endpoints=AT,
    breaks=(Fact.ODD_METADATA_HARMLESS,),
    since="0.2",
)
def crashes_on_redirects(right: Right, metadata: Mapping[str, Any]) -> None:
    """Redirect URIs that are null are a server error."""
    if metadata.get("redirect_uris", []) is None:
        raise Crash("'NoneType' object is not iterable")
    right(metadata)


@defect(
    "registration.http-callbacks",
    registration.check_urls,
    endpoints=AT,
    breaks=(Fact.URLS_SECURE,),
    since="0.2",
)
def http_callbacks(
    right: Right,
    metadata: Mapping[str, Any],
    has_tls: bool,  # noqa: FBT001 - a fact
) -> None:
    """Redirect URIs may be http URLs."""
    right({name: value for name, value in metadata.items() if name != "redirect_uris"}, has_tls)


@defect(
    "registration.logos-from-anywhere",
    registration.check_hosts,
    endpoints=AT,
    breaks=(Fact.URLS_OF_ONE_HOST,),
    since="0.2",
)
def logos_from_anywhere(right: Right, metadata: Mapping[str, Any]) -> None:
    """The logo may be on another host."""
    right({name: value for name, value in metadata.items() if name != "logo_uri"})


@defect(
    "registration.callbacks-anywhere",
    registration.check_hosts,
    endpoints=AT,
    breaks=(Fact.URLS_OF_ONE_HOST,),
    since="0.2",
)
def callbacks_anywhere(right: Right, metadata: Mapping[str, Any]) -> None:
    """Redirect URIs may be on another host."""
    right({name: value for name, value in metadata.items() if name != "redirect_uris"})


@defect(
    "registration.default-of-the-rfc",
    registration.granted_use,
    endpoints=AT,
    breaks=(Fact.DEFAULTS_FILLED_IN,),
    since="0.2",
)
def default_of_the_rfc(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Without grant types a client gets authorization_code alone, as in RFC 7591."""
    granted: dict[str, Any] = right(metadata)
    return {**granted, "grant_types": metadata.get("grant_types", ["authorization_code"])}


@defect(
    "registration.any-method",
    registration.granted_use,
    endpoints=AT,
    breaks=(Fact.USE_LIMITED,),
    since="0.2",
)
def any_method(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Any authentication method is registered."""
    name = "token_endpoint_auth_method"
    granted: dict[str, Any] = right({key: metadata[key] for key in metadata if key != name})
    return {**granted, name: metadata.get(name, granted[name])}


@defect(
    "registration.any-grant-type",
    registration.granted_use,
    endpoints=AT,
    breaks=(Fact.USE_LIMITED,),
    since="0.2",
)
def any_grant_type(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Any grant types are registered."""
    name = "grant_types"
    granted: dict[str, Any] = right({key: metadata[key] for key in metadata if key != name})
    return {**granted, name: asked_for(metadata, name)}
