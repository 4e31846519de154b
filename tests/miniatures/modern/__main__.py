"""Run it alone: ``python -m tests.miniatures.modern --port 8100``."""

import argparse
import threading
from contextlib import suppress

from tests.miniatures.modern.provider import ModernProvider


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--expires", type=int, default=3600)
    parser.add_argument("--defect")
    options = parser.parse_args()
    with ModernProvider(options.expires, options.port, defect=options.defect) as provider:
        print(provider.root, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
