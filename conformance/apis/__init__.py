"""What is said to a Backpack: a folder for each API."""
