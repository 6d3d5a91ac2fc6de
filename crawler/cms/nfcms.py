"""The system of 广东, with gkmlpt, the platform of its open catalogues."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from crawler.cms.family import EXT, Family
from crawler.cms.list_endpoint import JSON_BODY, ListEndpoint
from crawler.cms.site_search import QUERY, Parameters, SiteSearch
from storage.records import Page

SITE_OF_SEARCH = re.compile(r"/search/\w+/(\d+)")
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


def search(url: str, _: Parameters) -> ListEndpoint | None:
    """Return the request for the rows of a site in the search of 广东, whose addresses end with the site's number."""
    site = SITE_OF_SEARCH.search(url)
    if site is None:
        return None
    query = {"site_id": site[1], "keywords": QUERY, "range": "site", "position": "all", "page": 1, "sort": "time"}
    where = urljoin(url, "/api/search/all")
    return ListEndpoint(url=where, method="POST", body=json.dumps(query), headers=JSON_BODY)


FAMILY = Family(
    name="nfcms",
    recognised_by=r"/content/(?:m?post_\d+|\d+/\d+/m?post_\d+)\.html$",
    article_paths=(rf"/m{{0,2}}post_\d+{EXT}$",),
    listing_paths=(r"/gkmlpt/index$",),
    traces={"gkmlpt": (r"window\._CONFIG\s*=", r"/gkmlpt/api/")},
    endpoint=endpoint,
    searches=(SiteSearch(path=r"//search\.[\w.-]+/search/(?:all|local_msg|file)/\d+", request=search),),
)
