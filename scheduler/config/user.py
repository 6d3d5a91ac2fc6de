"""Name the user of the command: the name under verdicts and saved searches where nobody has logged in."""

from __future__ import annotations

import getpass
import os

VARIABLE = "FUTUREWATCH_USER"


def user_name(configured: str = "") -> str:
    """Return what FUTUREWATCH_USER says, else the configured name, else the system user's.

    It is `unknown` in a container without a user.
    """
    if said := os.environ.get(VARIABLE, "").strip() or configured:
        return said
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
