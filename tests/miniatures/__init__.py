"""Small Backpacks to try the conformance suite on."""
