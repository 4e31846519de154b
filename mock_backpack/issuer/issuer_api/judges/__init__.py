"""The judges of issuers' pages: one function for each requirement."""

from mock_backpack.issuer.finding import criteria_in
from mock_backpack.issuer.issuer_api.judges import calling, ending, hosting

JUDGES = criteria_in((calling, hosting, ending))
