"""The system of 广东, with gkmlpt, the platform of its open catalogues."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.cms.family import EXT, Family
from crawler.cms.list_endpoint import ListEndpoint
from storage.records import Page

SITE = re.compile(r"[\"']?\bSID[\"']?\s*[:=]\s*[\"']?(\d+)")
CATEGORY_IN_ADDRESS = re.compile(r"gkmlpt/index[^\"'\s]*#(\d+)")
CATEGORY = re.compile(r"[\"']?\b(?:CATE_ID|CATEGORY_ID|category_?id)[\"']?\s*[:=]\s*[\"']?(\d+)", re.IGNORECASE)


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the request of gkmlpt: the site's number stands in `_CONFIG`, the category in the address or there too."""
    if "gkmlpt" not in text + page.final_url:
        return None
    site, category = SITE.search(text), CATEGORY_IN_ADDRESS.search(page.url) or CATEGORY.search(text)
    if site is None or category is None:
        return None
    return ListEndpoint(url=urljoin(page.final_url, f"/gkmlpt/api/all/{category[1]}?page=1&sid={site[1]}"))


FAMILY = Family(
    name="nfcms",
    recognised_by=r"/content/(?:m?post_\d+|\d+/\d+/m?post_\d+)\.html$",
    article_paths=(rf"/m{{0,2}}post_\d+{EXT}$",),
    listing_paths=(r"/gkmlpt/index$",),
    traces={"gkmlpt": (r"window\._CONFIG\s*=", r"/gkmlpt/api/")},
    endpoint=endpoint,
)
