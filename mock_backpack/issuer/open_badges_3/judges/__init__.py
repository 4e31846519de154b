"""The judges of clients and credentials: one for each requirement of the role issuer."""

from mock_backpack.issuer.finding import criteria_in
from mock_backpack.issuer.open_badges_3.judges import credentials, oauth, pushing

JUDGES = criteria_in((oauth, pushing, credentials))
