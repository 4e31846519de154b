"""A correct host of Open Badges 3.0 that is composed of libraries, as the hosts of products are.

Flask on waitress answers, oauthlib grants, access tokens are JWT of PyJWT, rdflib reads JSON-LD,
PyNaCl verifies Ed25519. Only RDF canonicalization is its own. It shares no code with the mock, the
suite or `current`, and takes other freedoms of the specification than `current` does.
"""

from tests.miniatures.composed.host import ComposedHost

__all__ = ["ComposedHost"]
