"""The record of a run: what was measured, line by line."""
