"""Keys: one for the variants of a document, another for every other document, without what changes at every visit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Futurewatch, publish
from crawler.acts.keys import key_of_article, keys_of_rows
from crawler.text.canonical import canonical_url
from local_portal import LocalPortal, article_page, listing_page
from scheduler.demo.samples import GOVERNMENT
from storage.archive import Archive
from storage.records import Link

NOW = datetime(2026, 3, 18, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Document:
    """What tells one document of a portal from another."""

    host: str
    path: tuple[str, ...]
    query: frozenset[tuple[str, bytes]]
    route: str


@dataclass(frozen=True)
class Spelling:
    """What an address may look like without leading to another document."""

    scheme: str
    www: str
    reverses: bool
    lower: bool
    plus: bool
    tracked: str
    anchor: str

    def url(self, of: Document) -> str:
        """Return the address of a document in this spelling."""
        pairs = [f"{name}={self._value(value)}" for name, value in sorted(of.query)]
        pairs = [*(reversed(pairs) if self.reverses else pairs), *filter(None, [self.tracked])]
        query = f"?{'&'.join(pairs)}" if pairs else ""
        fragment = of.route or self.anchor
        return f"{self.scheme}://{self.www}{of.host}/{'/'.join(of.path)}{query}{'#' if fragment else ''}{fragment}"

    def _value(self, value: bytes) -> str:
        written = quote_from_bytes(value, safe="")
        written = re.sub("%..", lambda found: found[0].lower(), written) if self.lower else written
        return written.replace("%20", "+") if self.plus else written


NAME = st.sampled_from(["id", "cid", "lanmu", "xxgk", "p"])
PARTS = st.lists(st.sampled_from(["zwgk", "t1.html", "a%2Fb", "2026", "中文", "A"]), max_size=3)
VALUES = st.one_of(
    st.binary(max_size=3), st.sampled_from(["未来", "產業"]).map(lambda word: word.encode("gbk")), st.just(b"a b+c&d=e")
)
DOCUMENTS = st.builds(
    Document,
    host=st.sampled_from(["a.gov.cn", "b.gov.cn", "a.gov.cn:8080"]),
    path=PARTS.map(tuple),
    query=st.dictionaries(NAME, VALUES, max_size=2).map(lambda said: frozenset(said.items())),
    route=st.sampled_from(["", "/detail?id=1", "/detail?id=2", "!/news/7", "/list/", "id=7", "id=8"]),
)  # fmt: skip
SPELLINGS = st.builds(
    Spelling,
    scheme=st.sampled_from(["http", "https", "HTTP"]),
    www=st.sampled_from(["", "www.", "m."]),
    reverses=st.booleans(),
    lower=st.booleans(),
    plus=st.booleans(),
    tracked=st.sampled_from(["", "from=timeline", "utm_source=weixin"]),
    anchor=st.sampled_from(["", "top", "comments", ":~:text=x"]),
)


@settings(max_examples=600)
@given(DOCUMENTS, DOCUMENTS, SPELLINGS, SPELLINGS)
def test_key_is_of_one_document(one: Document, other: Document, spelling: Spelling, again: Spelling) -> None:
    """Whatever they look like, two addresses share a key if and only if they lead to one document."""
    assert (canonical_url(spelling.url(one)) == canonical_url(again.url(other))) == (one == other)
    assert canonical_url(spelling.url(one)) == canonical_url(again.url(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("?name=%B9%E3%B6%AB", "?name=%BA%A3%C4%CF"),  # 广东 and 海南 as GBK: both are no UTF-8
        ("?name=%B9%E3", "?name=%EF%BF%BD%EF%BF%BD"),
        ("#/detail?id=1", "#/detail?id=2"),
        ("#/a/", "#/b/"),
        ("share?shareId=1", "share?shareId=2"),
        ("a%2Fb.html", "a/b.html"),
    ],
)
def test_what_only_bytes_or_fragments_tell_apart(one: str, other: str) -> None:
    """Values that are no UTF-8, routes of a script and escaped slashes are other documents."""
    assert canonical_url(f"http://x.gov.cn/{one}") != canonical_url(f"http://x.gov.cn/{other}")


def test_place_in_a_file_is_no_document() -> None:
    """The page number behind a PDF's address leads to the same file; a Chinese host is asked for in letters."""
    assert canonical_url("http://x.gov.cn/a.pdf#page=7") == canonical_url("https://x.gov.cn/a.pdf")
    assert canonical_url("http://政务.cn/a") == canonical_url("http://xn--zfr164b.cn/a")


