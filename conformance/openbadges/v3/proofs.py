"""Proofs of ``eddsa-rdfc-2022`` (VC Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from conformance.openbadges.bundle import Json
from conformance.openbadges.v3.canonical import canonical
from conformance.openbadges.v3.keys import multibase, private_key

SUITE = "eddsa-rdfc-2022"


def options(method: str, created: str) -> Json:
    """The usual options of a proof."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }


def hash_data(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """The 64 bytes to sign: the hash of the options, and that of the document (section 3.2.4)."""
    context = {name: document[name] for name in ("@context",) if name in document}
    configuration = {**context, **proof}
    texts = (canonical(configuration), canonical(document))
    return b"".join(hashlib.sha256(text.encode()).digest() for text in texts)


def proof_of(document: Mapping[str, Any], proof: Mapping[str, Any], owner: str = "issuer") -> Json:
    """A proof of a document that has none, made with the key of an owner.

    Raises:
        ValueError: when the document cannot be canonicalized.
    """
    signature = private_key(owner).sign(hash_data(document, proof))
    return {**proof, "proofValue": multibase(signature)}
