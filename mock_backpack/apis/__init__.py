"""What a Backpack answers: a folder for each API."""
