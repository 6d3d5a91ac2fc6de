"""Share the values of Scrapy's settings among crawls: its own deep copy for each takes a quarter of a poll."""

from __future__ import annotations

from copy import copy
from typing import Self, TypeVar

from scrapy.settings import BaseSettings, Settings, SettingsAttribute

S = TypeVar("S", bound=BaseSettings)


class SharedSettings(Settings):
    """Settings of which each crawl has a copy. Values are shared: Scrapy replaces them and changes none."""

    def copy(self) -> Self:
        """Return settings that can be changed without changing these."""
        return _copied(self)


def _copied(settings: S) -> S:
    made = copy(settings)
    made.attributes = {
        name: SettingsAttribute(_copied(one.value) if isinstance(one.value, BaseSettings) else one.value, one.priority)
        for name, one in settings.attributes.items()
    }
    return made
