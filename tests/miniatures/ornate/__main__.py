"""Run it alone: ``python -m tests.miniatures.ornate --port 8200``."""

import argparse
import threading
from contextlib import suppress

from tests.miniatures.ornate.backpack import OrnateBackpack
from tests.miniatures.ornate.habits import TEMPERED, Habits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--expires", type=int, default=3600)
    parser.add_argument("--tempered", action="store_const", const=TEMPERED, default=Habits())
    options = parser.parse_args()
    backpack = OrnateBackpack(None, options.expires, port=options.port, habits=options.tempered)
    with backpack:
        print(backpack.root, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
