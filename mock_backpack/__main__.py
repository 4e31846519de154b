"""``python -m mock_backpack`` is ``mock-backpack``: a command with a process of its own."""

import gc

gc.disable()  # what is loaded stays, so that looking for garbage in it is only a wait

from mock_backpack.cli.cli import main  # noqa: E402 - loaded while nobody looks

if __name__ == "__main__":
    main(prog_name="mock-backpack")
