"""Rules for scenarios that no JSON Schema can say: plain functions from a scenario to mistakes."""
