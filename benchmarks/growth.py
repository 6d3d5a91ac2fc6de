"""How each stage's cost grows with its input: what is not linear lets one page hold a reader for minutes.

    python benchmarks/growth.py [--start 8000] [--worst 3.0] [STAGE ...]

Each stage reads a page filled with one seed again and again, at four doublings of the size. Printed are, for the worst
seeds, CPU milliseconds at each size and by how much the last doubling multiplied them: 2 is linear, 4 quadratic.
"""

from __future__ import annotations

import argparse
import gc
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from figures import note_figure
from rich.console import Console
from rich.table import Table

from crawler.dedupe import profile_of
from crawler.dedupe.compare import compare
from crawler.dedupe.fingerprint import fingerprint
from crawler.detect import assess, establish, mentions
from crawler.detect.lexicon import load_lexicon
from crawler.extract import extract
from crawler.listing import read_listing
from crawler.reading import permission
from crawler.reading.robots import _parsed
from crawler.text.dates import Today, find_stamps, read_moment, read_relative
from crawler.text.decode import decode_markup
from crawler.text.differences import differences
from crawler.text.document_number import find_numbers
from crawler.text.fold import plain, printed
from storage.folding import fold
from storage.records import Article, Page

DOUBLINGS = 4
TOO_LITTLE_MS = 20.0  # below that a ratio is noise
MOST_SECONDS = 60  # of one measurement: what takes longer is shown as that
LEXICON = load_lexicon()
NOW = datetime(2026, 3, 18, 2, tzinfo=UTC)
TODAY = Today.of_visit(NOW)

SEEDS = """
2026年 2026 1 九 。 ， 、 ； ： 的 和 及 号 关于 印发 通知 - _ | a & &# &nbsp; % 第 条 一、 （一） 第一条 十条措施
《 》 《》 《未来产业》 《未来产业 （ ） （） ( [ 〔 〔2024〕 〔2024〕1号 粤府〔2024〕 【 “ ” 行动计划 征求意见稿
未来产业 未来 人工智能、 人工智能和 海南省 海南省人民政府 省 市 县 区 人民政府办公厅 工业和信息化厅、 解读 记者
到2030年 到2030年， 2030年建成100家 100家 100 100亿元 亿元 1. 1,000 超过 力争 不少于 来源： 附件： 附件1
发布时间：2026-03-18 2026-03-18 12:30:00 http://a.example/
"""
TEXTS = (*SEEDS.split(), " ", "\n", "\t", "\u3000", "a ", "2026.03.18 ")
TAGS = """
<div> <p> </p> <span> <ul><li> <table><tr><td> <b> <br> <!-- <script> <style> <![CDATA[ </div> <form> <td> <h1> <font>
<title> <input> <script>var/**/a=[ <div><a/href='/a'>甲</a></div> <a/href='/a'><b>
"""
MARKUP = (
    *TAGS.split(), "<a ", "<p a=1 ", "<iframe src='/a'>", "<meta name='a'>", "<a href='/a/1.html'>关于开展工作的通知",
    "<li><a href='/a/1.html'>甲乙丙丁戊己庚辛</a>2026-03-18</li>",
    "<frameset><frame src='/b'>",
    "<div class='TRS_Editor'>",
    "<b><img src='a.png'>",
    "<div><iframe src='/a'>",
)  # fmt: skip

RULES = (
    "User-agent: a\n",
    "Disallow: /*a\n",
    "User-agent: a\nDisallow: /\n",
    "Disallow: /a$\n",
    "Allow: /%41\n",
    "*",
    "$",
)
VALUES = (
    '{"title": "甲乙丙丁戊", "url": "/a.html"},', "[", "{", '{"a":', '"', "\\", "\\u4e00", "1", "[1],", '{"a":1},',
    "[{", '"<a href=\'/b\'>甲</a>",',
)  # fmt: skip
ENTRIES = (
    "<item>", "<item><title>甲</title></item>", "<url><loc>http://a.example/1.html</loc></url>", "<![CDATA[", "&a;",
    "<a:b>", "<!--", "<?x?>", "<link>http://a.example/</link>", "<pubDate>Mon, 18 Mar 2026 10:00:00 +0800</pubDate>",
    "<lastmod>2026-03-18</lastmod>", "<b xmlns='c'>", "<entry><link href='/a'/></entry>",
    "<sitemap><loc>http://a.example/</loc></sitemap>",
)  # fmt: skip


def page(body: str) -> Page:
    url = "http://growth.example.org/zwgk/202603/t20260318_1.html"
    return Page(source="", url=url, final_url=url, fetched_at=NOW, status=200, headers={}, body=body.encode())


def article(text: str, title: str = "关于印发《海南省未来产业行动计划》的通知") -> Article:
    return Article(url="http://growth.example.org/1.html", title=title, text=text)


def _establish(one: Article) -> object:
    return establish(one, LEXICON)


def _compare(one: Article) -> object:
    profile = profile_of(one, establish(article(""), LEXICON), seen=NOW.date())
    return profile.bare, profile.quantities, profile.places, fingerprint(profile.wording.said)


