"""新华网, whose columns keep their rows in files of static JSON."""

from __future__ import annotations

import re
from functools import partial

from crawler.cms.family import DATE, EXT, HASH, Family
from crawler.cms.list_endpoint import written_endpoint

ROWS = re.compile(rf"""["']([^"'\s]*/ds_{HASH}\.json)["']""")

FAMILY = Family(
    name="xinhua",
    recognised_by=rf"/{DATE}/{HASH}/c\.html$",
    article_paths=(r"/[0-9a-f]{24,40}/c\.html$", rf"/c_\d{{6,}}{EXT}$"),
    containers=frozenset({"p-detail"}),
    traces={"static JSON": (rf"/ds_{HASH}\.json",)},
    endpoint=partial(written_endpoint, ROWS),
)
