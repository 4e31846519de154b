"""What is said of a target, and where it was said."""