def _group(one: Article) -> object:
    facts = establish(article(""), LEXICON)
    other = article(f"另一份文件。{one.text[::-1]}")
    new, old = (profile_of(each, facts, seen=NOW.date(), is_announcing=True) for each in (one, other))
    return compare(new, old), compare(old, new), compare(new, new)


def _feed(body: str) -> object:
    return read_listing(page(f"<?xml version='1.0'?><rss><channel><item><title>公告</title>{body}"))


def _sitemap(body: str) -> object:
    return read_listing(page(f"<?xml version='1.0'?><urlset><url><loc>http://a.example/1.html</loc>{body}"))


def _json_list(body: str) -> object:
    return read_listing(page(f'{{"list": [{{"title": "公告", "url": "/1.html"}}, {body}'))


def _dates(text: str) -> object:
    return find_stamps(text), read_moment(text, TODAY), read_relative(text, TODAY)


def _fold(text: str) -> object:
    return plain(text), printed(text), fold(text)


def _robots(text: str) -> object:
    _parsed.cache_clear()
    return permission(text, f"http://growth.example.org/{text[:2000]}", "FutureWatch/0.1")


OF_PAGES: dict[str, Callable[[Page], object]] = {"extract": extract, "listing": read_listing}
OF_TEXTS: dict[str, Callable[[str], object]] = {
    "feeds": _feed, "sitemaps": _sitemap, "JSON lists": _json_list, "robots": _robots, "dates": _dates, "fold": _fold,
    "decode": lambda text: decode_markup(text.encode("gb18030", "ignore")),
    "differences": lambda text: differences(text[: len(text) // 2], text[len(text) // 3 :]),
}  # fmt: skip
OF_ARTICLES: dict[str, Callable[[Article], object]] = {
    "facts": _establish,
    "assess": lambda one: assess(one, establish(article("", one.title[:60]), LEXICON), LEXICON),
    "mentions": lambda one: mentions(one.text, LEXICON),
    "compare": _compare,
    "group": _group,
    "numbers": lambda one: find_numbers(one.text),
}
STAGES = (*OF_PAGES, *OF_ARTICLES, *OF_TEXTS, "facts of a title")


def tasks(stage: str, seed: str, size: int) -> Callable[[], object]:
    """Return the work of a stage on a seed repeated to a size in characters."""
    filled = seed * (size // len(seed))
    if stage in OF_PAGES:
        body = f"<html><head><title>公告</title></head><body><h1>公告</h1><div class='article-content'>{filled}"
        return lambda: OF_PAGES[stage](page(body))
    if stage in OF_TEXTS:
        return lambda: OF_TEXTS[stage](filled)
    if stage == "facts of a title":
        return lambda: _establish(article("海南省人民政府印发。", filled))
    return lambda: OF_ARTICLES[stage](article(filled))


def cost_ms(task: Callable[[], object]) -> float:
    """Return CPU milliseconds of a task, at most `MOST_SECONDS`: C code hears the alarm only when it returns."""

    def give_up(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(MOST_SECONDS)
    began = time.process_time()
    try:
        task()
    except TimeoutError:
        return MOST_SECONDS * 1000.0
    finally:
        signal.alarm(0)
    return (time.process_time() - began) * 1000


def seeds_of(stage: str) -> tuple[str, ...]:
    more = {"robots": RULES, "JSON lists": VALUES, "feeds": ENTRIES, "sitemaps": ENTRIES, "decode": MARKUP}
    return (*TEXTS, *MARKUP) if stage in OF_PAGES else (*TEXTS, *more.get(stage, ()))


def measure(stage: str, start: int) -> Iterator[tuple[str, list[float]]]:
    """Yield each seed with what it costs at each size; it ends early once one takes too long."""
    for seed in seeds_of(stage):
        costs: list[float] = []
        for doubling in range(DOUBLINGS + 1):
            costs.append(cost_ms(tasks(stage, seed, start << doubling)))
            if costs[-1] >= MOST_SECONDS * 1000 / 4:
                break
        yield seed, costs


def growth(costs: list[float]) -> float:
    """Return by how much the last doubling multiplied the cost; 0 where it is too small to tell."""
    return costs[-1] / costs[-2] if len(costs) > 1 and costs[-1] >= TOO_LITTLE_MS else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", default=STAGES)
    parser.add_argument("--start", type=int, default=8000)
    parser.add_argument("--worst", type=float, default=3.0)
    chosen = parser.parse_args()
    for stage in chosen.stages:
        cost_ms(tasks(stage, "未来产业", 1000))  # loads dictionaries
        gc.collect()
        gc.freeze()  # as the daemon does: one look through all that is loaded takes 40 ms, whatever the input
        rows = sorted(measure(stage, chosen.start), key=lambda row: -growth(row[1]))
        bad = [row for row in rows if growth(row[1]) >= chosen.worst]
        note_figure(f"seeds, twice as much of which takes {stage} over {chosen.worst:g} times as long", len(bad), "")
        table = Table("seed", "ms", "last doubling", title=f"{stage}: {len(bad)} of {len(rows)} seeds grow faster")
        for seed, costs in bad or rows[:3]:
            table.add_row(repr(seed)[:40], " ".join(f"{cost:.0f}" for cost in costs), f"{growth(costs):.1f}")
        Console(width=120).print(table)


if __name__ == "__main__":
    main()
