"""What every part of the mock shares: sandboxes, what they hold, their clock, journal and rules."""
