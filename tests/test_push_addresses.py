"""The addresses for phones that docs/delivery.md names are those of apprise's services."""

from __future__ import annotations

import re
from pathlib import Path

import apprise
import pytest

PAGE = (Path(__file__).parents[1] / "docs/delivery.md").read_text(encoding="utf-8")
ADDRESSES = re.findall(r"`((?:ntfys|barks)://[^`]+)`", PAGE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_documented_address_is_known(address: str) -> None:
    """Apprise reads it as the service that it is documented as."""
    service = apprise.Apprise.instantiate(address)
    assert service is not None
    assert type(service).__name__ == {"n": "NotifyNtfy", "b": "NotifyBark"}[address[0]]


def test_addresses_are_documented() -> None:
    """The page has some."""
    assert len(ADDRESSES) > 3
