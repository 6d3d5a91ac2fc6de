"""Extract the article from a page, boilerplate removed. No I/O, no clock."""

from crawler.extract.whole import dissect, extract, may_need_more

__all__ = ["dissect", "extract", "may_need_more"]
