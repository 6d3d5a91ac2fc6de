"""Documents of every kind: their whole text comes out, and no damaged or hostile one does harm."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import pytest

from crawler.attachments import ChildLimits, read_file
from crawler.attachments.kinds import KINDS, document_kind, kind_of
from crawler.extract.attachments import READ_SUFFIXES
from documents import MAKERS, doc, ofd, ole, pdf, xls, xlsx, zipped
from storage.records import File, Page

PLACES = ("滨海", "云岭", "江北", "望川", "临泽", "石湾", "青岚", "白鹭", "东屿", "南麓")
MOST = 100_000  # characters


def notice(place: str) -> tuple[str, ...]:
    return (
        f"{place}市人民政府关于印发深海装备产业培育方案的通知",
        f"到2031年，{place}市建成12个深海试验场，产业规模达到300亿元。",
        "一、总体要求：试验先行、分类施策（2026—2031年）。",
        "Contact: office@example.gov.cn & 0898-1234",
    )


def fetched(body: bytes) -> Page:
    url = "https://www.example.gov.cn/download?id=7"
    return Page(source="", url=url, final_url=url, fetched_at=datetime.now(UTC), status=200, headers={}, body=body)


def read(body: bytes, limits: ChildLimits | None = None) -> File:
    return asyncio.run(read_file(fetched(body), limits))


def text_of(body: bytes, most: int = MOST) -> str:
    kind = document_kind(body)
    assert kind is not None
    return kind.read(BytesIO(body), most)


@pytest.mark.parametrize("format", MAKERS)
def test_whole_text_is_recovered(format: str) -> None:
    """Every line of ten files of a format comes out, in order, each character of it."""
    for place in PLACES:
        assert text_of(MAKERS[format](notice(place))).split("\n") == list(notice(place))


@pytest.mark.parametrize("format", MAKERS)
def test_file_is_read_in_its_own_process(format: str) -> None:
    """A file of each format is read under the limits, whatever its address says, and cut at the most characters."""
    file = read(MAKERS[format](notice("滨海")), ChildLimits(characters=20))
    assert (file.state, file.text) == ("read", notice("滨海")[0][:20])


@pytest.mark.parametrize("format", MAKERS)
def test_damaged_files_are_survived(format: str) -> None:
    """A hundred damaged variants of a file give a text, a reason or another kind; none hangs or returns too much."""
    chance, sound = random.Random(f"damaged {format}"), MAKERS[format](notice("云岭"))
    for _ in range(100):
        body = _damaged(sound, chance)
        kind = document_kind(body)
        if kind is None:
            continue
        try:
            text = kind.read(BytesIO(body), MOST)
        except BaseException:  # noqa: BLE001  as the process that reads does; a panic of calamine is no Exception
            continue
        assert len(text) <= MOST


def _damaged(sound: bytes, chance: random.Random) -> bytes:
    body = bytearray(sound)
    for _ in range(chance.choice((1, 8, 64))):
        body[chance.randrange(len(body))] = chance.randrange(256)
    place = chance.randrange(len(body))
    return bytes(chance.choice((body, body[:place], body[:place] + body[place + chance.randrange(600) :])))


def test_suffixes_of_extraction_are_those_of_the_kinds() -> None:
    """What the extraction of pages lists as readable is what some kind reads: neither may forget the other."""
    named = frozenset(READ_SUFFIXES.replace("docx?", "doc|docx").replace("xlsx?", "xls|xlsx").split("|"))
    assert named == frozenset().union(*(kind.suffixes for kind in KINDS))


def test_rows_of_tables_are_lines() -> None:
    """The cells of a row stand in one line, in spreadsheets and in tables of Word 97; numbers have no idle decimals."""
    rows: Sequence[Sequence[str]] = [("序号", "任务"), ("1", "建成试验场")]
    assert text_of(xlsx(rows)) == text_of(xls(rows)) == "序号 | 任务\n1 | 建成试验场"
    assert text_of(doc("分工表\r序号\x07任务\x07\x071\x07建成试验场\x07\x07")) == "分工表\n序号 | 任务\n1 | 建成试验场"


def test_what_a_field_does_is_no_text() -> None:
    """Of a link in a Word 97 document only the shown words count; pieces of one byte a character are read too."""
    assert text_of(doc("详见\x13 HYPERLINK a.htm \x14方案全文\x15。\rSee page 7\r")) == "详见方案全文。\nSee page 7"


def test_texts_on_one_height_are_one_line() -> None:
    """An OFD page that shows a line in parts gives one line; the next height begins another."""
    body = ofd([("未来产业。", "培育方案")])
    assert text_of(body) == "未来产业。\n培育方案"
    beside = zipped({
        name: content.replace('Boundary="20 28', 'Boundary="40 20') for name, content in _parts(body).items()
    })  # fmt: skip
    assert text_of(beside) == "未来产业。培育方案"


def _parts(body: bytes) -> dict[str, str]:
    import zipfile

    with zipfile.ZipFile(BytesIO(body)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.mark.parametrize("body", [pdf([]), ofd([[], []])], ids=["pdf", "ofd"])
def test_scanned_pages_say_so(body: bytes) -> None:
    """A document of pictures has no text and says why."""
    file = read(body)
    assert (file.state, file.text) == ("unread", None)
    assert "scanned pages" in file.reason


def test_locked_document_says_so() -> None:
    """A Word 97 document under a password fails with that reason, and gives no characters of its cipher."""
    file = read(doc("\r".join(notice("江北")), flags=0x0100))
    assert (file.state, file.text) == ("failed", None)
    assert "password" in file.reason


def test_embedded_workbook_does_not_hide_the_text() -> None:
    """A file is what its first main stream says; slides of 1997 are no kind that is read."""
    assert kind_of(ole({"WordDocument": b"", "Workbook": b""})) == "doc"
    assert kind_of(ole({"Workbook": b"", "WordDocument": b""})) == "spreadsheet"
    assert kind_of(ole({"PowerPoint Document": b""})) is None
    assert "ppt" in read(ole({"PowerPoint Document": b""})).reason


BILLION = "<!DOCTYPE x [<!ENTITY a 'hahahahaha'>" + "".join(
    f"<!ENTITY {chr(97 + n)} '{f'&{chr(96 + n)};' * 10}'>" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("Doc_0/Document.xml", f"{BILLION}]><x>&j;</x>"),
        ("Doc_0/Document.xml", "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><x>&f;</x>"),
        ("Doc_0/Document.xml", "<x>" * 100_000),
        ("Doc_0/Pages/Page_0/Content.xml", " " * 60_000_000),
    ],
    ids=["entities", "outside entity", "depth", "unpacked"],
)
def test_hostile_parts_are_bounded(part: str, content: str) -> None:
    """Entities are not resolved, depth and size have limits: such a file ends as a value without a text."""
    file = read(zipped({**_parts(ofd([notice("望川")])), part: content}), ChildLimits(seconds=5, memory_mb=384))
    assert file.state in {"failed", "unread"}
    assert file.text is None


def test_sheet_that_claims_a_million_columns_ends_in_its_process() -> None:
    """Two cells at the far corners of a sheet do not fill the memory: the reader ends, and the reason is kept."""
    parts = _parts(xlsx([("一",), ("二",)]))
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace('r="2"', 'r="1048576"').replace('r="A2"', 'r="XFD1048576"')
    file = read(zipped(parts), ChildLimits(seconds=5, memory_mb=384))
    assert file.state in {"read", "failed"}
    assert file.reason or file.text
