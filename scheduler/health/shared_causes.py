"""Say which failures have one cause, and from when on a cause is shared. Constants: short commands need them alone."""

from __future__ import annotations

from storage.records import Cause

# What the network does, whoever answers: when it is down some names are not found and some hosts do not answer.
FAMILY: dict[Cause, str] = {
    "dns": "unreachable", "timeout": "unreachable", "connection": "unreachable", "other": "unreachable",
}  # fmt: skip
MASS_SHARE = 0.6  # of the hosts visited lately: the network is down, nobody waits for a third visit
ALL = "*"  # in the key of an incident, in place of a host: the cause is that of many
