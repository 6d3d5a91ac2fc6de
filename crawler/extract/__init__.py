"""Extract the article from a page, boilerplate removed. No I/O, no clock."""

from crawler.extract.article import extract

__all__ = ["extract"]
