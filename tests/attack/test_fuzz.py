"""No parser of what others write raises anything but what it promises, or thinks for long.

The long run is `make attack`; its findings stand in `targets.py` as `found`.
"""

from __future__ import annotations

import pytest
from fuzz import feed, variants
from hypothesis import HealthCheck, Phase, given, settings
from targets import TARGETS, Target

EXAMPLES = 15  # of each parser, the same at each run, each with a changed copy


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_takes_anything(target: Target) -> None:
    """What once failed, and some inputs that nobody would write."""
    for value in target.found:
        feed(target, value)

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(target.inputs)
    def each(value: object) -> None:
        for one in variants(value, 1):
            feed(target, one)

    each()