class Reader:
    """A source of an archive whose listing is read again and again."""

    def __init__(self) -> None:
        self.archive = Archive.in_memory()
        self.archive.db.execute("PRAGMA foreign_keys = OFF")

    def read(self, *rows: tuple[str, str, str]) -> int:
        """Read a listing of addresses, titles and days; return how many rows are new."""
        links = [
            Link(url=f"https://www.x.gov.cn{url}", title=title, date=date.fromisoformat(day) if day else None)
            for url, title, day in rows
        ]
        keyed = keys_of_rows(links, source="s", archive=self.archive, now=NOW)
        return self.archive.frontier.note("s", keyed, NOW, is_quiet=False)

    def learned(self) -> list[str]:
        """Return the names of the parameters that keys are without."""
        rows = self.archive.db.execute(
            "SELECT name FROM volatile_parameters WHERE learned_at IS NOT NULL ORDER BY name"
        )
        return [name for (name,) in rows.fetchall()]


def rows(template: str, *values: Any, day: str = "2026-03-18") -> list[tuple[str, str, str]]:
    """Return three rows with the ids 1 to 3 and a value each."""
    return [(template.format(id=id, x=x), f"关于第{id}件事的通知", day) for id, x in enumerate(values, 1)]


@pytest.mark.parametrize(
    "template", ["/show?id={id}&t={x}", "/art/{id}.html?t={x}", "/art/{id}.html?{x}", "/#/detail?id={id}&t={x}"]
)
def test_value_of_every_visit_is_learned(template: str) -> None:
    """Rows that come back with another value and no other change are known; later rows of the list are too."""
    reader = Reader()
    assert reader.read(*rows(template, "a", "b", "c")) == 3
    assert reader.read(*rows(template, "d", "e", "f")) == 0
    assert reader.learned() == ["t" if "t=" in template else ""]
    assert reader.read(*rows(template, "g", "g", "g", "g")) == 1
    assert reader.read(*rows(template, "h", "h", "h", "h")) == 0


def test_values_that_change_together_are_learned_together() -> None:
    """A time and its signature change in each address."""
    reader = Reader()
    reader.read(*rows("/show?id={id}&sign={x}1&t={x}", 1, 2, 3))
    assert reader.read(*rows("/show?id={id}&sign={x}2&t={x}", 4, 5, 6)) == 0
    assert reader.learned() == ["sign", "t"]


def test_lone_row_is_learned_at_its_second_return() -> None:
    """One row proves less than several: its page is fetched once more."""
    reader = Reader()
    news = [reader.read(*rows("/show?id={id}&t={x}", value)) for value in "abcd"]
    assert news == [1, 1, 0, 0]


def test_id_that_is_another_at_every_visit() -> None:
    """Where the id itself is encrypted anew, title and day tell the rows apart from the third visit on."""
    reader = Reader()
    news = [reader.read(*rows("/show?id={x}", *values)) for values in ("abc", "def", "ghi", "jkl", "mnop")]
    assert news == [3, 3, 0, 0, 1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # one notice is put online again under another id, the others stay
        (rows("/show?id={x}", 1, 2, 3), [*rows("/show?id={x}", 9, 2, 3)]),
        # each column shows its newest, always under one title and without a day
        (rows("/show?col={id}&id={x}", 1, 2, 3, day=""), rows("/show?col={id}&id={x}", 4, 5, 6, day="")),
        # two notices of one title and day
        ([("/show?id=1", "公示", "2026-03-18"), ("/show?id=2", "公示", "2026-03-18")],
         [("/show?id=3", "公示", "2026-03-18"), ("/show?id=4", "公示", "2026-03-18")]),
        # other titles
        ([("/show?id=1", "甲", "2026-03-18"), ("/show?id=2", "乙", "2026-03-18")],
         [("/show?id=3", "丙", "2026-03-18"), ("/show?id=4", "丁", "2026-03-18")]),
    ],
)  # fmt: skip
def test_id_of_a_document_is_never_learned(
    before: list[tuple[str, str, str]], after: list[tuple[str, str, str]]
) -> None:
    """A parameter that may tell documents apart stays in keys, and each of its values is a row of its own."""
    reader = Reader()
    reader.read(*before)
    new = len({url for url, _, _ in after} - {url for url, _, _ in before})
    assert reader.read(*after) == new
    assert reader.read(*after) == 0
    assert reader.learned() == []


