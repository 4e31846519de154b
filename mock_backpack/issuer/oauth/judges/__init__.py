"""Judges of clients by OAuth; each API enters them under ids of its own."""
