#!/bin/sh
# Two machines, here two processes, look for failing examples for hours, and share what they find.
# The URL of the Redis, with its password, is in BACKPACK_EXAMPLES_DATABASE.
set -eu
target=${1:-mock}
budget=${BUDGET:-soak}
select=${SELECT:-any or stories}

backpack-conformance run "$target" --select "$select" --budget "$budget" --jobs 2 --out one &
backpack-conformance run "$target" --select "$select" --budget "$budget" --jobs 2 --out two
wait
