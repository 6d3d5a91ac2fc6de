"""The shipped catalogue: every entry has the shape it must have, and the whole covers the country."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from builders import source_of
from crawler.listing.shapes import shape_points
from crawler.sources import Source, catalogue, read_sources
from crawler.sources.to_toml import written
from crawler.text.addresses import is_home, netloc
from crawler.toml import ConfigurationError, validate
from scheduler.config import config
from scheduler.sources.coverage import COVERAGE_COLUMNS, picture, provinces, rows_of
from scheduler.visits.budget import SPENT_SHARE

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "crawler/sources").glob("*.toml"))
SOURCES = catalogue()
HALF_HOUR = timedelta(minutes=30)


def test_every_province_has_a_file_and_every_file_one_region() -> None:
    """The nation and each of the 31 provinces have one file, named by the code that its entries carry."""
    assert len(FILES) == 32
    for path in FILES:
        codes = {entry.region[:2] for entry in read_sources(path)}
        assert codes == {path.name[:2]}, path.name


def test_ids_and_listings_are_unique() -> None:
    """No two entries share an id, and no listing page is asked for twice."""
    assert max(Counter(entry.id for entry in SOURCES).values()) == 1
    homes = (entry for entry in SOURCES if entry.enabled or not is_home(entry.listings[0]))
    addresses = Counter(re.sub(r"^https?://|index\.\w+$", "", url) for entry in homes for url in entry.listings)
    assert [url for url, count in addresses.items() if count > 1] == []


def test_entries_are_well_formed() -> None:
    """An entry says how it is known; its listings look like listings, its example like an article."""
    assert [entry.id for entry in SOURCES if not _is_well_formed(entry)] == []


def _is_well_formed(entry: Source) -> bool:
    hosts = [urlsplit(url).hostname or "" for url in entry.listings]
    return all((
        entry.confidence,
        entry.enabled != bool(entry.off_because),
        all(shape_points(url) <= 0 for url in entry.listings),
        all("." in host for host in hosts),
        not entry.example or shape_points(entry.example) > 0,
        (entry.level == "national") == (entry.region == "000000"),
        entry.level != "province" or entry.region.endswith("0000"),
        entry.level == "zone" or not entry.id.startswith("zone-"),
    ))  # fmt: skip


def test_address_that_carries_a_year_changes_with_it() -> None:
    """`{year}` is this year in Beijing; in January the folder of last year is read too."""
    source = source_of("x", "https://a.gov.cn/wj/{year}/", "https://a.gov.cn/tz/")
    december, january = datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert source.at(december).listings == ("https://a.gov.cn/wj/2026/", "https://a.gov.cn/tz/")
    assert source.at(january).listings == (
        "https://a.gov.cn/wj/2027/", "https://a.gov.cn/wj/2026/", "https://a.gov.cn/tz/",
    )  # fmt: skip
    years = re.compile(r"/202[5-9]/")  # an older one is the name of a portal's make
    assert [url for entry in SOURCES if entry.enabled for url in entry.listings if years.search(url)] == []


def test_what_is_known_by_its_home_page_only_is_off() -> None:
    """No portal's front page is crawled as if it were a column; a channel's own host may be."""
    on = [entry for entry in SOURCES if entry.enabled and all(is_home(url) for url in entry.listings)]
    assert [entry.id for entry in on if (urlsplit(entry.listings[0]).hostname or "").startswith("www.")] == []
    assert {entry.kind for entry in on} <= {"news"}


def test_low_confidence_is_off_and_nothing_claims_to_be_verified() -> None:
    """What was remembered or guessed is off; nobody has tried an address yet, and the catalogue says so."""
    assert [entry.id for entry in SOURCES if entry.enabled and entry.confidence == "D"] == []
    assert {entry.verified for entry in SOURCES} == {"never"}


def test_every_province_is_watched_by_something_else_than_its_own_portals() -> None:
    """All 31 are watched, and each has the uniform channel that stays when its own sites shut us out."""
    rows = provinces(rows_of(SOURCES))
    assert len(rows) == 31
    for row in rows:
        assert row.is_watched
        assert any(entry.enabled and entry.family == "people" for entry in row.sources), row.region
        assert row.of("government"), row.region


def requests_per_day(sources: Iterable[Source], default: timedelta, *, adaptive: bool) -> Counter[str]:
    """Return how many listing pages each host is asked for in a day while all is well; articles come on top.

    Before rhythms are learned; adapting moves them between sources, hours and days (scheduler.visits.budget), and not
    their sum. An answer of "unchanged" counts as well.
    """
    found: Counter[str] = Counter()
    spent = SPENT_SHARE if adaptive else 1.0
    for source in sources:
        visits = spent * (timedelta(days=1) / source.interval(default))
        for listing in source.listings if source.enabled else ():
            found[netloc(listing)] += round(visits)
    return found


def test_no_host_is_asked_more_than_once_in_three_minutes() -> None:
    """With everything on at the default pace, the host that is asked most gets under 480 listing requests a day."""
    asked = requests_per_day(SOURCES, HALF_HOUR, adaptive=True)
    assert max(asked.values()) < 480
    assert asked.total() < 15_000


def test_the_pace_follows_the_tier_and_the_schedule() -> None:
    """One number slows down everything that names no interval of its own."""
    assert [source_of(tier=tier).interval(HALF_HOUR) for tier in range(4)] == [
        timedelta(minutes=minutes) for minutes in (15, 30, 90, 180)
    ]
    assert source_of(tier=3, every="10m").interval(HALF_HOUR) == timedelta(minutes=10)


def test_off_needs_no_two_answers() -> None:
    """An entry that is on and gives a reason why it is off is a fault."""
    with pytest.raises(ConfigurationError, match="off_because"):
        source_of(off_because="home page only")


def test_written_source_reads_back_the_same() -> None:
    """The TOML that is written for a source declares that very source."""
    tables = tomllib.loads("\n".join(map(written, SOURCES)))["source"]
    assert [validate(Source, table, file="written") for table in tables] == list(SOURCES)


def test_written_durations_keep_their_unit() -> None:
    """Intervals and windows are written in the largest unit that divides them."""
    said = written(source_of(every="90m", window="14d", post="page={page}"))
    assert 'every = "90m"' in said
    assert 'window = "14d"' in said
    assert validate(Source, tomllib.loads(said)["source"][0], file="x").post == "page={page}"


def test_picture_shows_every_source_once() -> None:
    """The matrix as a picture has a square for each source, with its reason where it is off."""
    rows = rows_of(SOURCES)
    drawn = picture(rows)
    assert (
        drawn.count("<title>")
        == sum(len(row.of(column)) for row in rows for column in COVERAGE_COLUMNS)
        == len(SOURCES)
    )
    assert "广东省" in drawn


def test_documented_picture_is_current() -> None:
    """docs/catalogue.svg is what `sources coverage --svg` draws of the shipped catalogue."""
    assert (ROOT / "docs/catalogue.svg").read_text(encoding="utf-8") == picture(rows_of(SOURCES))


def test_documented_figures_are_current() -> None:
    """docs/catalogue.md counts what is shipped, what is on, and what it asks for."""
    text = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    on = [entry for entry in SOURCES if entry.enabled]
    asked = requests_per_day(SOURCES, HALF_HOUR, adaptive=True)
    listings = sum(len(entry.listings) for entry in on)
    assert f"ships {len(SOURCES)} sources" in text
    assert f"{len(on)} are on" in text
    assert f"| {len(on)} | {listings} | {len(asked)} | {asked.total():,} |" in text
    for letter in "ABCD":
        of_letter = [entry.enabled for entry in SOURCES if entry.confidence == letter]
        assert re.search(rf"^\| {letter} \|.*\| {sum(of_letter)} \| {of_letter.count(False)} \|$", text, re.MULTILINE)


def test_configuration_switches_entries(tmp_path: Path) -> None:
    """`on` and `off` under [sources] overrule the catalogue; an unknown id, or one under both, is a fault."""
    path = tmp_path / "config.toml"
    path.write_text('[sources]\non = ["gov-420000"]\noff = ["gov-440000"]\n', encoding="utf-8")
    watched = {entry.id: entry for entry in config.load(path).watched}
    assert watched["gov-420000"].enabled
    assert not watched["gov-440000"].enabled
    assert len(watched) == len(SOURCES)
    path.write_text('[sources]\non = ["gov-42000", "gov-440000"]\noff = ["gov-440000"]\n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load(path)
    assert "sources.on[0]: no source 'gov-42000'; did you mean 'gov-420000'?" in str(caught.value)
    assert "named under on as well" in str(caught.value)
