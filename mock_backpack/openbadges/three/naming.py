"""What is judged by its name must be signed under that name.

A proof covers RDF statements, not JSON: the same statement can be written under a term of an own
context, as a full IRI, or in another object with the same id. Who holds an expired or revoked
credential could so hide from a reader of JSON what makes it so, and the signature stays right.
"""

from collections.abc import Iterable

from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import invalid, quoted

CREDENTIALS = "https://www.w3.org/2018/credentials#"
BADGES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
JUDGED = {
    **{
        f"{CREDENTIALS}{name}": name
        for name in (
            *("issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate"),
            *("credentialStatus", "credentialSubject"),
        )
    },
    **{
        f"{BADGES}{name}": name
        for name in ("achievement", "hashed", "identifier", "identityHash", "identityType", "salt")
    },
}
"""The members that the mock judges, by their IRIs."""
PLACES = ("", "credentialSubject", "credentialSubject[0]")
"""Where the credential and its subject are."""


def check_name(iri: str, name: str, place: str) -> None:
    """A member that is judged has its usual name.

    Raises:
        InvalidBadge: when it has another one.
    """
    usual = JUDGED.get(iri)
    if usual is not None and name != usual:
        raise invalid("credential", place, f"the name {usual} for {iri}", quoted(name))


@seam
def check_places(subjects: Iterable[tuple[str, str]]) -> None:
    """Members of the credential and of its subject that are judged stand there, and only there.

    ``subjects`` are the nodes that have such members, each with its place.

    Raises:
        InvalidBadge: when one stands in another object with the same id.
    """
    listed = list(subjects)
    main = {subject for subject, place in listed if place in PLACES}
    for subject, place in listed:
        if subject in main and place not in PLACES:
            expected = "an id of its own, or no members that are judged elsewhere"
            raise invalid("credential", place, expected, f"the id {subject}")
