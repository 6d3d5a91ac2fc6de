"""Reading a listing takes steps in proportion to its size, whatever is nested in it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from crawler.listing.packed import packed_markup
from crawler.listing.patterns import patterns_in
from crawler.text.depth import DEEPEST_LEVEL, levelled
from growth_judge import grows_linearly
from listing_pages import policy, read

Shape = Callable[[int], str]


def link(number: int) -> str:
    return f"<a href='/zwgk/t20261127_{700_000 + number}.html'>{policy(number)}</a>"


SHAPES: dict[str, Shape] = {
    "rows": lambda n: "<ul>" + "".join(f"<li>{link(k)}<i>2026-11-27</i></li>" for k in range(n)) + "</ul>",
    "nested div": lambda n: "<div>" * (40 * n) + "<p>x</p>",
    "links nested in div": lambda n: "".join(f"<div>{link(k)}" for k in range(n)),
    "scripts nested in div": lambda n: "".join(f"<div onclick=\"go('/t20261127_{k}.html')\">词" for k in range(n)),
    "rows far down": lambda n: "<div>" * (10 * n) + "".join(f"<li>{link(k)}</li>" for k in range(n)),
    "rows of different tags": lambda n: "".join(f"<x{k}>{link(k)}</x{k}>" for k in range(n)),
    "rows beside one text": lambda n: f"<p>{'长' * 100 * n}</p>" + "".join(f"<p>{link(k)}</p>" for k in range(n)),
    "rows with one address": lambda n: "".join(
        f"<li><a href='/t20261127_1.html'>{policy(k)}</a></li>" for k in range(n)
    ),
    "links nested in tables": lambda n: "".join(f"<a href='/t20261127_{k}.html'><table><td><p>词" for k in range(n)),
    "links of one address": lambda n: "<div>" * 6 + "".join(f"<a href='/1.html'>{policy(k)}</a>" for k in range(n)),
    "spans in a link": lambda n: f"<a href='/t20261127_1.html'>{'<span>词' * 2 * n}</a>",
    "dated rows without address": lambda n: "".join(f"<li>{policy(k)}<i>2026-11-27</i></li>" for k in range(n)),
}


def steps(body: str) -> int:
    """Return how many functions are called while a page is read."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(called)
    try:
        read(body)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", SHAPES)
def test_steps_grow_with_the_size(name: str) -> None:
    """Twice the page takes at most a little more than twice the steps, over two doublings of one that is deep."""
    read(SHAPES[name](10))  # what is compiled once does not count
    small, large = steps(SHAPES[name](240)), steps(SHAPES[name](960))
    assert large <= 5 * small


def test_depth_is_levelled() -> None:
    """Tags that nest deeper than any real page go before the parser sees them; links and texts stay."""
    markup = "<div>" * 5000 + link(1) + "</div>" * 5000
    level = levelled(markup)
    assert level.count("<div>") == level.count("</div>") == DEEPEST_LEVEL
    assert link(1) in level


@pytest.mark.parametrize("beside", ["<span>x</span>", "<span>x</b></span>", "<b></c>", "<!-- <i>x</i> -->"])
def test_what_stands_beside_it_hides_no_depth(beside: str) -> None:
    """Thousands of elements that end at once, or seem to, are no depth, and take nothing from that of others."""
    flat, deep = "<div>" * 300 + beside * 2000, "<div>" * (DEEPEST_LEVEL + 200) + beside * 2000 + link(1)
    assert levelled(deep).count("<div>") <= DEEPEST_LEVEL
    assert link(1) in levelled(deep)
    assert levelled(flat).count("<div>") == 300


@pytest.mark.parametrize("tag", ["div", "span", "b", "font", "section", "ul", "table", "center", "my-box", "i"])
def test_rows_below_any_depth_are_read(tag: str) -> None:
    """Rows that stand below thousands of open elements are still found."""
    rows = "".join(f"<li>{link(k)}<em>2026-11-27</em></li>" for k in range(8))
    assert len(read(f"<{tag}>" * 3000 + f"<ul>{rows}</ul>").links) == 8


def test_scripts_and_comments_are_not_counted() -> None:
    """What a script or a comment writes nests nothing."""
    inner = "<div>" * 2000
    rows = "".join(f"<li>{link(k)}</li>" for k in range(6))
    body = f"<script>var a = '{inner}';</script><!-- {inner} --><ul class='list'>{rows}</ul>"
    assert levelled(body) == body


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ('"<', " ' "),
        ("'<a ", "= ' "),
        ("<script>'", "\\x3ca "),
        ("<script>", "<a "),
        ("%3C" + "a" * 39, " %3C"),
        ("", "A"),
        ("", "'a'+"),
        ("", "`${"),
    ],
)
def test_strings_of_scripts_are_read_in_one_pass(first: str, again: str) -> None:
    """No arrangement of quotes, signs and escapes in a page makes its packed pager or its patterns slow to look for."""

    def read_strings(length: int) -> None:
        text = first + again * (length // len(again))
        packed_markup(text)
        patterns_in(text)

    assert grows_linearly(read_strings, 2_500)
