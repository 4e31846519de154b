"""A conformance test suite for the Backpack Connect API."""
