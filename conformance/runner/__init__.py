"""Run scenarios: do their steps, judge their expectations, keep what was found."""
