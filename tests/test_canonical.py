"""canonical_url: one address for all variants of an address."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.canonical import canonical_url

LABEL = st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True)
# Names that a mirror or an index page would bear are variants by design.
FOLDER = LABEL.filter(
    lambda name: name not in {"index", "default", "gate", "mip", "amp", "wap", "h5", "mobile", "mpost"}
)
HOST = st.builds(lambda name, zone: f"{name}.{zone}", FOLDER, st.sampled_from(["gov.cn", "example.org", "cn"]))
PATH = st.lists(FOLDER, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
PARAMETERS = st.dictionaries(
    LABEL.filter(lambda name: not name.startswith(("from", "scene", "spm", "share", "utm", "hm"))),
    st.text("abc123中", max_size=5), max_size=3,
)  # fmt: skip


@given(HOST, PATH, PARAMETERS)
def test_variants_have_one_address(host: str, path: str, parameters: dict[str, str]) -> None:
    """Scheme, www, port, tracking parameters, their order and a fragment make no difference."""
    pairs = [f"{name}={quote(value)}" for name, value in parameters.items()]
    one = f"http://{host}{path}/?{'&'.join(pairs)}"
    shared = "&".join(["utm_source=weixin", *reversed(pairs), "from=timeline"])
    assert canonical_url(one) == canonical_url(f"https://www.{host}:443{path}/index.html?{shared}#top")


@given(
    st.one_of(st.text(max_size=60), st.builds(lambda h, p, q: f"https://{h}{p}?{q}", HOST, PATH, st.text(max_size=20)))
)
def test_canonical_address_is_its_own(url: str) -> None:
    """Whatever is given, the canonical form of a canonical address is itself."""
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(HOST, PATH, PATH)
def test_other_paths_stay_apart(host: str, path: str, other: str) -> None:
    """Two pages of a host keep two addresses."""
    assert (canonical_url(f"http://{host}{path}.html") == canonical_url(f"http://{host}{other}.html")) == (
        path == other
    )


@pytest.mark.parametrize(
    "variant",
    [
        "https://www.example.gov.cn/a/t1.html",
        "http://m.example.gov.cn/a/t1.html",
        "http://wap.example.gov.cn/a/t1.html?from=singlemessage&isappinstalled=0",
        "http://example.gov.cn/m/a/t1.html",
        "http://example.gov.cn//a/t1.html#comments",
        "http://EXAMPLE.gov.cn:80/a/t1.html;jsessionid=0A1B2C",
        "http://big5.example.gov.cn/gate/big5/www.example.gov.cn/a/t1.html",
        "https://big5.www.example.gov.cn/gate/big5/example.gov.cn/a/t1.html",
        "https://example.gov.cn/a/t%31.html",
    ],
)
def test_mirror_of_a_portal(variant: str) -> None:
    """Phone hosts and folders, the traditional-script gate, sessions and escapes lead to the portal's own page."""
    assert canonical_url(variant) == "http://example.gov.cn/a/t1.html"


def test_phone_page_of_the_guangdong_system() -> None:
    """mpost_1.html is post_1.html for phones."""
    assert canonical_url("http://x.gov.cn/gkmlpt/content/4/mpost_41.html").endswith("/content/4/post_41.html")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.gov.cn/show?id=1", "http://x.gov.cn/show?id=2"),
        ("http://a.gov.cn/t.html", "http://b.gov.cn/t.html"),
        ("http://m.cn/t.html", "http://cn/t.html"),
        ("http://x.gov.cn/list_1.html", "http://x.gov.cn/list_2.html"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    ],
)
def test_what_is_no_variant(one: str, other: str) -> None:
    """Another id, host, page number or port is another page."""
    assert canonical_url(one) != canonical_url(other)
