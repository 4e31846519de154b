"""Pages of a Backpack, read as a person reads them: what to fill in, and what to press."""
