"""Tests of `mock_backpack.faults`."""
