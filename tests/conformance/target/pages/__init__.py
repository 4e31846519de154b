"""Tests of `conformance.target.pages`."""
