"""Tests of the mock Backpack."""
