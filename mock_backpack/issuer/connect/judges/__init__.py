"""The judges of issuers: one function for each requirement of the role issuer."""

from mock_backpack.issuer.connect.judges import (
    connecting,
    hosting,
    patience,
    pushing,
    renewing,
    sending,
)
from mock_backpack.issuer.finding import criteria_in

JUDGES = criteria_in((sending, connecting, renewing, pushing, hosting, patience))
