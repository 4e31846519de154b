"""Tests of `conformance.issuers`."""
