"""The texts of `corpus/*.toml`, each with what is true of it, and the same texts as pages of five kinds."""

from __future__ import annotations

import html
import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders import html_page

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, kw_only=True)
class LabelledText:
    """A text and its truth: `group` is the key of an act, `policy` of the document that several acts are about.

    Issuers have their full names, tracks stand as the text prints them, years are those of the targets.
    """

    id: str
    style: str
    level: str
    title: str
    text: str
    publisher: str
    published_at: str
    label: str
    act: str | None = None
    region: str | None = None
    issuers: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    target_years: tuple[int, ...] = ()
    group: str | None = None
    policy: str | None = None

    @property
    def line(self) -> dict[str, str]:
        """The text as `assess` and `group` take it."""
        return {
            "id": self.id,
            "title": self.title,
            "text": self.text,
            "publisher": self.publisher,
            "published_at": self.published_at,
        }

    @property
    def labelled_line(self) -> dict[str, Any]:
        """The text with what is true of it, as `evaluate` takes it."""
        truth = {
            "label": self.label,
            "genre": self.style,
            "act": self.act,
            "region": self.region,
            "issuers": list(self.issuers),
            "tracks": list(self.tracks),
            "targets": [{"year": year} for year in self.target_years],
            "announcement": self.group,
            "policy": self.policy,
        }
        return self.line | truth

    @property
    def paragraphs(self) -> list[str]:
        """The lines of the text."""
        return self.text.splitlines()

    @property
    def day(self) -> str:
        """The day of publication, `2026-03-18`."""
        return self.published_at[:10]


def _text_of(row: dict[str, Any]) -> LabelledText:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return LabelledText(**row | lists | {"text": row["text"].strip()})


def labelled_texts() -> list[LabelledText]:
    """Return every text of the corpus, in order of file and place."""
    files = sorted(CORPUS.glob("*.toml"))
    return [_text_of(row) for path in files for row in tomllib.loads(path.read_text(encoding="utf-8"))["text"]]


def labelled_text(id: str) -> LabelledText:
    """Return one text of the corpus."""
    return next(text for text in labelled_texts() if text.id == id)


# What stands around an article and is none of it.
FOREIGN = (
    "网友“晒谷场”：我们县什么时候也有未来产业先导区？",
    "热门：某地印发低空经济行动计划，到2040年产值突破万亿元",
    "主办：网站编辑部　版权所有　未经许可不得转载",
)
HEADER = '<div class="top"><a href="/">首页</a><a href="/xw/">要闻</a><a href="/zw/">政务公开</a></div>'
AROUND = (
    f'<div class="side"><h3>跟帖</h3><p>{FOREIGN[0]}</p><h3>热榜</h3><ul><li><a href="/r1.html">{FOREIGN[1]}</a></li>'
    f'</ul></div><div class="footer"><p>{FOREIGN[2]}</p></div>'
)


def _elements(tag: str, lines: Sequence[str], attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>　　{html.escape(line)}</{tag}>" for line in lines)


def _named(text: LabelledText) -> str:
    """A portal's page whose class names say what they hold."""
    info = f'<div class="info">发布时间：{text.day}　来源：{text.publisher}</div>'
    article = f'<h1>{text.title}</h1>{info}<div class="TRS_Editor">{_elements("p", text.paragraphs)}</div>'
    return html_page(text.title, f'{HEADER}<div class="article">{article}</div>{AROUND}')


def _hashed(text: LabelledText) -> str:
    """A page made by a framework: class names tell nothing."""
    info = f'<div class="k2"><span>{text.day}</span><span>{text.publisher}</span></div>'
    lines = _elements("div", text.paragraphs, ' class="z7"')
    return html_page(text.title, f'{HEADER}<div class="a9"><h1 class="q4">{text.title}</h1>{info}{lines}</div>{AROUND}')


def _flat(text: LabelledText) -> str:
    """A page of former days: one block, its lines parted by <br>."""
    lines = "<br><br>".join(f"　　{html.escape(line)}" for line in text.paragraphs)
    article = f"<div><h2>{text.title}</h2>{text.day} 来源：{text.publisher}</div><div>{lines}</div>"
    return html_page(text.title, f"{HEADER}<div>{article}</div>{AROUND}")


def _script(text: LabelledText) -> str:
    """A page whose article stands only in the data of a script."""
    data = {
        "title": text.title,
        "publishTime": f"{text.day} 08:30:00",
        "source": text.publisher,
        "content": _elements("p", text.paragraphs),
    }
    said = json.dumps({"detail": data}, ensure_ascii=False)
    return html_page(
        text.title, f'{HEADER}<div id="app"></div><script>window.__INITIAL_STATE__={said};</script>{AROUND}'
    )


def _record(text: LabelledText) -> str:
    """A page of a disclosure catalogue: a table of the document's data above its text."""
    cells = {"索引号": "000014349/2026-00021", "发布机构": text.publisher, "发布日期": text.day, "名称": text.title}
    rows = "".join(f"<tr><td>{name}：</td><td>{value}</td></tr>" for name, value in cells.items())
    article = f'<h1>{text.title}</h1><div class="zoom" id="zoom">{_elements("p", text.paragraphs)}</div>'
    return html_page(text.title, f'{HEADER}<table class="record">{rows}</table>{article}{AROUND}')


DRESSES: dict[str, Callable[[LabelledText], str]] = {
    "named": _named,
    "hashed": _hashed,
    "flat": _flat,
    "script": _script,
    "record": _record,
}
