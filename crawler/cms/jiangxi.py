"""The system of 江西, which posts the parameters of an inline script to /queryList."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

from crawler.cms.family import Family
from crawler.cms.list_endpoint import FORM, ROWS_ASKED_FOR, ListEndpoint, value_of, values_of
from storage.records import Page


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the request for the rows of the channels that the script names."""
    channels, sites = values_of(text, "channelCode"), values_of(text, "webSiteCode")
    if not channels or not sites:
        return None
    size = value_of(text, "pageSize") or value_of(text, "perPage") or str(ROWS_ASKED_FOR)
    pairs = [("current", "1"), ("pageSize", size), ("sort", "sortNum"), ("order", "desc")]
    pairs += [("unitid", unit)] if (unit := value_of(text, "unitid")) else []
    pairs += [("webSiteCode[]", site) for site in sites] + [("channelCode[]", channel) for channel in channels]
    return ListEndpoint(url=urljoin(page.final_url, "/queryList"), method="POST", body=urlencode(pairs), headers=FORM)


FAMILY = Family(
    name="jiangxi",
    traces={"queryList": (r"/queryList\b", r"\bloadPageData\s*\(")},
    endpoint=endpoint,
)
