"""By which requirements Open Badges 3.0 holds the facts of OAuth; it asks nothing of the others."""

from collections.abc import Mapping
from types import MappingProxyType

from mock_backpack.apis.oauth.facts import Fact

FACTS: Mapping[str, str] = MappingProxyType(
    {
        Fact.REGISTERED: "OB3-REG-01",
        Fact.CREDENTIALS_GIVEN: "OB3-REG-02",
        Fact.ISSUE_TIME_GIVEN: "OB3-REG-02",
        Fact.SECRET_END_GIVEN: "OB3-REG-02",
        Fact.METADATA_RETURNED: "OB3-REG-03",
        Fact.REDIRECTS_RETURNED: "OB3-REG-03",
        Fact.SECRET_WORKS: "OB3-REG-11",
        Fact.METADATA_COMPLETE: "OB3-REG-04",
        Fact.URLS_SECURE: "OB3-REG-07",
        Fact.URLS_OF_ONE_HOST: "OB3-REG-07",
        Fact.USE_LIMITED: "OB3-REG-08",
        Fact.OFFERED_SCOPES_ONLY: "OB3-REG-09",
        Fact.REGISTRATION_ERRORS: "OB3-REG-10",
        Fact.SECRETS_UNGUESSABLE: "OB3-REG-12",
        Fact.EARNER_ASKED: "OB3-AUTHZ-01",
        Fact.CODE_RETURNED: "OB3-AUTHZ-02",
        Fact.STATE_RETURNED: "OB3-AUTHZ-02",
        Fact.SCOPE_RETURNED: "OB3-AUTHZ-02",
        Fact.DENIAL_TOLD: "OB3-AUTHZ-06",
        Fact.ERRORS_TOLD: "OB3-AUTHZ-06",
        Fact.REDIRECT_REGISTERED: "OB3-AUTHZ-05",
        Fact.CLIENT_KNOWN: "OB3-AUTHZ-05",
        Fact.CHALLENGE_NEEDED: "OB3-AUTHZ-04",
        Fact.S256_ONLY: "OB3-AUTHZ-04",
        Fact.PARAMETERS_NEEDED: "OB3-AUTHZ-07",
        Fact.CLIENT_SHOWN: "OB3-AUTHZ-08",
        Fact.TOKENS_GIVEN: "OB3-TOKEN-01",
        Fact.LIFETIME_IN_SECONDS: "OB3-TOKEN-02",
        Fact.TOKENS_NO_STORE: "OB3-TOKEN-03",
        Fact.CLIENT_AUTHENTICATED: "OB3-TOKEN-04",
        Fact.CLIENT_REFUSAL_IN_JSON: "OB3-TOKEN-09",
        Fact.VERIFIER_COMPARED: "OB3-TOKEN-05",
        Fact.CODE_OF_ITS_CLIENT: "OB3-TOKEN-05",
        Fact.CODE_OF_ITS_REDIRECT: "OB3-TOKEN-05",
        Fact.CODE_ONCE: "OB3-TOKEN-06",
        Fact.FIRST_TOKENS_END: "OB3-TOKEN-07",
        Fact.CODE_EXPIRES: "OB3-TOKEN-08",
        Fact.REFRESH_ANSWERED: "OB3-DISC-11",
        Fact.REFRESH_WORKS: "OB3-TOKEN-10",
        Fact.REFRESH_AUTHENTICATED: "OB3-TOKEN-11",
        Fact.REFRESH_NEVER_WIDENS: "OB3-TOKEN-11",
        Fact.TOKEN_ERRORS: "OB3-TOKEN-09",
        Fact.UNKNOWN_REVOKED: "OB3-TOKEN-13",
        Fact.REFRESH_REVOKED: "OB3-TOKEN-14",
        Fact.REFRESH_REVOCATION_ANSWERED: "OB3-TOKEN-13",
        Fact.ACCESS_TOKENS_REVOKED: "OB3-TOKEN-14",
        Fact.REVOKED_BY_ITS_CLIENT: "OB3-TOKEN-15",
        Fact.ACCESS_LISTED: "OB3-REV-01",
        Fact.ACCESS_REVOKED: "OB3-REV-01",
        Fact.OTHERS_SPARED: "OB3-REV-01",
    }
)
"""The id of each fact, for the defects of the authorization server."""
