"""Standing and age: who leads an announcement, and which act is old news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crawler.dedupe.standing import Standing, is_old, standing_of
from invented_acts import DAY, Said

NOTICE = Said(title="关于印发《青海省盐湖新材料行动方案》的通知", names=["青海省盐湖新材料行动方案"], region="630000")


@pytest.mark.parametrize(
    ("said", "source", "standing"),
    [
        (NOTICE, ("government", "630000"), Standing.OFFICIAL_TEXT),
        (NOTICE, ("department", "630100"), Standing.OFFICIAL_TEXT),
        (NOTICE, ("government", "440000"), Standing.OFFICIAL_PAGE),
        (NOTICE, ("news", "630000"), Standing.NEWS),
        (replace(NOTICE, title="青海发力盐湖新材料"), ("government", "630000"), Standing.OFFICIAL_PAGE),
        (replace(NOTICE, act="解读", title="《行动方案》解读"), ("government", "630000"), Standing.OFFICIAL_PAGE),
        (replace(NOTICE, publisher="青海省人民政府网站"), None, Standing.OFFICIAL_TEXT),
        (replace(NOTICE, publisher="高原都市报"), None, Standing.NEWS),
    ],
)
def test_standing(said: Said, source: tuple[str, str] | None, standing: Standing) -> None:
    """The document on its own portal stands highest, then any page of an authority, then the press."""
    assert standing_of(said.profile, source) == standing


@pytest.mark.parametrize(
    "change",
    [
        {"signed": date(2023, 11, 2)},
        {"number": "青政办〔2022〕18号"},
        {"names": ["青海省盐湖新材料行动方案（2021—2023年）"]},
    ],
)
def test_old_documents(change: dict[str, object]) -> None:
    """A signature, a number or a period long before the page's date makes a reprint under a new stamp."""
    old = replace(NOTICE, **change)  # type: ignore[arg-type]  # fields of Said
    assert is_old(old.profile, old.facts)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"signed": date(2024, 12, 20)},
        {"number": "青政办〔2024〕99号"},
        {"number": "青政办〔2023〕1号", "names": ["青海省盐湖新材料行动方案（2025—2027年）"]},
        {"act": "名单", "signed": date(2023, 1, 1)},
    ],
)
def test_fresh_documents(change: dict[str, object]) -> None:
    """Months from signature to page, a number of last year, a plan of these years, a list on an old plan are news."""
    fresh = replace(NOTICE, day=DAY, **change)  # type: ignore[arg-type]  # fields of Said
    assert not is_old(fresh.profile, fresh.facts)
