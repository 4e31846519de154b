"""Tests of `mock_backpack.issuer`."""
