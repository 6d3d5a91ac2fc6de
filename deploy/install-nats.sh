#!/bin/sh
# Install what the tests of workers need: Debian's nats-server. Does nothing where it is there.
set -eu
if command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ]; then exit 0; fi
if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else
    echo "no nats-server, and no right to install it: the tests of workers will be skipped" >&2
    exit 0
fi
command -v apt-get >/dev/null || { echo "no apt-get: install nats-server yourself" >&2; exit 0; }
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends nats-server
