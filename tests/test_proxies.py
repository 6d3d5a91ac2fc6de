"""One rule says which address is asked through which proxy, whatever form the variables have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.network.proxies import NOT_FOR_PORTALS, SOCKS_KINDS, proxies_in

PROXY = {"all_proxy": "http://p.example:3128"}


def way(url: str, **environment: str) -> str:
    """Return the variable that an address goes by, empty for directly."""
    proxy = proxies_in(environment, unusable={}).of(url)
    return proxy.variable if proxy else ""


def test_each_scheme_has_its_variable() -> None:
    """A scheme's own variable is stronger than the one for all, and the lower case stronger than capitals."""
    both = {"HTTP_PROXY": "a:1", "http_proxy": "b:2", "ALL_PROXY": "c:3"}
    assert proxies_in(both, unusable={}).by_scheme["http"].url == "http://b:2"
    assert way("http://x.example/", **both) == "http_proxy"
    assert way("https://x.example/", **both) == "ALL_PROXY"
    assert way("https://x.example/", HTTP_PROXY="a:1") == ""
    assert way("http://x.example/", HTTP_PROXY="a:1", http_proxy="") == ""


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("127.0.0.1:7890", "http://127.0.0.1:7890"),
        ("http://p.example:3128/", "http://p.example:3128"),
        (" HTTP://P.example:3128 ", "http://p.example:3128"),
        ('"http://p.example:3128"', "http://p.example:3128"),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
        ("http://me:p%40ss@p.example", "http://me:p%40ss@p.example"),
        ("http://me:口令@p.example", "http://me:%E5%8F%A3%E4%BB%A4@p.example"),
        ("me@p.example:1", "http://me@p.example:1"),
        ("https://p.example:443", "https://p.example:443"),
        ("socks5://127.0.0.1:7890", "socks5://127.0.0.1:7890"),
        ("socks://127.0.0.1:7890/", "socks5://127.0.0.1:7890"),
        ("SOCKS5H://p.example:1", "socks5h://p.example:1"),
    ],
)
def test_addresses_of_proxies(value: str, url: str) -> None:
    """Every form that other programs take is taken; the address shows nowhere, for it may hold a password."""
    proxies = proxies_in({"ALL_PROXY": value}, unusable={})
    assert proxies.by_scheme["https"].url == url
    assert proxies.faults == ()
    assert url not in repr(proxies)


@pytest.mark.parametrize(
    "value",
    ["socks4://h:1", "ftp://h:1", "http://", "http://:3128", "http://h:port", "http://h:99999", "http://[::1", "/run/x",
     "http://h：3128", "://", "http://a b:1", "javascript://h", "@", "http://u:secret@"],
)  # fmt: skip
def test_unusable_variables_are_faults(value: str) -> None:
    """What names no proxy is as if it were not set; the fault names the variable and never its value."""
    proxies = proxies_in({"HTTPS_PROXY": value, "ALL_PROXY": "http://good:1"}, unusable={})
    (fault,) = proxies.faults
    assert fault.startswith("HTTPS_PROXY ")
    assert fault.endswith("write http://HOST:PORT; it is ignored")
    assert "secret" not in fault
    assert proxies.by_scheme["https"].variable == "ALL_PROXY"


def test_kinds_that_cannot_be_used_are_faults() -> None:
    """SOCKS without its package, and any kind that Twisted does not speak to, are told as that."""
    environment = {"ALL_PROXY": "socks5://127.0.0.1:7890", "HTTPS_PROXY": "https://p.example"}
    assert proxies_in(environment, unusable=dict.fromkeys(SOCKS_KINDS, "it needs more")).faults == (
        "ALL_PROXY names a proxy of kind socks5, and it needs more: write http://HOST:PORT; it is ignored",
    )
    assert len(proxies_in(environment, unusable=NOT_FOR_PORTALS).faults) == 2
    assert proxies_in(environment, unusable=NOT_FOR_PORTALS).by_scheme == {}


@pytest.mark.parametrize(
    ("exempt", "direct", "through"),
    [
        ("gov.cn", ["gov.cn", "www.gov.cn", "WWW.GOV.CN", "www.gov.cn."], ["notgov.cn", "gov.cn.example"]),
        (".gov.cn", ["gov.cn", "www.gov.cn"], ["notgov.cn"]),
        ("*.gov.cn", ["gov.cn", "www.gov.cn"], ["notgov.cn"]),
        ("gov.cn:8080", ["gov.cn:8080", "www.gov.cn:8080"], ["gov.cn", "gov.cn:80"]),
        ("https://gov.cn/", ["gov.cn"], ["a.example"]),
        ("10.0.0.0/8", ["10.1.2.3"], ["11.0.0.1", "ten.example"]),
        ("10.1.2.3:80", ["10.1.2.3"], ["10.1.2.3:81"]),
        ("192.168.*", ["192.168.3.4"], ["192.169.3.4"]),
        ("fd00::/8", ["[fd12::1]"], ["[fe80::1]", "10.0.0.1"]),
        ("[fd12::1]", ["[fd12::1]", "[fd12:0::1]"], ["[fd12::2]"]),
        ("[fd12::1]:81", ["[fd12::1]:81"], ["[fd12::1]"]),
        ("fd12::1", ["[fd12::1]:81"], ["[fd12::2]"]),
        ("*", ["a.example", "10.0.0.1", "[fd12::1]"], []),
        ("a.example, b.example;c.example\td.example", [f"{x}.example" for x in "abcd"], ["e.example"]),
        ("示例.中国", ["www.示例.中国", "示例.中国".encode("idna").decode()], ["中国.example"]),
        ("10.0.0.0/99,,:,[,],::,*.,., ,a.example", ["a.example"], ["b.example", "10.0.0.1"]),
    ],
)
def test_exempt_hosts(exempt: str, direct: list[str], through: list[str]) -> None:
    """NO_PROXY takes names and what lies under them, addresses, networks, ports; what is none of these does no harm."""
    assert [host for host in direct if way(f"http://{host}/", NO_PROXY=exempt, **PROXY)] == []
    assert [host for host in through if not way(f"http://{host}/", NO_PROXY=exempt, **PROXY)] == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1:81", "[::1]", "a.localhost", "0.0.0.0"])
def test_this_machine_is_asked_directly(host: str) -> None:
    """A proxy would look for it at itself."""
    assert way(f"http://{host}/", **PROXY) == ""


@given(
    st.dictionaries(st.sampled_from(["http_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]), st.text()),
    st.text(),
)
def test_no_environment_raises(environment: dict[str, str], url: str) -> None:
    """Whatever stands in the variables or an address, there is a way or none, and no exception."""
    proxies = proxies_in(environment, unusable={})
    for address in (url, f"http://{url}", "https://a.example/"):
        assert proxies.of(address) is None or proxies.of(address) in proxies.by_scheme.values()
