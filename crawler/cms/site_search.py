"""A system's own search: how its pages write the address of it, and what is asked there instead. Nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from crawler.cms.list_endpoint import JSON_BODY, ListEndpoint

QUERY = "{query}"  # stands for the words in the address and the body of a search
SEARCH_ROWS = 20  # rows to ask for
Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSearch:
    """A search application: the shape of its addresses, and the request whose answer is a list of rows."""

    path: str
    """A regular expression for the address, as pages write it for their search box."""
    request: Callable[[str, Parameters], ListEndpoint | None]
    """Builds the request, newest rows first, `{query}` for the words, from an address and its parameters; None where
    they do not say which site is meant."""


def parameters_of(url: str) -> dict[str, str]:
    """Return the parameters of an address; of one that is given twice the first."""
    return dict(reversed(parse_qsl(urlsplit(url).query, keep_blank_values=True)))


def written_query(pairs: Mapping[str, object]) -> str:
    """Return parameters as they stand in an address or a form, `{query}` left as it is."""
    return urlencode(pairs).replace(quote(QUERY), QUERY)


def asking(search: ListEndpoint, words: str) -> ListEndpoint:
    """Return the request of a search for words."""
    quoted = quote(words, safe="")
    body = json.dumps(words)[1:-1] if dict(search.headers) == JSON_BODY else quoted
    return replace(search, url=search.url.replace(QUERY, quoted), body=search.body.replace(QUERY, body))
