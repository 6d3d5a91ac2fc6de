"""Extract the article from a page, boilerplate removed. No I/O, no clock."""

from crawler.extract.framed import has_frame, holds_text, text_frames
from crawler.extract.text_kind import TextKind, file_kind, text_kind
from crawler.extract.whole import dissect, extract, may_need_more

__all__ = [
    "TextKind",
    "dissect",
    "extract",
    "file_kind",
    "has_frame",
    "holds_text",
    "may_need_more",
    "text_frames",
    "text_kind",
]
