"""The ways to get grants: earners at the target's pages, a grant given by hand, an adapter."""
