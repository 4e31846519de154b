"""Judge issuers of Backpack Connect."""
