"""Small files as portals attach them, made for tests: one function for each format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from struct import pack, pack_into
from xml.sax.saxutils import escape

SIZE = 12  # points between lines are twice this


def pdf(lines: Sequence[str]) -> bytes:
    """Return a PDF of one page that shows these lines, its characters mapped to Unicode as printers do."""
    shown = "\n".join(
        f"BT /F1 {SIZE} Tf 50 {780 - 2 * SIZE * n} Td <{line.encode('utf-16-be').hex()}> Tj ET"
        for n, line in enumerate(lines)
    )
    characters = sorted(set("".join(lines)))
    mapping = "\n".join(f"<{ord(c):04x}> <{ord(c):04x}>" for c in characters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{mapping}\nendbfchar endcmap end end"
    )
    return _file([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        _stream(shown),
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H"
        " /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(cmap),
    ])  # fmt: skip


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _file(objects: Sequence[str]) -> bytes:
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = out.tell()
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def docx(paragraphs: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a Word document of paragraphs, a table of these rows after the first one."""
    from docx import Document

    document = Document()
    document.add_paragraph(paragraphs[0])
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    for paragraph in paragraphs[1:]:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(parts: Mapping[str, str]) -> bytes:
    """Return a ZIP of text parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


def xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook with one sheet of these rows."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    cells = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' for c, value in enumerate(row)
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    return zipped({
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="任务" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1"'
        f' Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    })  # fmt: skip


def ofd(pages: Sequence[Sequence[str]]) -> bytes:
    """Return an OFD document; a page without lines shows a picture."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    parts = {
        "OFD.xml": f"<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {name}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for n, lines in enumerate(pages):
        texts = "".join(
            f'<ofd:TextObject Boundary="20 {20 + 8 * k} 150 6" Size="5">'
            f'<ofd:TextCode X="0" Y="5">{escape(line)}</ofd:TextCode></ofd:TextObject>'
            for k, line in enumerate(lines)
        )
        layer = texts or '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="9"/>'
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {name}><ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped(parts)


def pptx(slides: Sequence[Sequence[str]]) -> bytes:
    """Return slides of these lines; their parts are numbered backwards, as after a slide was moved."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    numbers = range(len(slides), 0, -1)
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in numbers)
    links = "".join(f'<Relationship Id="r{n}" Type="{office}/slide" Target="slides/slide{n}.xml"/>' for n in numbers)
    parts = {
        "ppt/presentation.xml": f'<p:presentation {names} xmlns:r="{office}"><p:sldIdLst>{ids}</p:sldIdLst>'
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": "<Relationships"
        f' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>',
    }
    for n, lines in zip(numbers, slides, strict=True):
        said = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
        parts[f"ppt/slides/slide{n}.xml"] = f"<p:sld {names} {drawing}><p:cSld>{said}</p:cSld></p:sld>"
    return zipped(parts)


def rtf(lines: Sequence[str]) -> bytes:
    """Return a Rich Text file as Chinese programs write it: GBK bytes in hexadecimal, fonts said to be western."""
    said = "\\par\n".join(
        "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in line.encode("gbk")) for line in lines
    )
    return f"{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset0 SimSun;}}}}\\f0 {said}\\par}}".encode()


def doc(text: str, *, flags: int = 0) -> bytes:
    """Return a Word 97 document in two pieces: two bytes a character, then one byte where the end is ASCII."""
    half = next((n for n in range(len(text)) if text[n:].isascii()), len(text) // 2)
    first, rest = text[:half].encode("utf-16-le"), text[half:]
    is_narrow = rest.isascii()
    start = 0x600
    second = start + len(first)
    header = bytearray(start)
    pack_into("<HH", header, 0, 0xA5EC, 0xC1)
    pack_into("<H", header, 0x0A, 0x0200 | flags)
    pack_into("<I", header, 0x4C, len(text))
    pieces = pack("<III", 0, half, len(text))
    pieces += pack("<HIH", 0, start, 0) + pack("<HIH", 0, second * 2 | 1 << 30 if is_narrow else second, 0)
    clx = b"\x01" + pack("<H", 4) + bytes(4) + b"\x02" + pack("<I", len(pieces)) + pieces
    pack_into("<II", header, 0x01A2, 32, len(clx))
    body = rest.encode("cp1252") if is_narrow else rest.encode("utf-16-le")
    return ole({"1Table": bytes(32) + clx, "WordDocument": bytes(header) + first + body})


def xls(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook of Excel 97 with one sheet of these rows."""
    name = "任务"
    sheet = _record(0x0809, pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            written = pack("<HHHHB", r, c, 0, len(value), 1) + value.encode("utf-16-le")
            sheet += _record(0x0204, written)
    sheet += _record(0x000A, b"")
    start = _record(0x0809, pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    entry = pack("<BBBB", 0, 0, len(name), 1) + name.encode("utf-16-le")
    place = len(start) + 4 + 4 + len(entry) + 4
    return ole({
        "Workbook": start + _record(0x0085, pack("<I", place) + entry) + _record(0x000A, b"") + sheet
    })  # fmt: skip


def _record(kind: int, content: bytes) -> bytes:
    return pack("<HH", kind, len(content)) + content


def ole(streams: Mapping[str, bytes]) -> bytes:
    """Return a file of streams as Office 97 writes it; each is so long that it has sectors of its own."""
    sector, end, none = 512, 0xFFFFFFFE, 0xFFFFFFFF
    stored, chain, entries = b"", list[int](), list[tuple[str, int, int]]()
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        padded += bytes(-len(padded) % sector)
        entries.append((name, len(chain), len(padded)))
        count = len(padded) // sector
        chain += [*range(len(chain) + 1, len(chain) + count), end]
        stored += padded
    directory = len(chain)
    sectors = -(-(len(entries) + 1) * 128 // sector)
    chain += [*range(directory + 1, directory + sectors), end]
    tables = next(n for n in range(1, 100) if n * 128 >= len(chain) + n)
    first_table = len(chain)
    chain += [0xFFFFFFFD] * tables
    chain += [none] * (tables * 128 - len(chain))
    rows = [_entry("Root Entry", 5, child=1, start=end, size=0)]
    for n, (name, start, size) in enumerate(entries, 1):
        rows.append(_entry(name, 2, right=n + 1 if n < len(entries) else none, start=start, size=size))
    listed = b"".join(rows).ljust(sectors * sector, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += pack("<IIIIIIIII", 0, tables, directory, 0, 4096, end, 0, end, 0)
    header += b"".join(pack("<I", first_table + n if n < tables else none) for n in range(109))
    return header + stored + listed + pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, *, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, right, child)
    return head + bytes(36) + pack("<IQ", start, size)


MAKERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "pdf": pdf,
    "docx": docx,
    "doc": lambda lines: doc("\r".join(lines) + "\r"),
    "ofd": lambda lines: ofd([lines[:2], lines[2:]]),
    "xlsx": lambda lines: xlsx([[line] for line in lines]),
    "xls": lambda lines: xls([[line] for line in lines]),
    "rtf": rtf,
    "pptx": lambda lines: pptx([lines[:2], lines[2:]]),
}
