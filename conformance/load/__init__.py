"""Load: many earners at the same time, on Locust, with a record at the end."""
