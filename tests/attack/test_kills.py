"""Programs that are killed lose nothing and tell nothing twice; 500 kills are `make attack`."""

from __future__ import annotations

from pathlib import Path

import pytest
from kills import kill


@pytest.mark.slow  # a dozen commands run
@pytest.mark.parametrize("start", [5])
def test_killed_programs_lose_nothing(tmp_path: Path, start: int) -> None:
    """Whatever is killed, the archive stays whole, and every act is told once to each of two receivers."""
    killer = kill(tmp_path, 5, start=start)
    assert killer.faults == []
    assert [sum(told.values()) for told in killer.world.told()] == [len(killer.world.issued)] * 2
