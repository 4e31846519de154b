"""The judges of consumers: one function for each requirement of the role issuer."""

from mock_backpack.issuer.badge_connect.judges import (
    asking,
    connecting,
    discovery,
    patience,
    pushing,
    reading,
    registering,
    renewing,
    sending,
    trading,
)
from mock_backpack.issuer.finding import criteria_in

JUDGES = criteria_in(
    (
        *(discovery, registering, asking, connecting, trading),
        *(renewing, sending, pushing, patience, reading),
    )
)
