"""``python -m mock_backpack`` is ``mock-backpack``."""

from mock_backpack.cli import main

main(prog_name="mock-backpack")
