"""Sandboxes as documents: snapshots, and a file that outlives the process."""
