"""The pytest plugin: scenario files become pytest items, their results become a record."""
