"""Measure the archive's search against FTS5's trigrams and against words that jieba cuts, in one run.

    python benchmarks/search.py [--sizes 100000 1000000] [--against 100000] [--queries 12] [--texts FILE] [--folder DIR]

Texts of about 400 characters are put together from sentences: made up from phrases of policies and words of rare and
frequent characters, or those of JSON lines with `title` and `text` (--texts). Queries are parts of texts of 1 to 8
characters, and for a quarter of those from 3 on two halves that hardly ever meet: the index then has to look longest.
Each answer is compared with a scan of all folded texts: the number, and the newest 20. `keys` is the time for the
newest 20 keys, as all three are asked for; `page` is `Search.find` with the total, the rows and the marked snippets.
Times are of the processor, in this one process: the files lie in memory, and what else runs on the machine is left out.
Up to --against articles the others are built too. With --folder the archives stay there, and are used again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles

import jieba
from rich.console import Console
from rich.table import Table

from storage.archive import Archive
from storage.folding import fold
from storage.search.find import MOST_COUNTED_HITS
from storage.search.index import SearchIndex
from storage.search.query import Query, parse_query
from storage.search.text import match_of
from storage.upkeep.integrity import repair_index

SENTENCES = 40_000
TEXT_CHARACTERS = 400
DAYS = 1826  # five years of publication
NEWEST = 20


def _words(*rows: str) -> tuple[str, ...]:
    return tuple(word for row in rows for word in row.split())


REGIONS = _words(
    "北京 上海 天津 重庆 广东 江苏 浙江 山东 河南 四川 湖北 湖南 福建 安徽 河北 陕西 江西 辽宁 海南 深圳 杭州",
    "成都 武汉 合肥",
)
TRACKS = _words(
    "未来产业 脑机接口 低空经济 人形机器人 量子信息 6G 生物制造 氢能 核聚变 商业航天 深海装备 新型储能 元宇宙",
    "类脑智能 基因技术 未来网络 石墨烯 超导材料 柔性电子 区块链 IPv6 人工智能 大模型 卫星互联网 锂电池 固态电池",
)
ISSUERS = _words(
    "人民政府 工业和信息化厅 发展和改革委员会 科学技术厅 办公厅 财政厅 市场监督管理局 商务局 经济和信息化局",
)
NOUNS = _words("行动计划 实施方案 若干措施 指导意见 发展规划 管理办法 实施细则 工作要点 征求意见稿 名单 通知 公告")
VERBS = _words(
    "印发 发布 推进 加快 支持 培育 建设 完善 落实 组织 鼓励 引导 开展 提升 健全 打造 聚焦 申报 解读 部署",
)
FREQUENT = _words(
    "经济 发展 企业 建设 产业 创新 技术 项目 重点 服务 管理 工作 应用 平台 领域 水平 高质量 体系 能力 人才 资金 示范",
    "园区 场景 标准 数据 改革 市场 安全 资源 机制 政策 试点 研发 成果 转化 集群 数字化 绿色 协同 保障",
)


# --- texts ----------------------------------------------------------------------------------------


def words_of(rng: random.Random) -> tuple[list[str], list[float]]:
    """Return words and their weights, one over the rank: phrases of policies first, then 30,000 made-up compounds."""
    codes = [bytes((row, cell)) for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]  # the 3,755 frequent ones
    characters = [one for code in codes if (one := code.decode("gb2312", "ignore"))]
    rng.shuffle(characters)
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(characters))))
    made = ["".join(rng.choices(characters, cum_weights=weights, k=rng.choice((2, 2, 2, 3)))) for _ in range(30_000)]
    known = [*FREQUENT, *VERBS, *TRACKS, *NOUNS, *ISSUERS, *REGIONS]
    rng.shuffle(known)
    words = [*known, *made]
    return words, list(accumulate(1 / (rank + 5) for rank in range(len(words))))


def made_sentences(rng: random.Random) -> list[str]:
    words, weights = words_of(rng)
    found = []
    for _ in range(SENTENCES):
        lengths = [rng.randint(3, 8) for _ in range(rng.randint(1, 4))]
        parts = ["".join(rng.choices(words, cum_weights=weights, k=length)) for length in lengths]
        if rng.random() < 0.3:
            parts.append(f"到{rng.randint(2025, 2035)}年达到{rng.randint(1, 9999)}亿元")
        found.append("，".join(parts) + "。")
    return found


def real_sentences(path: Path) -> list[str]:
    lines = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    return [one for text in texts for one in re.split(r"(?<=[。！？])", text) if len(one) > 5]


def articles_of(size: int, sentences: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield titles and texts, the same ones for the same size."""
    rng = random.Random(size)
    for number in range(size):
        pieces, length = [], 0
        while length < TEXT_CHARACTERS:
            pieces.append(rng.choice(sentences))
            length += len(pieces[-1])
        title = f"{rng.choice(REGIONS)}{rng.choice(VERBS)}{rng.choice(TRACKS)}{rng.choice(NOUNS)}（{number}）"
        yield title, "".join(pieces)


