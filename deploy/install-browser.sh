#!/bin/sh
# Install what the browser tests need: Debian's Chromium and Chinese fonts. Does nothing where both are there.
set -eu
if [ -x /usr/bin/chromium ] && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi
if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else
    echo "no Chromium, and no right to install it: the browser tests will be skipped" >&2
    exit 0
fi
command -v apt-get >/dev/null || { echo "no apt-get: install Chromium and a Chinese font yourself" >&2; exit 0; }
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig
