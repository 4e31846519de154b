"""The ways to get grants: earners at the pages, a grant given by hand, an adapter."""
