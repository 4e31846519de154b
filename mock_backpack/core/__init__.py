"""The core of the mock: sandboxes, their data, clock, journal and rules."""
