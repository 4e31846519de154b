#!/bin/sh
# One master and three workers, whose issuer sites are behind the same two addresses of a proxy.
# Start it in this folder, where the configuration of the proxy is.
set -eu
target=http://127.0.0.1:${MOCK_PORT:-8431}
master=127.0.0.1:${MASTER_PORT:-5557}
first=${FIRST_PORTS:-860}
second=${SECOND_PORTS:-870}

mock-backpack serve --port "${MOCK_PORT:-8431}" &
mock=$!
${PROXY:-nginx -p . -c nginx.conf} &
proxy=$!
trap 'kill $mock $proxy' EXIT
curl --silent --fail --output /dev/null --retry 30 --retry-delay 1 --retry-connrefused "$target/_mock/health"

for worker in 1 2 3; do
    backpack-conformance load "$target" --api connect --master "$master" \
        --issuer-url "http://127.0.0.1:${first}0" --issuer-port "$first$worker" \
        --second-issuer-url "http://127.0.0.1:${second}0" --second-issuer-port "$second$worker" \
        --issuer-path "$worker" &
done
backpack-conformance load "$target" --api connect --workers 3 --listen "$master" --earners 12 --duration "${SECONDS_OF_LOAD:-30}"
curl --silent --fail "$target/_mock/snapshot" >mock.json  # what the mock has stored
