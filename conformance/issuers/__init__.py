"""Judge issuers: one run of a command per situation, fixtures for pytest, printed verdicts."""
