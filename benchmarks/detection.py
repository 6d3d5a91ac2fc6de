"""Measure the detection: documents a second on one core against jieba on everything, and the memory it takes.

    python benchmarks/detection.py             # generated Chinese text, one document in ten mentions the topic
    python benchmarks/detection.py FILE.jsonl  # your own: title, text

A run goes gate -> establish -> assess, as the program does, over documents of 2,000 characters.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import jieba
from figures import note_figure

from crawler.detect import assess, establish, mentions
from crawler.detect.lexicon import load_lexicon
from storage.records import Article

LENGTH = 2000  # characters: a policy news story
SHARE = 0.1  # of the documents have a core term (9.5 % in the research)
DOCUMENTS = 300
ROUNDS = 5
PLAIN = [
    "全市", "农业", "农村", "工作会议", "提出", "加强", "高标准农田", "建设", "居民收入", "稳步增长",
    "医疗保障", "服务水平", "不断提高", "道路交通", "学校教育", "改革", "继续推进", "企业", "负责人表示",
    "项目", "进度加快", "今年以来", "群众文化活动", "丰富多彩", "生态环境", "质量改善", "市场消费", "需求",
    "旅游旺季", "游客数量", "同比增加", "记者", "从有关部门", "了解到", "基层治理", "经验", "值得推广",
    "防汛准备", "已经就绪",
]  # fmt: skip
CORE = [
    "培育未来产业", "印发", "实施方案", "量子科技", "人形机器人", "先导区", "到2030年产业规模突破1000亿元",
    "省人民政府办公厅", "具身智能", "《某省未来产业培育行动计划》", "脑机接口", "前瞻布局", "商业航天",
]  # fmt: skip


def generate(count: int, seed: int = 7) -> list[Article]:
    """Return documents of words in random order; every tenth has core terms in a tenth of its clauses."""
    dice, articles = random.Random(seed), []
    for number in range(count):
        is_core = number % round(1 / SHARE) == 0
        clauses: list[str] = []
        while sum(map(len, clauses)) < LENGTH:
            words = dice.choices(PLAIN, k=8) + (dice.choices(CORE, k=2) if is_core and dice.random() < SHARE else [])
            clauses.append("".join(words) + dice.choice("，，。"))
        text = "".join(clauses)
        text = "\n".join(text[start : start + 200] for start in range(0, LENGTH, 200))
        articles.append(Article(url="", title=text[:20].replace("\n", ""), text=text))
    return articles


def read(path: Path) -> list[Article]:
    """Return the documents of a JSON lines file."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Article(url="", title=row["title"], text=row.get("text") or row["body"]) for row in rows]


def rate(articles: list[Article], work: Callable[[Article], object]) -> float:
    """Return the documents a second of the best round: what else the machine does only slows a round down."""
    best = 0.0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for article in articles:
            work(article)
        best = max(best, len(articles) / (time.perf_counter() - start))
    return best


def memory_mb() -> float:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def drop_ins() -> Iterable[tuple[str, Callable[[Article], object]]]:
    """Yield the tokenizers to compare with."""
    yield "jieba.cut on everything", lambda article: list(jieba.cut(article.text))
    try:
        import rjieba  # type: ignore[import-not-found, unused-ignore]  # compared with where it is installed
    except ImportError:
        return
    yield "rjieba.cut on everything", lambda article: rjieba.cut(article.text)


def main() -> None:
    articles = read(Path(sys.argv[1])) if len(sys.argv) > 1 else generate(DOCUMENTS)
    before, lexicon = memory_mb(), load_lexicon()

    def detect(article: Article) -> bool:
        if not mentions(f"{article.title}\n{article.text}", lexicon):
            return False
        return assess(article, establish(article, lexicon), lexicon).is_announcement

    alarms = sum(map(detect, articles))
    loaded = memory_mb() - before
    passed = [article for article in articles if mentions(f"{article.title}\n{article.text}", lexicon)]
    detection = rate(articles, detect)
    print(
        f"{len(articles)} documents, {len(passed)} pass the gate, {alarms} alarms; the detector takes {loaded:.0f} MB"
    )
    print(f"{detection:9,.0f} documents/s  gate, establish and assess")
    print(f"{rate(articles, lambda a: mentions(a.text, lexicon)):9,.0f} documents/s  gate only")
    if passed:
        facts = {id(article): establish(article, lexicon) for article in passed}
        print(f"{rate(passed, lambda a: establish(a, lexicon)):9,.0f} documents/s  establish, past the gate")
        print(f"{rate(passed, lambda a: assess(a, facts[id(a)], lexicon)):9,.0f} documents/s  assess, past the gate")
    jieba.initialize()
    for name, cut in drop_ins():
        speed = rate(articles[:60], cut)
        print(f"{speed:9,.0f} documents/s  {name}: the detection is {detection / speed:.1f} times as fast")
        note_figure("detection", detection, "documents/s", peer=speed, peer_name=name, ratio=detection / speed)


if __name__ == "__main__":
    main()
