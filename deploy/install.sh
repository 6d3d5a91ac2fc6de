#!/bin/sh
# Installs with the given pip command and says how far it is: a first start takes minutes, and silence looks like a hang.
# What pip says is kept in .venv/install.log, and shown when it fails.
log=.venv/install.log
{ "$@" 2>&1; echo "pip ended with $?"; } | tee "$log" | awk '
    /^Collecting/ { if (++count % 20 == 0) { printf "  %d packages found\n", count; fflush() } }
    /^Installing collected packages/ { printf "  installing %d packages\n", count; fflush() }
    /^pip ended with/ { code = $4 }
    END { exit code }
' || { code=$?; cat "$log"; exit "$code"; }
