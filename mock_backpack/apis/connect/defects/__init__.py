"""The defects of Backpack Connect: named deviations, tied to the requirements that they break."""

AREAS = (
    *("connect", "early", "bearer", "issue", "push", "document", "signature", "recipient", "store"),
    *(
        "text",
        "token",
        "refresh",
        "identity",
        "revoke",
        "issuing",
        "safety",
        "cors",
        "json",
        "http",
        "load",
    ),
)
"""Modules of this package, in the order in which lists have them."""
