"""The verbs of OAuth, which the scenarios of several APIs share."""
