"""Fit by which characters a direction of the future is known that no lexicon lists (`crawler/detect/directions.tsv`).

    pip install scikit-learn                          # a tool of developers; the program never needs it
    python benchmarks/directions.py TEXTS.jsonl ... --streams STREAM.jsonl.gz ... [--unseen]

Directions are what the names of documents on one track are for, the labelled tracks and the lexicon's words. Ordinary
is what documents of texts on other topics are for, in the streams whatever is not labelled to be on the topic, and the
industries of GB/T 4754 with others that have policies of their own (`benchmarks/texts/ordinary_industries.txt`).
`--unseen` prints for each file how many of its directions are known by a fit without it, and how many ordinary ones
are taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from odds import fit_options, fitted_odds, write_table
from opinion import rows_of

from crawler.detect import directions
from crawler.detect.directions import LEAD_CHARACTERS, LEAST_LOG_ODDS, LONGEST, named_in, signs_of
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.reading import part
from crawler.text.fold import plain
from crawler.text.odds import log_odds
from scheduler.tuning.evaluate import row_of
from storage.records import Article

STRENGTH = 1.0
ORDINARY = Path(__file__).parent / "texts" / "ordinary_industries.txt"
WORTH_OF_TRACK, WORTH_OF_ORDINARY = 0.5, 3.0  # a name's direction counts 1
LEAST = 2  # times that a sign is seen
Worths = dict[str, float]  # of words


def subjects(article: Article, lexicon: Lexicon) -> Iterator[str]:
    """Yield what the documents that an article names are for."""
    for read in (part("title", article.title, lexicon), part("body", article.text[:LEAD_CHARACTERS], lexicon)):
        for first, last in named_in(read.plain.text, read.terms["document"], is_title=read.name == "title"):
            yield read.plain.text[first:last]


def labelled(file: Path, lexicon: Lexicon, *, is_stream: bool) -> tuple[Worths, Worths]:
    """Return the directions of a file and its ordinary ones, each with what it counts."""
    found: Worths = {}
    ordinary: Worths = {}
    for number, row in enumerate(rows_of(file)):
        label, depth = row.setdefault("label", "irrelevant" if is_stream else None), row.get("depth")
        if label == "irrelevant":
            ordinary |= dict.fromkeys(subjects(row_of(row, name=f"{file.name}:{number}").article, lexicon), 1.0)
        elif label == "announcement" and depth in {"core", "track"}:
            tracks = (plain(track).text for track in row.get("tracks") or ())
            found = {track: WORTH_OF_TRACK for track in tracks if len(track) <= LONGEST} | found
            if depth == "track":
                found |= dict.fromkeys(subjects(row_of(row, name=f"{file.name}:{number}").article, lexicon), 1.0)
    return found, ordinary


def fitted(files: Iterable[tuple[Worths, Worths]], lexicon: Lexicon) -> dict[str, float]:
    """Return what each sign adds to the log-odds, the lexicon's words and the ordinary industries included."""
    found = {word: 1.0 for track in lexicon.tracks for word in track.words}
    ordinary = dict.fromkeys(ORDINARY.read_text(encoding="utf-8").split(), WORTH_OF_ORDINARY)
    for own, others in files:
        found, ordinary = own | found, others | ordinary
    words = [*found, *ordinary]
    worth = [*found.values(), *ordinary.values()]
    labels = [True] * len(found) + [False] * len(ordinary)
    return fitted_odds([frozenset(signs_of(one)) for one in words], labels, strength=STRENGTH, worth=worth, least=LEAST)


def share(words: Sequence[str], weights: Mapping[str, float]) -> str:
    """Return how many words a table takes for a direction."""
    return f"{sum(log_odds(signs_of(one), weights) >= LEAST_LOG_ODDS for one in words)} of {len(words)}"


def main() -> None:
    """Print what the fit is worth on files that it has not seen, and write the fit to everything."""
    options = fit_options(__doc__, directions.FITTED, "--streams")
    lexicon = load_lexicon()
    files = {
        file: labelled(file, lexicon, is_stream=file in options.streams) for file in (*options.texts, *options.streams)
    }
    for file, (found, ordinary) in files.items() if options.unseen else ():
        weights = fitted((some for other, some in files.items() if other != file), lexicon)
        named = [word for word, worth in found.items() if worth == 1.0]
        print(f"{file.name:24} directions {share(named, weights)}, ordinary {share([*ordinary], weights)}", flush=True)
    write_table(fitted(files.values(), lexicon), options.out)


if __name__ == "__main__":
    main()
