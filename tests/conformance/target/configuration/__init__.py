"""Tests of `conformance.target.configuration`."""
