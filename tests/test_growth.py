"""No stage is quadratic: eight times the input costs at most sixteen times the work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from growth import cost_ms, tasks

SMALL, LARGE = 10_000, 80_000  # characters
MOST_GROWTH = 16.0  # linear is 8, quadratic 64
# What was quadratic once, or stands where patterns look for an end from every character.
CASES = [
    *[
        ("facts", seed)
        for seed in ("2026年", "十条措施", "到2030年", "2030年建成100家", "（", " ", "100", "《", "〔2024〕1号")
    ],
    *[("facts of a title", seed) for seed in (" ", "2026", "1", "（", "《", "九")],
    *[("numbers", seed) for seed in ("〔2024〕1号", "号", " ")],
    *[("assess", seed) for seed in ("2026年", "《", "未来产业")],
    ("extract", "<frameset><frame src='/b'>"),
    ("extract", "<div class='TRS_Editor'>"),
    ("extract", "<div>"),
    ("listing", "<a href='/a/1.html'>关于开展工作的通知"),
    ("listing", "<lastmod>2026-03-18</lastmod>"),
    ("compare", "九"),
    ("compare", "1,000"),
    ("dates", "发布时间：2026-03-18"),
    ("feeds", "<item>"),
    ("sitemaps", "<url><loc>http://a.example/1.html</loc></url>"),
    ("JSON lists", '{"title": "甲乙丙丁戊", "url": "/a.html"},'),
    ("robots", "User-agent: a\nDisallow: /\n"),
    ("fold", " "),
    ("decode", "&"),
    ("differences", "\n"),
]


@pytest.mark.parametrize(("stage", "seed"), CASES)
def test_stage_is_not_quadratic(stage: str, seed: str) -> None:
    """Eight times the input takes at most sixteen times the processor's time, however quick the machine is."""
    cost_ms(tasks(stage, seed, SMALL))  # dictionaries are loaded, tables built
    small = min(cost_ms(tasks(stage, seed, SMALL)) for _ in range(3))
    large = min(cost_ms(tasks(stage, seed, LARGE)) for _ in range(2))
    assert large <= MOST_GROWTH * max(small, 2.0)  # below 2 ms the clock is too coarse
