"""Run scenarios: a session, the steps, the judgement, properties, and whether it still answers."""
