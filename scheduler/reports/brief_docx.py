"""Write a brief as a Word document: on A4, or in an own document with its letterhead and its styles."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from crawler.text.addresses import web_address
from scheduler.reports.brief import Brief, BriefEntry
from scheduler.reports.gist import figures_of, gist_of
from scheduler.review.wording import minute

FONT, HEADING_FONT = "宋体", "黑体"  # what Chinese offices have on every machine
MARGIN_CM = 2.0
COLUMNS = (("地区", 2.0), ("发布环节", 1.9), ("政策与发文机关", 9.4), ("主要目标", 3.7))  # widths in cm: 17 of A4
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML 1.0 cannot hold


def as_docx(brief: Brief, template: Path | None = None) -> bytes:
    """Return a brief as a Word document; it follows what a template already holds, in the template's styles."""
    document = Document(str(template)) if template else _blank()
    period = brief.period
    document.add_heading(f"{brief.title}　{period.name}", level=1)
    document.add_paragraph(f"{period.shown}（北京时间），{minute(brief.made_at)} 生成")
    document.add_paragraph("　".join(f"{n} {v}{f'（{b}）' if b else ''}" for n, v, b in figures_of(brief)))
    document.add_heading("要点", level=2)
    document.add_paragraph(_text(gist_of(brief)))
    if brief.entries:
        document.add_heading("新发布的政策", level=2)
        _policies(document, brief)
    _listed(document, "更新", ((one.announcement.policy_title, one.citation.url, one.latest) for one in brief.changed))
    _listed(document, "近期截止", ((str(row["policy_title"]), "", str(row["day"])) for row in brief.deadlines))
    _listed(document, "撤回", ((one.title, "", one.reason) for one in brief.rejected))
    if brief.rising:
        document.add_heading("上升词", level=2)
        document.add_paragraph("、".join(f"{_text(one.word)}（{one.now}，此前 {one.before}）" for one in brief.rising))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _blank() -> WordDocument:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    for name, font, size in (("Normal", FONT, 10.5), ("Heading 1", HEADING_FONT, 18), ("Heading 2", HEADING_FONT, 13)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = font, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
    return document


def _policies(document: WordDocument, brief: Brief) -> None:
    """Add the table of the new policies, a line for each; its head stands on every page."""
    table = document.add_table(rows=1, cols=len(COLUMNS))
    if "Table Grid" in {style.name for style in document.styles if style.type == WD_STYLE_TYPE.TABLE}:
        table.style = "Table Grid"
    table.autofit = False
    head = table.rows[0]
    for cell, (name, _) in zip(head.cells, COLUMNS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for group in brief.fresh:
        for entry in group.entries:
            _policy(table.add_row().cells, entry)
    _set_widths(table)


def _policy(cells: Sequence[_Cell], entry: BriefEntry) -> None:
    said = entry.announcement
    cells[0].text = said.region.name if said.region else "地区不明"
    cells[1].text = said.act or ""
    _link(cells[2].paragraphs[0], said.policy_title, entry.citation.url)
    below = "　".join(filter(None, ["、".join(said.issuers), entry.citation.document_number, said.first_published_at and
                                    minute(said.first_published_at)]))  # fmt: skip
    run = cells[2].add_paragraph().add_run(_text(below))
    run.font.size = Pt(9)
    cells[3].text = _text(entry.goal)


def _set_widths(table: Table) -> None:
    """Set the width of each cell: Word reads the columns', LibreOffice the cells'."""
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _listed(document: WordDocument, heading: str, rows: Iterable[tuple[str, str, str]]) -> None:
    """Add a section of lines: a title, its address, and what is said of it; nothing without any."""
    rows = list(rows)
    if rows:
        document.add_heading(heading, level=2)
    for title, url, more in rows:
        paragraph = document.add_paragraph("· ")
        _link(paragraph, title, url)
        paragraph.add_run(_text(f"：{more}"))


def _link(paragraph: Paragraph, text: str, url: str) -> None:
    """Add a text that leads to an address, or the text alone where the address is not that of a web page."""
    run = paragraph.add_run(_text(text))
    address = web_address(url)
    if not address:
        return
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run.font.color.rgb = RGBColor(0x1F, 0x5C, 0x57)
    paragraph._p.append(link)  # type: ignore[arg-type]  # docx types what it expects, lxml takes any
    link.append(run._r)


def _text(text: str) -> str:
    return UNWRITABLE.sub("", text)
