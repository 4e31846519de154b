"""Backpack Connect: handlers, pages, bearer tokens, defects."""
