"""Consumers of Open Badges 2.1 that are not our examples, to be judged by the mock."""
