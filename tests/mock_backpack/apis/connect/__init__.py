"""Tests of `mock_backpack.apis.connect`."""
