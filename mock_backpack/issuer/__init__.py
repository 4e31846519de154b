"""Judge an issuer by its requests to the mock: situations, and the verdict on each."""
