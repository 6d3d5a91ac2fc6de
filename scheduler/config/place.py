"""Find the configuration where nobody names one: beside the caller, else in the user's folder."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path("config.toml")
SAMPLE = Path(__file__).with_name("sample.toml")


def user_config() -> Path:
    """Return the user's own configuration file, whether it is there or not: $XDG_CONFIG_HOME, else ~/.config."""
    folder = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "futurewatch" / "config.toml"


def default_config() -> Path:
    """Return ./config.toml; the user's own where there is none here and one there."""
    return user_config() if not HERE.exists() and user_config().is_file() else HERE
