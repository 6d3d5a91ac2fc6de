"""Tell systemd how the daemon is: READY=1, WATCHDOG=1, RELOADING=1, STOPPING=1 (see `man sd_notify`)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from datetime import timedelta


class Notifier:
    """Where systemd listens; everywhere else it is silent."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address  # @: an abstract socket
        is_meant = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = environment.get("WATCHDOG_USEC", "")
        self._limit = timedelta(microseconds=int(microseconds)) if is_meant and microseconds.isdigit() else None

    @property
    def watchdog_every(self) -> timedelta | None:
        """How often the watchdog wants to hear of us: twice within its limit, None without a watchdog."""
        return self._limit / 2 if self._address and self._limit else None

    def say(self, *states: str) -> None:
        """Send states; systemd that is gone, or does not listen, changes nothing for us."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            try:
                out.sendto("\n".join(states).encode(), self._address)
            except OSError:
                return

    def reloading(self) -> None:
        """Say that the configuration is being read again; `say("READY=1")` ends it."""
        self.say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
