"""Define a source's own rules for its listing pages, for when the general rules fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRules:
    """Where the parts of a listing stand; what is empty is left to the general rules.

    `format` names the format that is asked first whether it knows the page (`crawler/listing/formats/`).
    In HTML these are CSS selectors: `link` finds the links of the rows, `title` and `date` are looked up in the row,
    which is the largest element around a link without another one, and `next` finds the link to the next page.
    In JSON `rows` is the path to the array of rows, keys separated by dots, and `link`, `title` and `date` are such
    paths within a row. Where the rows have an id and no address, `link` is the address of an article with the key in
    braces: `https://www.gd.gov.cn/detail?id={noticeId}`; `rows` may then be left out.
    """

    format: str = ""
    link: str = ""
    title: str = ""
    date: str = ""
    next: str = ""
    rows: str = ""
