"""Adapters: code of an implementer that tells and does what only their Backpack knows."""
