"""The suite's own test: it is run against targets that are known to be wrong, and must see how."""
