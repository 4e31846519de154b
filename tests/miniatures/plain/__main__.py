"""Run it alone: ``python -m tests.miniatures.plain --port 8100``."""

import argparse
import threading
from contextlib import suppress

from tests.miniatures.plain.backpack import PlainBackpack


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--expires", type=int, default=3600)
    options = parser.parse_args()
    with PlainBackpack(expires=options.expires, port=options.port) as backpack:
        print(backpack.root, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
