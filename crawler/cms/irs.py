"""IRS, the search server of 贵州, 重庆 and the tax offices: a JSON query whose tenant and table stand on the page."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from crawler.cms.family import Family
from crawler.cms.list_endpoint import JSON_BODY, ROWS_ASKED_FOR, ListEndpoint, value_of
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


FAMILY = Family(name="irs", vague_traces={"irs": (r"/irs/front/",)}, endpoint=endpoint)
