"""龙讯, the system of 安徽."""

from __future__ import annotations

import re
from functools import partial

from crawler.cms.family import Family
from crawler.cms.list_endpoint import written_endpoint

LABEL = re.compile(r"""["']([^"'\s]*/site/label/\d+\?[^"'\s]*pageIndex=1\b[^"'\s]*)["']""")

FAMILY = Family(
    name="longxun",
    recognised_by=r"/(?:public/\d+|[a-z]+/[a-z]+)/\d{7,9}\.html$",
    listing_paths=(r"/public/column/\d+$", r"/site/(?:label|tpl)/\d+$"),
    vague_traces={"site label": (r"/site/label/\d+", r"interfacesWebZcwj")},
    endpoint=partial(written_endpoint, LABEL),
)
