"""Checks: what an expectation's terms ask of an answer; they know neither the client nor pytest."""
