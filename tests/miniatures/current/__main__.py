"""Run it alone: ``python -m tests.miniatures.current --port 8100``."""

import argparse
import threading
from contextlib import suppress

from tests.miniatures.current import CurrentHost
from tests.miniatures.current.choices import OTHER, USUAL


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--expires", type=int, default=3600)
    parser.add_argument("--other", action="store_true")
    parser.add_argument("--defect")
    options = parser.parse_args()
    choices = OTHER if options.other else USUAL
    with CurrentHost(options.expires, options.port, choices, options.defect) as host:
        print(host.root, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
