"""Read the label-value table of a government page: 索引号, 发文机关, 发文字号, 成文日期, 发布日期, … No I/O.

The table may be a table, a list, or pairs of lines; labels may be spaced (发 文 字 号) and bracketed. A table needs two
labels: one alone may be a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.extract.blocks import TextBlock
from crawler.text.dates import day_of, read_moment
from crawler.text.document_number import find_numbers, normalise

KINDS = {
    "index_number": "索引号 索引编号 信息索引号 信息索引",
    "document_number": "发文字号 文号 发文号 文件编号 文件字号 公文文号 文件号 发文文号",
    "issuer": "发文机关 发文机构 发布机构 发布单位 发文单位 制发机关 公开机构 发布机关 公开责任部门",
    "publisher": "信息来源 来源",
    "published": "发布日期 公开日期 公布日期 发布时间 公开时间",
    "document_date": "发文日期 成文日期 生成日期 印发日期 成文时间 发文时间 签发日期",
    "title": "标题 名称 信息名称 文件名称 公文名称",
    "other": "内容概述 主题分类 体裁分类 组配分类 服务对象分类 信息分类 分类 主题词 关键词 公文种类 公文类型 体裁 文种"
    " 有效性 时效 时效性 是否有效 效力状态 有效期 文件状态 实施日期 施行日期 生效日期 生效时间 废止日期 失效日期"
    " 失效时间 联合发文单位 公开方式 公开形式 公开范围 公开时限 公开类别 公开属性 责任部门 责任编辑 统一登记号"
    " 登记号 规范性文件编号 统一编号 信息类别 信息格式 语种 所属栏目 浏览次数",
}
LABELS = {name: kind for kind, names in KINDS.items() for name in names.split()}
SPACES = r"[ \u3000]*"
NAMES = "|".join(SPACES.join(name) for name in sorted(LABELS, key=len, reverse=True))
OPENING, CLOSING = r"[\[【（(]?", r"[\]】）)]?"
LABEL_ONLY = re.compile(rf"{OPENING}\s*({NAMES})\s*{CLOSING}\s*[：:]?")
LABEL_VALUE = re.compile(rf"{OPENING}\s*({NAMES})\s*(?:{CLOSING}\s*[：:]|[\]】])\s*")
REPLY = re.compile(r"(?:建议|提案|议案).{0,8}(?:答复|复函|会办意见)")
INDEX_NUMBER = re.compile(
    r"[0-9A-Za-z][0-9A-Za-z\u4e00-\u9fff/.,_\[\]()（）〔〕-]{5,60}"
)  # 000014349/2024-00012, 11330000X/2024-01
LONGEST_LINE_CHARACTERS = 160  # characters of a line of such a table, several pairs in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The fields by kind, as printed; `positions` are those of the blocks that the table is made of."""

    fields: Mapping[str, str]
    positions: frozenset[int]

    @property
    def document_number(self) -> str | None:
        """The 文号 that the table gives, normalised, or None."""
        return normalise(self.fields.get("document_number", ""))

    @property
    def index_number(self) -> str | None:
        """The 索引号 that the table gives, or None."""
        said = "".join(self.fields.get("index_number", "").split())
        return said if INDEX_NUMBER.fullmatch(said) else None

    @property
    def document_date(self) -> date | None:
        """The day on which the document was signed (成文日期), None when the table does not say."""
        said = read_moment(self.fields.get("document_date", ""))
        return day_of(said) if said else None


@dataclass(frozen=True, slots=True)
class _Pair:
    kind: str
    value: str
    positions: tuple[int, ...]


def read_metadata(blocks: Sequence[TextBlock]) -> Metadata:
    """Return the fields of the page's label-value table; empty when there is none. The first value of a kind counts."""
    pairs = _pairs(blocks)
    groups = _groups(pairs)
    fields: dict[str, str] = {}
    for pair in (p for group in groups for p in group):
        if pair.value:
            fields.setdefault(pair.kind, pair.value)
    positions = frozenset(n for group in groups for pair in group for n in pair.positions)
    return Metadata(fields=fields, positions=positions)


def own_number(title: str, metadata: Metadata, above: Sequence[TextBlock], text: Sequence[str]) -> str | None:
    """Return the page's own document number, None when it has none.

    It stands in the table, or alone on a line between the headline and the addressees (the first lines of the text). A
    number in running text is cited and belongs to another document; the number above an answer to a deputy's proposal
    counts answers and is no document's.
    """
    if number := metadata.document_number:
        return number
    if REPLY.search(title):
        return None
    lines = [b.text for b in above] + list(text[:6])
    for line in lines:
        found = find_numbers(line)
        if len(found) == 1 and found[0].is_complete and _is_alone(line, found[0].start, found[0].end):
            return found[0].value
    return None


def _is_alone(line: str, start: int, end: int) -> bool:
    rest = line[:start] + line[end:]
    return not re.sub(r"文号|发文字号|[\s（()）\[\]【】：:]", "", rest)


def _pairs(blocks: Sequence[TextBlock]) -> list[_Pair]:
    pairs: list[_Pair] = []
    skip = -1
    for n, block in enumerate(blocks):
        if n <= skip or len(block.text) > LONGEST_LINE_CHARACTERS:
            continue
        if match := LABEL_ONLY.fullmatch(block.text):
            value = _value_below(blocks, n)
            skip = n + bool(value)
            pairs.append(_Pair(_kind(match[1]), value, tuple(b.position for b in blocks[n : skip + 1] or [block])))
            if not value:
                skip = n
        else:
            pairs.extend(_pairs_of_line(block))
    return pairs


def _value_below(blocks: Sequence[TextBlock], n: int) -> str:
    """Return the line after a label unless that is a label too, or belongs elsewhere: the cell is empty."""
    if n + 1 == len(blocks) or not _is_beside(blocks[n], blocks[n + 1]):
        return ""
    following = blocks[n + 1].text
    is_label = LABEL_ONLY.fullmatch(following) or LABEL_VALUE.match(following)
    return "" if is_label or len(following) > LONGEST_LINE_CHARACTERS else following


def _is_beside(label: TextBlock, value: TextBlock) -> bool:
    """Return whether two blocks stand in one row, or in one parent where there is no table."""
    row = label.within("tr")
    if row is not None:
        return value.within("tr") is row
    return any(element is label.home.parent for element in value.home.ancestors())


def _pairs_of_line(block: TextBlock) -> list[_Pair]:
    """Return the pairs of one line; the line begins with a label."""
    if not LABEL_VALUE.match(block.text):
        return []
    matches = list(LABEL_VALUE.finditer(block.text))
    ends = [m.start() for m in matches[1:]] + [len(block.text)]
    return [
        _Pair(_kind(m[1]), block.text[m.end() : end].strip(" ;；|"), (block.position,))
        for m, end in zip(matches, ends, strict=True)
    ]


def _kind(label: str) -> str:
    return LABELS[re.sub(r"\s", "", label)]


def _groups(pairs: Sequence[_Pair]) -> list[list[_Pair]]:
    """Return runs of neighbouring pairs with at least two labels that only such tables have."""
    groups: list[list[_Pair]] = []
    for pair in pairs:
        if groups and pair.positions[0] - groups[-1][-1].positions[-1] <= 3:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return [
        g for g in groups if len(g) >= 2 and any(p.kind in {"index_number", "document_number", "issuer"} for p in g)
    ]
