#!/bin/sh
# One master and three workers on this machine put a mock Backpack under load.
set -eu
target=http://127.0.0.1:${MOCK_PORT:-8431}
master=127.0.0.1:${MASTER_PORT:-5557}

mock-backpack serve --port "${MOCK_PORT:-8431}" &
mock=$!
trap 'kill $mock' EXIT
curl --silent --fail --output /dev/null --retry 30 --retry-delay 1 --retry-connrefused "$target/_mock/health"

for worker in 1 2 3; do
    backpack-conformance load "$target" --api connect --master "$master" &
done
backpack-conformance load "$target" --api connect --workers 3 --listen "$master" --earners 12 --duration "${SECONDS_OF_LOAD:-30}"
