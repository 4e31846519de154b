"""Backpack Connect: Mozilla's API of 2013."""
