"""Tests of `mock_backpack.persistence`."""
