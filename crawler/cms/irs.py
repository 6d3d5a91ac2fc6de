"""IRS, the search server of 贵州, 重庆 and the tax offices: a JSON query whose tenant and table stand on the page."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from crawler.cms.family import Family
from crawler.cms.list_endpoint import JSON_BODY, ROWS_ASKED_FOR, ListEndpoint, value_of
from crawler.cms.site_search import QUERY, SEARCH_ROWS, Parameters, SiteSearch
from storage.records import Page

SEARCH = re.compile(r"""["']([^"'\s]*/irs/front/(?:list|search))["'?]""")
NEWEST_FIRST = [{"sortField": "save_time", "sortOrder": "DESC"}]


def endpoint(text: str, page: Page) -> ListEndpoint | None:
    """Return the query for the newest rows of the page's table."""
    where, tenant, table = SEARCH.search(text), value_of(text, "tenantId"), value_of(text, "tableName")
    if where is None or not tenant or not table:
        return None
    table_of_tenant = {"tenantId": tenant, "tableName": table, "searchFields": []}
    query = {"pageNo": 1, "pageSize": ROWS_ASKED_FOR, **table_of_tenant, "sorts": NEWEST_FIRST}
    body = json.dumps(query, ensure_ascii=False)
    return ListEndpoint(url=urljoin(page.final_url, where[1]), method="POST", body=body, headers=JSON_BODY)


def search(url: str, said: Parameters) -> ListEndpoint | None:
    """Return the request of the search page; without an order and a place to search it answers with an error."""
    if not said.get("code") or not said.get("dataTypeId"):
        return None
    query = {"code": said["code"], "dataTypeId": said["dataTypeId"], "searchWord": QUERY, "pageNo": 1,
             "pageSize": SEARCH_ROWS, "orderBy": "time", "searchBy": "all", "granularity": "ALL", "isSearchForced": 0,
             "filters": []}  # fmt: skip
    where = urljoin(url, "/irs/front/search")
    return ListEndpoint(url=where, method="POST", body=json.dumps(query), headers=JSON_BODY)


FAMILY = Family(
    name="irs",
    vague_traces={"irs": (r"/irs/front/",)},
    endpoint=endpoint,
    searches=(SiteSearch(path=r"/irs-c-web/|/irs-common-search/|/irs/front/search\b", request=search),),
)
