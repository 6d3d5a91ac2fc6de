"""拓尔思 TRS, the system of most provinces, with its search servers WAS and IGS."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin

from crawler.cms.family import DATE, EXT, Family
from crawler.cms.list_endpoint import FORM, ROWS_ASKED_FOR, ListEndpoint, value_of, written_endpoint
from crawler.text.address_days import DAY, MONTH, YEAR
from storage.records import Page

WAS = re.compile(r"""["']([^"'\s?]*/(?:fjdzapp/search|was5/web/search))""")
IGS = re.compile(r"""["']([^"'\s]*/igs/front/search/list\.html\?[^"'\s]+)["']""")


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the form that a page sends to WAS (福建), with its channel and filter; else its address of IGS."""
    where, channel, filter_ = WAS.search(text), value_of(text, "channelid"), value_of(text, "classsql")
    if where is None or not channel or not filter_:
        return written_endpoint(IGS, text, page)
    order = "-docorder,-docreltime"
    pairs = {"channelid": channel, "classsql": filter_, "sortfield": order, "page": "1", "prepage": str(ROWS_ASKED_FOR)}
    return ListEndpoint(url=urljoin(page.final_url, where[1]), method="POST", body=urlencode(pairs), headers=FORM)


FAMILY = Family(
    name="trs",
    recognised_by=rf"/t{DATE}_\d+\.s?html?$",
    article_paths=(rf"/t{YEAR}{MONTH}{DAY}_\d+{EXT}$",),
    containers=frozenset({"trs_editor", "trs_editor_view", "trs_paper_default", "trs_ueditor"}),
    vague_traces={"igs": (r"/igs/front/",), "was5": (r"/was5/web/search", r"/fjdzapp/search")},
    endpoint=endpoint,
)