def test_other_document_under_a_learned_key_is_a_row() -> None:
    """Should two documents differ in nothing else, title and day still tell them apart."""
    reader = Reader()
    reader.read(*rows("/show?id={id}&t={x}", "a", "b", "c"))
    reader.read(*rows("/show?id={id}&t={x}", "d", "e", "f"))
    assert reader.read(("/show?id=1&t=z", "另一件事", "2026-03-18"), ("/show?id=1&t=y", "第三件事", "2026-03-18")) == 2
    assert reader.read(("/show?id=1&t=x", "另一件事", "2026-03-18"), ("/show?id=1&t=w", "第三件事", "2026-03-18")) == 0


def test_articles_and_rows_of_before_are_joined() -> None:
    """What had piled up under several values is one row and is found by its new key once the parameter is learned."""
    reader = Reader()
    said = replace(Link(url="", title="通知", date=date(2026, 3, 18)))
    for value in "abc":
        key = f"http://x.gov.cn/show?id=7&t={value}"
        reader.archive.frontier.note("s", [(key, replace(said, url=key))], NOW, is_quiet=False)
    reader.archive.db.execute(
        """INSERT INTO articles (id, key, page_id, source, title, text, attachments, agreement, text_sha256,
                                 first_seen_at)
           VALUES (1, 'http://x.gov.cn/show?id=7&t=a', 1, 's', '通知', '', '[]', 1, '', '')"""
    )
    reader.read(*[(f"/show?id={id}&t=d", "通知", "2026-03-18") for id in (7,)])
    reader.read(*[(f"/show?id={id}&t=e", "通知", "2026-03-18") for id in (7,)])
    assert reader.learned() == ["t"]
    assert [key for (key,) in reader.archive.db.execute("SELECT key FROM links").fetchall()] == [
        "http://x.gov.cn/show?id=7"
    ]
    key = key_of_article("https://www.x.gov.cn/show?id=7&t=f", "通知", reader.archive)
    assert reader.archive.addresses.title(key) == "通知"


@pytest.mark.parametrize("day", ["2026-03-18", ""])
def test_visits_to_a_portal_with_a_nonce(portal: LocalPortal, futurewatch: Futurewatch, day: str) -> None:
    """Pages are fetched no more once their parameter is known; a document that comes later is fetched once."""
    futurewatch.configure(portal)
    asked = []
    for visit in range(5):
        titles = {id: f"关于第{id}号事项有关安排的通知" for id in range(12 + (visit > 2))}
        paths = {f"/zwgk/content_70{id}.html?nonce={visit}x{id}": title for id, title in titles.items()}
        portal.serve("/zwgk/", listing_page([(path, title, day) for path, title in paths.items()]))
        for path, title in paths.items():
            portal.serve(path, article_page(title, [f"{title}。现将有关事项通知如下，请各单位认真执行。" * 4]))
        portal.log.clear()
        futurewatch.crawl()
        asked.append(sum("nonce" in request.path for request in portal.log))
    assert asked == ([12, 0, 0, 1, 0] if day else [12, 12, 0, 1, 0])
    with Archive(futurewatch.archive) as archive:
        assert archive.db.count("articles") == 13


def test_rows_that_differ_behind_the_hash_are_all_asked_for(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Rows of a portal that shows its documents by a script wait, are fetched and are settled one by one."""
    futurewatch.configure(portal)
    publish(portal, GOVERNMENT[0])
    futurewatch.crawl()
    links = [Link(url=f"{portal.url}/#/detail?id={id}", title=f"关于第{id}号事项的通知") for id in range(1, 6)]
    portal.serve("/", article_page("示例省人民政府门户", ["本页面的内容由脚本显示，请使用浏览器访问。" * 9]))
    with Archive(futurewatch.archive) as archive:
        keyed = keys_of_rows(links, source="hi-gov", archive=archive, now=NOW)
        assert archive.frontier.note("hi-gov", keyed, NOW, is_quiet=False) == 5
    futurewatch.crawl()
    assert len(portal.asked("/")) == 5
    futurewatch.crawl()
    assert len(portal.asked("/")) == 5
