"""Judge an issuer by what the mock heard of it: situations, and the verdict on each."""
