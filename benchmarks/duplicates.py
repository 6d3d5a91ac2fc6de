"""Measure how copies are found: speed and size of the table, and what is found against SimHash and MinHash, in one run.

    python benchmarks/duplicates.py [--sizes 10000 100000] [--texts FILE] [--stored 1200] [--queries 60]

Speed: an archive of made-up fingerprints of the size real texts have; look-ups of unknown texts and of known ones,
inserts one transaction each, the time to open the file again, memory. 1000000 takes about a minute and 0.3 GB of disk.
Quality: the texts of FILE, thousands of JSON lines with `text`, are stored, then each is changed as desks and content
farms do; found means that the source is named, wrong that another text is. Without FILE only speed is measured.
datasketch is measured where it is installed; SimHash is the textbook's, 64 bits over groups of three characters.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, quantiles

from crawler.dedupe.fingerprint import LIMIT, fingerprint, overlap, wording
from storage.archive import Archive

KEYS_OF_A_TEXT = 32  # 500 characters, a sixteenth of them
LENGTHS = range(250, 4001)
Edit = Callable[[str, random.Random, str], str]
Finder = Callable[[str], set[int]]


# --- speed ----------------------------------------------------------------------------------------


def speed(size: int, folder: Path) -> str:
    path, rng = folder / f"{size}.db", random.Random(size)
    with ProcessPoolExecutor(1, get_context("spawn")) as other:  # what filling takes must not count as memory
        known = other.submit(fill, path, size).result()
    with Archive(path) as archive:
        missing, found = timed(archive, [some_keys(rng) for _ in range(1000)]), timed(archive, known)
        insert = insert_times(archive, size, rng)
    started = time.perf_counter()
    with Archive(path) as archive:
        archive.near_duplicates.alike(known[0])
        reopened = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{size:>10,}  {1 / mean(missing):>9,.0f}  {1 / mean(found):>9,.0f}  {p99(missing + found):>7.2f}"
        f"  {1000 * mean(insert):>9.2f}  {1000 * reopened:>9.1f}  {path.stat().st_size / 2**20:>8.0f}  {memory:>8.0f}"
    )


def fill(path: Path, size: int) -> list[list[int]]:
    """Store fingerprints in the order of their keys, without their articles, and return those of some articles."""
    known: dict[int, list[int]] = {article: [] for article in range(0, size, size // 200)}
    with Archive(path) as archive:
        archive.db.conn.execute("PRAGMA foreign_keys = OFF")
        archive.db.conn.execute("BEGIN")
        archive.db.conn.executemany("INSERT OR IGNORE INTO fingerprints VALUES (?, ?)", rows_of(size, known))
        archive.db.conn.execute("COMMIT")
    return list(known.values())


def rows_of(size: int, known: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
    rng, key = random.Random(size), 0
    gap = LIMIT // (size * KEYS_OF_A_TEXT)
    for _ in range(size * KEYS_OF_A_TEXT):
        key += rng.randrange(1, 2 * gap)
        article = rng.randrange(size)
        if article in known:
            known[article].append(key)
        yield key, article


def some_keys(rng: random.Random) -> list[int]:
    return sorted(rng.randrange(LIMIT) for _ in range(KEYS_OF_A_TEXT))


def timed(archive: Archive, queries: Sequence[Sequence[int]]) -> list[float]:
    times = []
    for keys in queries:
        started = time.perf_counter()
        archive.near_duplicates.alike(keys)
        times.append(time.perf_counter() - started)
    return times


def insert_times(archive: Archive, size: int, rng: random.Random) -> list[float]:
    times = []
    archive.db.conn.execute("PRAGMA foreign_keys = OFF")
    for article in range(size, size + 200):
        keys = some_keys(rng)
        started = time.perf_counter()
        archive.near_duplicates.add(article, keys)
        times.append(time.perf_counter() - started)
    return times


def p99(times: Sequence[float]) -> float:
    return 1000 * quantiles(times, n=100)[98]


# --- quality --------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    return re.findall(r"[^。！？\n]+[。！？\n]*", text)


def excerpt(share: float) -> Edit:
    def cut(text: str, rng: random.Random, _other: str) -> str:
        parts = sentences(text)
        wanted = max(1, round(len(parts) * share))
        start = rng.randrange(len(parts) - wanted + 1)
        return "".join(parts[start : start + wanted])

    return cut


def noisy(text: str, rng: random.Random, _: str) -> str:
    chars = [chr(rng.randrange(0x4E00, 0x9000)) if rng.random() < 0.05 else char for char in text]
    return "".join(chars)


EDITS: dict[str, Edit] = {
    "retitled": lambda text, _rng, _: f"【重磅消息速览】{text}",
    "lead dropped": lambda text, _rng, _: "".join(sentences(text)[1:]) or text,
    "editor lines": lambda text, _rng, _: f"（来源：某新闻网）{text}\n责任编辑：某某\n版权归原作者所有，转载请注明。",
    "punctuation": lambda text, _rng, _: text.replace("，", ",").replace("。", ". ").replace("、", " "),
    "5 % noise": noisy,
    "25 % sentences out": lambda text, rng, _: "".join(s for s in sentences(text) if rng.random() > 0.25) or text,
    "excerpt 60 %": excerpt(0.6),
    "excerpt 40 %": excerpt(0.4),
    "excerpt 20 %": excerpt(0.2),
    "merged with another": lambda text, _rng, other: f"{text}\n{other}",
}


@dataclass(frozen=True)
class Stored:
    texts: list[str]
    held_out: list[str]


def read_texts(path: Path, stored: int, rng: random.Random) -> Stored:
    packed = path.read_bytes()
    lines = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode().splitlines()
    texts = {str(record["text"]) for line in lines if (record := json.loads(line)).get("text")}
    fitting = sorted(text for text in texts if len(text) in LENGTHS)
    rng.shuffle(fitting)
    return Stored(fitting[:stored], fitting[stored : stored + stored // 2])


def ours(texts: Sequence[str]) -> Finder:
    """The two stages as the archive runs them: two sampled keys in common, then the exact share."""
    archive = Archive.in_memory()
    archive.db.conn.execute("PRAGMA foreign_keys = OFF")
    kept = [wording(text) for text in texts]
    for number, said in enumerate(kept):
        archive.near_duplicates.add(number, fingerprint(said.said))

    def find(text: str) -> set[int]:
        new = wording(text)
        candidates = archive.near_duplicates.alike(fingerprint(new.said))
        laps = [(number, overlap(new, kept[number])) for number in candidates]
        return {n for n, lap in laps if lap.of_new >= new.enough or lap.of_old >= kept[n].enough}

    return find


def simhash(texts: Sequence[str], *, distance: int = 3) -> Finder:
    kept = [simhash_of(text) for text in texts]

    def find(text: str) -> set[int]:
        new = simhash_of(text)
        return {n for n, old in enumerate(kept) if (new ^ old).bit_count() <= distance}

    return find


def simhash_of(text: str) -> int:
    said, sums = wording(text).said, [0] * 64
    for gram in {said[n : n + 3] for n in range(len(said) - 2)}:
        value = int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            sums[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit, weight in enumerate(sums) if weight > 0)


def minhash(texts: Sequence[str]) -> Finder | None:
    """MinHash with 128 permutations and LSH at a similarity of one half; None where datasketch is not installed."""
    try:
        from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        return None

    def sketch(text: str) -> object:
        made = MinHash(num_perm=128)
        made.update_batch([b"%d" % gram for gram in wording(text).shingles])
        return made

    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(texts):
        index.insert(number, sketch(text))
    return lambda text: set(index.query(sketch(text)))


def quality(stored: Stored, queries: int, rng: random.Random) -> Iterator[str]:
    made = {
        "ours": ours(stored.texts),
        "SimHash-64 ≤3": simhash(stored.texts),
        "MinHash LSH ≥.5": minhash(stored.texts),
    }
    finders = {name: finder for name, finder in made.items() if finder}
    yield f"{'found % / wrong %':22}" + "".join(f"{name:>18}" for name in finders)
    chosen = rng.sample(range(len(stored.texts)), min(queries, len(stored.texts)))
    for name, edit in EDITS.items():
        changed = [(n, edit(stored.texts[n], rng, rng.choice(stored.held_out))) for n in chosen]
        yield f"{name:22}" + "".join(f"{row(finder, changed):>18}" for finder in finders.values())
    unknown = [(-1, text) for text in stored.held_out[: 5 * queries]]
    yield f"{'not stored':22}" + "".join(f"{row(finder, unknown):>18}" for finder in finders.values())
    yield f"{'milliseconds a text':22}" + "".join(f"{cost(finder, unknown):>18.2f}" for finder in finders.values())


def row(finder: Finder, changed: Sequence[tuple[int, str]]) -> str:
    answers = [(n, finder(text)) for n, text in changed]
    found = 100 * mean(n in answer for n, answer in answers)
    return f"{found:.0f} / {100 * mean(bool(answer - {n}) for n, answer in answers):.1f}"


def cost(finder: Finder, changed: Sequence[tuple[int, str]]) -> float:
    started = time.perf_counter()
    for _, text in changed:
        finder(text)
    return 1000 * (time.perf_counter() - started) / len(changed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--texts", type=Path, help="JSON lines with `text`, maybe with .gz")
    parser.add_argument("--stored", type=int, default=1200)
    parser.add_argument("--queries", type=int, default=60)
    options = parser.parse_args()
    print("  articles   unknown/s    known/s  p99 ms  insert ms  reopen ms  size MB  RSS MB")
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            print(speed(size, Path(folder)), flush=True)
    if options.texts is None:
        print("no quality figures: --texts names no file")
        return
    rng = random.Random(1)
    for line in quality(read_texts(options.texts, options.stored, rng), options.queries, rng):
        print(line, flush=True)


if __name__ == "__main__":
    main()
