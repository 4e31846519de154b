"""Status lists of issuers: the revocation list of 1EdTech, and bitstrings."""

import base64
import gzip

from conformance.openbadges.bundle import JSON_TYPE, Json
from conformance.openbadges.v3 import keys
from conformance.openbadges.v3.contexts import CREDENTIALS, EXTENSIONS
from conformance.openbadges.v3.credential import CREATED, LINKED_DATA, VALID_FROM, Credential
from conformance.openbadges.v3.proofs import options, proof_of

LIST = "revocations"
"""The name of the URL at which a status list is served."""
LIST_KEY = "copy"
"""The name of the URL of the key that proves it, where the issuer has no ``did:key``."""
BITS = 131_072
"""The least length of a bitstring (Bitstring Status List 1.0, section 5)."""
INDEX = 94_567
"""The place of a credential in it."""
PURPOSE = "revocation"
ANOTHER = "urn:uuid:9a4a9a6e-3c1f-4d0e-8a0e-2f5b0f6a7b11"


def listed(credential: Credential, *, revoked: bool) -> Credential:
    """A credential with a revocation list of 1EdTech, which has its id or another."""
    changed = credential.with_member("@context", [*credential.document["@context"], EXTENSIONS])
    status = {"id": credential.urls[LIST], "type": "1EdTechRevocationList"}
    changed = changed.with_member("credentialStatus", status)
    entries = [{"id": ANOTHER, "revoked": True}]
    if revoked:
        entries.append({"id": credential.document["id"], "revoked": True})
    document = {
        "id": credential.urls[LIST],
        "issuer": credential.issuer_id,
        # its specification and software that reads it differ in the name of this member
        "revokedCredential": entries,
        "revokedCredentials": entries,
    }
    return changed.with_part(LIST, content=document, type=JSON_TYPE)


def in_bitstring(credential: Credential, *, revoked: bool) -> Credential:
    """A credential with an entry in a bitstring, in which its bit is set or not."""
    url = credential.urls[LIST]
    status = {
        "id": f"{url}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(INDEX),
        "statusListCredential": url,
    }
    changed = credential.with_member("credentialStatus", status)
    method = keys.method_of(credential.issuer_id)
    if credential.is_jwt:
        method, changed = credential.urls[LIST_KEY], _with_key_of_list(changed)
    content = _list(credential, INDEX if revoked else INDEX + 1, method)
    return changed.with_part(LIST, content=content, type=LINKED_DATA)


def _with_key_of_list(credential: Credential) -> Credential:
    """The issuer of a JWS proves its list with a key of another kind, which it serves as well."""
    url = credential.urls[LIST_KEY]
    document = keys.key_document(url, credential.issuer_id)
    profile = {**credential.parts["issuer"].content, "assertionMethod": [url]}
    changed = credential.with_part(LIST_KEY, content=document, type="application/ld+json")
    return changed.with_part("issuer", content=profile)


def _list(credential: Credential, index: int, method: str) -> Json:
    """A list of the same issuer in which one bit is set; the first bit is the leftmost."""
    bits, url = bytearray(BITS // 8), credential.urls[LIST]
    bits[index // 8] |= 0x80 >> index % 8
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=")
    document = {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": credential.issuer_id,
        "validFrom": VALID_FROM,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": f"u{packed.decode()}",
        },
    }
    return {**document, "proof": proof_of(document, options(method, CREATED))}
