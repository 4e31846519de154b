"""The HTTP APIs of a Backpack: a folder for each."""
