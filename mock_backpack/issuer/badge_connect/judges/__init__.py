"""The judges of consumers: one function for each requirement of the role issuer."""

from mock_backpack.issuer.badge_connect.judges import oauth, pushing, sending, versions
from mock_backpack.issuer.finding import criteria_in

JUDGES = criteria_in((oauth, versions, sending, pushing))
