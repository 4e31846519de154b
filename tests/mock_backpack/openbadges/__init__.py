"""Tests of `mock_backpack.openbadges`."""
