"""Certificates are checked; one source may be spared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Futurewatch, publish
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT
from self_signed import open_self_signed


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[LocalPortal]:
    """A portal on https with a certificate that nobody vouches for."""
    with open_self_signed(tmp_path) as portal:
        yield portal


def test_certificate_that_nobody_vouches_for_is_a_tls_error(self_signed: LocalPortal, futurewatch: Futurewatch) -> None:
    """By default such a portal is not read, and the run says why."""
    futurewatch.configure(self_signed)
    publish(self_signed, *GOVERNMENT)
    run = futurewatch.crawl(code=1)
    assert (run["outcome"], run["cause"]) == ("error", "tls")


def test_legacy_source_is_read_all_the_same(self_signed: LocalPortal, futurewatch: Futurewatch) -> None:
    """`tls = "legacy"` spares this source."""
    futurewatch.configure(self_signed)
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace('kind = "government"', 'kind = "government"\ntls = "legacy"'), "utf-8")
    publish(self_signed, *GOVERNMENT)
    assert futurewatch.crawl()["new"] == len(GOVERNMENT)