def queries_of(texts: Sequence[str], each: int) -> list[str]:
    """Return parts of texts, `each` of every length from 1 to 8 characters, each once."""
    rng, found = random.Random(7), {"未来产业", "低空经济", "6g", "锂", "行动计划", "产", "的"}
    for length in range(1, 9):
        wanted = len(found) + each
        while len(found) < wanted:
            halves = (length // 2, length - length // 2) if length > 2 and rng.random() < 0.25 else (length,)
            found.add("".join(part(rng, texts, n) for n in halves))
    return sorted(found)


def part(rng: random.Random, texts: Sequence[str], length: int) -> str:
    while True:
        text = rng.choice(texts)
        start = rng.randrange(max(1, len(text) - length))
        if text[start : start + length].isalnum() and len(text[start : start + length]) == length:
            return text[start : start + length]


# --- indexes --------------------------------------------------------------------------------------


def fill(path: Path, size: int, sentences: Sequence[str]) -> float | None:
    """Fill an archive as crawls would, and return the seconds that its index took; None when it was there before."""
    if path.exists():
        return None
    rng = random.Random(size)
    with Archive(path) as archive:
        db = archive.db.conn
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -4000000")  # KiB; with 2,000 pages are read over and over
        db.execute("BEGIN")
        db.execute("INSERT INTO bodies (sha256, size, packed) VALUES ('x', 1, x'')")
        db.execute("""INSERT INTO pages (id, source, url, final_url, fetched_at, status, headers, sha256)
               VALUES (1, 's', 'u', 'u', '2026-01-01T00:00:00Z', 200, '{}', 'x')""")
        for id, (title, text) in enumerate(articles_of(size, sentences), 1):
            insert(db, id, title, text, rng)
        db.execute("COMMIT")
        started = time.process_time()
        repair_index(archive.db)
        return time.process_time() - started


def insert(db: sqlite3.Connection, id: int, title: str, text: str, rng: random.Random) -> None:
    """Insert an article with what filters ask about: a hundredth are announcements, a fiftieth has a verdict."""
    day = (date(2021, 1, 1) + timedelta(days=rng.randrange(DAYS))).isoformat()
    db.execute(
        """INSERT INTO articles (id, key, page_id, source, title, text, attachments, agreement, text_sha256,
                                 published_at, first_seen_at) VALUES (?, ?, 1, ?, ?, ?, '[]', 1, ?, ?, ?)""",
        [id, f"http://example.org/{id}", f"s{id % 300}", title, text, str(id), day, f"{day}T00:00:00Z"],
    )
    label = rng.choices(["irrelevant", "related", "announcement"], [94, 5, 1])[0]
    score = round(rng.random() * 100, 1)
    db.execute("INSERT INTO assessments VALUES (?, ?, ?, 60, '[]', 'x', ?)", [id, label, score, day])
    db.executemany(
        "INSERT INTO facts (article_id, kind, value, quote, place, start) VALUES (?, ?, ?, '', 'text', 0)",
        [(id, kind, value) for kind, value in facts_of(rng)],
    )
    if rng.random() < 0.02:
        db.execute(
            """INSERT INTO verdicts (article_id, verdict, who, reason, score, lexicon_version, given_at)
               VALUES (?, ?, 'x', '', 0, 'x', ?)""",
            [id, rng.choice(("confirmed", "rejected", "watch")), f"{day}T00:00:00Z"],
        )


def facts_of(rng: random.Random) -> list[tuple[str, str]]:
    """Return facts as kind and value: most articles name one office, some two, and one to three tracks."""
    offices = [f"{rng.choice(REGIONS)}市{rng.choice(ISSUERS)}" for _ in range(rng.choice((1, 1, 1, 2)))]
    return [
        ("region", f"{rng.randint(11, 65)}0000"),
        ("act", rng.choice(("印发", "解读", "名单"))),
        ("instrument", rng.choice(NOUNS)),
        *(("issuer", office) for office in offices),
        *(("track", track) for track in rng.sample(TRACKS, rng.randint(1, 3))),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another way to index: how a text is written, and how a query is."""

    name: str
    tokenizer: str
    write: Callable[[str], str]
    ask: Callable[[str], str]


@cache
def cut_sentence(sentence: str) -> str:
    """Return the words of a sentence; sentences come again and again, and jieba takes ten times what SQLite does."""
    return " ".join(jieba.cut(sentence))


def cut(text: str) -> str:
    return " ".join(map(cut_sentence, re.split(r"(?<=。)", text)))


OTHERS = (
    Other(name="trigram", tokenizer="trigram", write=str, ask=lambda query: f'"{query}"'),
    Other(name="jieba", tokenizer="unicode61", write=cut,
          ask=lambda query: " AND ".join(f'"{word}"' for word in jieba.cut(query))),
)  # fmt: skip


def build(other: Other, path: Path, texts: Iterable[tuple[int, str]]) -> float:
    """Build another index and return the seconds of SQLite and of writing, with sentences that were cut before."""
    with sqlite3.connect(path) as db:
        db.execute(f"CREATE VIRTUAL TABLE t USING fts5 (text, content = '', tokenize = '{other.tokenizer}')")
        started = time.process_time()
        db.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", ((key, other.write(text)) for key, text in texts))
    db.close()
    return time.process_time() - started


# --- measures -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a scan finds: how many, and the newest keys."""

    total: int
    newest: list[int]


def scan(texts: Sequence[tuple[int, str]], query: str) -> Truth:
    """Scan texts that are the newest first."""
    keys = [key for key, text in texts if query in text]
    return Truth(total=len(keys), newest=keys[:NEWEST])


def timed(run: Callable[..., object], *arguments: object, **more: object) -> float:
    started = time.process_time()
    run(*arguments, **more)
    return 1000 * (time.process_time() - started)


def shown(milliseconds: Sequence[float]) -> list[str]:
    return [f"{median(milliseconds):.1f}", f"{quantiles(milliseconds, n=20)[-1]:.1f}", f"{max(milliseconds):.1f}"]


def keys_of(db: sqlite3.Connection, table: str, match: str, limit: int = NEWEST) -> list[int]:
    found = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [row[0] for row in db.execute(found, [match, limit])]


def wrong(db: sqlite3.Connection, table: str, matches: Iterable[str], truths: Iterable[Truth]) -> int:
    answers = (keys_of(db, table, match, -1) for match in matches)
    return sum(
        (len(keys), keys[:NEWEST]) != (truth.total, truth.newest) for keys, truth in zip(answers, truths, strict=True)
    )


def measure(size: int, folder: Path, options: argparse.Namespace, sentences: Sequence[str]) -> None:
    path = folder / f"search-{size}.db"
    seconds = fill(path, size, sentences)
    with Archive(path) as archive:
        rows = archive.db.execute("SELECT search_key, title || char(10) || text FROM articles ORDER BY search_key DESC")
        texts = [(key, fold(text)) for key, text in rows]
        queries = queries_of([text for _, text in texts[:: max(1, size // 20_000)]], options.queries)
        truths = [scan(texts, query) for query in queries]
        table = Table("index", "MB", "ms/article", "keys p50", "p95", "max", "wrong", box=None)
        table.add_row(*ours(archive, seconds, size, queries, truths))
        for other in OTHERS if size <= options.against else ():
            table.add_row(*theirs(other, folder, texts, queries, truths))
        text_bytes = sum(len(text.encode()) for _, text in texts) / 2**20
        console = Console(width=140)
        console.print(f"\n{size:,} articles, {text_bytes:.0f} MB of text, {len(queries)} queries; times in ms", table)
        console.print(pages(archive, queries))
        console.print(f"one more article: {inserting(archive)}")


def ours(
    archive: Archive, seconds: float | None, size: int, queries: Sequence[str], truths: Sequence[Truth]
) -> list[str]:
    db, matches = archive.db.conn, [match_of(query) for query in queries]
    (megabytes,) = db.execute("SELECT sum(length(block)) / 1048576 FROM search_index_data").fetchone()
    newest = [timed(keys_of, db, "search_index", match) for match in matches]
    errors = wrong(db, "search_index", matches, truths)
    errors += sum(not agrees(archive, parse_query(q), truth) for q, truth in zip(queries, truths, strict=True))
    each = "" if seconds is None else f"{1000 * seconds / size:.2f}"
    return ["pairs (ours)", f"{megabytes:.0f}", each, *shown(newest), f"{errors} of {len(queries)}"]


def agrees(archive: Archive, query: Query, truth: Truth) -> bool:
    """Whether `Search.find` says what a scan says."""
    found = archive.search.find(query)
    ids = [one.id for one in found.articles]
    keys = [archive.db.execute("SELECT search_key FROM articles WHERE id = ?", [id]).fetchone()[0] for id in ids]
    return (found.total, keys) == (min(truth.total, MOST_COUNTED_HITS), truth.newest)


def theirs(
    other: Other, folder: Path, texts: Sequence[tuple[int, str]], queries: Sequence[str], truths: Sequence[Truth]
) -> list[str]:
    path, matches = folder / f"{other.name}.db", [other.ask(query) for query in queries]
    seconds = build(other, path, texts)
    with sqlite3.connect(path) as db:
        newest = [timed(keys_of, db, "t", match) for match in matches]
        errors = f"{wrong(db, 't', matches, truths)} of {len(queries)}"
    db.close()
    size = path.stat().st_size / 2**20
    path.unlink()
    return [other.name, f"{size:.0f}", f"{1000 * seconds / len(texts):.2f}", *shown(newest), errors]


FILTERS = (
    "", "since:2025-06", "date:2024-03", "region:440000", "issuer:工业和信息化厅", "issuer:北京市财政厅", "act:印发",
    "instrument:行动计划", "track:低空经济", "source:s7", "state:confirmed", "label:announcement",
    "label:announcement region:440000 act:印发", "score:>=99.9", "score:>=60", "score:37..62",
)  # fmt: skip


def pages(archive: Archive, queries: Sequence[str]) -> Table:
    """Time whole pages, with filters too; and the facets of all queries."""
    table = Table("page", "newest p50", "p95", "max", "title p50", "p95", "max", box=None)
    find = archive.search.find
    for filters in FILTERS:
        parsed = [parse_query(f"{query} {filters}") for query in queries]
        newest, titled = ([timed(find, query, order=order) for query in parsed] for order in ("newest", "title"))
        table.add_row(filters or "words alone", *shown(newest), *shown(titled))
    table.add_row("facets", *shown([timed(archive.search.facets, parse_query(query)) for query in queries]))
    return table


def inserting(archive: Archive) -> str:
    """Time putting articles into the index once more, which is what it adds to taking one in."""
    ids = [row[0] for row in archive.db.execute("SELECT id FROM articles ORDER BY random() LIMIT 300")]
    index, both = SearchIndex(archive.db), []
    for id in ids:
        with archive.transaction():
            index.remove(id)
            both.append(timed(index.add, id))
    return f"p50 {median(both):.2f} ms, p95 {quantiles(both, n=20)[-1]:.2f} ms in its transaction"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--against", type=int, default=100_000, help="The largest size at which the others are built.")
    parser.add_argument("--queries", type=int, default=12, help="Of each length.")
    parser.add_argument("--texts", type=Path, help="JSON lines with `text`, maybe with .gz: real sentences.")
    parser.add_argument("--folder", type=Path, help="Where the archives stay; by default they are removed.")
    options = parser.parse_args()
    sentences = real_sentences(options.texts) if options.texts else made_sentences(random.Random(1))
    jieba.setLogLevel(60)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="futurewatch-search-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for size in options.sizes:
            measure(size, folder, options, sentences)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
