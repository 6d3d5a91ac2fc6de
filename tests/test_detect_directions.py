"""What a document is for is known by its characters where no lexicon lists it."""

from __future__ import annotations

from time import process_time

import pytest

from builders import article_of, judged
from crawler.detect.lexicon import Lexicon, load_lexicon
from crawler.detect.matcher import DIRECTION
from crawler.detect.reading import part
from crawler.detect.sift import passes

LEXICON = load_lexicon()
WITHOUT = LEXICON.model_copy(update={"unlisted_directions": False})
PLAN = "《赣州市永磁磁浮产业发展规划（2026—2030年）》"


def directions(title: str, text: str = "", *, lexicon: Lexicon = LEXICON) -> list[str]:
    parts = (part("title", title, lexicon), part("body", text, lexicon))
    return [term.word for one in parts for term in one.terms["track"] if term.key == DIRECTION]


@pytest.mark.parametrize(
    ("title", "text", "direction"),
    [
        (f"赣州市人民政府办公室关于印发{PLAN}的通知", "", "永磁磁浮"),
        ("赣州印发永磁磁浮产业五年规划", "", "永磁磁浮"),
        ("关于征集合肥市自旋电子产业联合攻关榜单的通知", "", "自旋电子"),
        ("赣州为“红轨”画出蓝图", f"赣州市近日印发{PLAN}。", "永磁磁浮"),
        ("洛阳押注新材料", "市政府出台关于加快功能金刚石产业发展的实施意见，五年安排5亿元。", "功能金刚石"),
    ],
)  # fmt: skip
def test_direction_of_a_document(title: str, text: str, direction: str) -> None:
    """It stands in the name of a document, in marks, behind 关于 or in a clause of the title."""
    assert directions(title, text) == [direction]


@pytest.mark.parametrize(
    "title",
    [
        "关于印发《榆林市苹果产业高质量发展实施意见》的通知",
        "宁波发布居家适老化改造三年方案",
        "关于公布2026年家庭医生签约服务收费标准的通知",
        "关于印发《某市人工智能产业发展行动计划》的通知",
        "市长调研永磁磁浮企业",  # names no document
        "关于印发《某市未来产业发展规划》的通知",  # the lexicon has its word
    ],
)
def test_no_direction(title: str) -> None:
    """Ordinary industries, what no document is for, and what the lexicon knows are none."""
    assert directions(title) == []


@pytest.mark.parametrize("common", ["1", "一", "一条", "园区", "一年度", "全链条", "强链", "先行动"])
def test_name_of_many_common_words_is_read_at_once(common: str) -> None:
    """Common words can be divided in one way only: a name full of them takes no longer than another."""
    name = f"{common * (60 // len(common))}x方案"
    began = process_time()
    directions(name)
    assert process_time() - began < 1


def test_document_for_a_direction_is_an_announcement() -> None:
    """It passes the gate, and its name counts like that of a document on a track; the hit says why."""
    title = f"赣州市人民政府办公室关于印发{PLAN}的通知"
    text = f"各县（市、区）人民政府：\n现将{PLAN}印发给你们，请认真贯彻执行。\n赣州市人民政府办公室\n2026年3月18日"
    assessed = judged(article_of(title, text), LEXICON)
    assert assessed.is_announcement
    assert f"{DIRECTION}:永磁磁浮" in [hit.term for hit in assessed.hits]


def test_lexicon_without_directions() -> None:
    """A lexicon that does not ask for them keeps such a page out."""
    article = article_of(f"赣州印发{PLAN}", "近日公布。")
    assert passes(article, LEXICON)
    assert not passes(article, WITHOUT)
    assert directions(f"赣州印发{PLAN}", lexicon=WITHOUT) == []
