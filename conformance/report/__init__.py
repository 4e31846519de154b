"""Views: each a pure function of a record."""
