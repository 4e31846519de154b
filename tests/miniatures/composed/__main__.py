"""Run it alone: ``python -m tests.miniatures.composed --port 8100``."""

import argparse
import threading
from contextlib import suppress

from tests.miniatures.composed import ComposedHost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--expires", type=int, default=1800)
    parser.add_argument("--defect")
    options = parser.parse_args()
    with ComposedHost(options.expires, options.defect, options.port) as host:
        print(host.root, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
