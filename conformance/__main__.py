"""``python -m conformance`` is ``backpack-conformance``."""

from conformance.cli import main

main(prog_name="backpack-conformance")
