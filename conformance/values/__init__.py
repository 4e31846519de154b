"""The values that the suite speaks of: they import nothing but attrs."""
