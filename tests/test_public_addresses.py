"""Which addresses a portal's links may lead to: those of the public internet, in whatever way they are written."""

from __future__ import annotations

import json

import pytest

from conftest import Futurewatch
from crawler.network.public_addresses import is_public
from local_portal import LocalPortal, listing_page

PUBLIC = """
1.1.1.1 59.255.0.1 223.5.5.5 172.32.0.1 100.63.255.255 100.128.0.1 192.0.1.1 198.20.0.1 11.0.0.1 169.253.1.1
2400:3200::1 2408:8000::1 2606:4700::1111 2a00:1450:4001:81b::200e
64:ff9b::1.1.1.1 ::ffff:1.1.1.1 2002:101:101::1
"""
NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.0.23
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::10.0.0.1 ::1.1.1.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1
64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1
2001:db8::1 2002:7f00:1::1 2002:a00:1::1 2002:c0a8:101::1 2002:a9fe:a9fe::1 3fff::1 4000::1 5f00::1 fc00::1
fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 feff::1 ff02::1 ff0e::1
"""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public_address(address: str) -> None:
    """An address of the internet may be asked, also one that a network of IPv6 alone reaches by NAT64."""
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_address_that_is_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved, multicast: also inside IPv6, and key servers of clouds."""
    assert not is_public(address)


HOSTS = """
127.0.0.1 2130706433 0x7f.1 0177.0.0.1 127.1 0 [::1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::]
[fec0::1] localhost localhost.
"""


def test_links_to_the_machine_itself(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """However an address of this machine is written, nothing is asked of it while private networks are closed."""
    port = portal.url.rpartition(":")[2]
    sources = "".join(SOURCE.format(number=number, host=host, port=port) for number, host in enumerate(HOSTS.split()))
    futurewatch.configure(LocalPortal(url=f"http://127.0.0.1:{port}"), more=sources)
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace("allow_private_networks = true", ""), encoding="utf-8")
    portal.serve("/zwgk/", listing_page([("/a.html", "关于印发工作要点的通知", "2026-03-18")]))
    runs = json.loads(futurewatch.run("crawl", "--json", code=1))
    assert len(runs) == len(HOSTS.split()) + 1
    assert {(run["outcome"], run["listed"]) for run in runs} == {("error", 0)}
    assert {run["cause"] for run in runs} <= {"private", "dns", "robots"}, runs
    assert portal.log == []


SOURCE = """
[[source]]
id = "host-{number}"
name = "某市人民政府"
region = "460100"
level = "city"
kind = "government"
listings = ["http://{host}:{port}/zwgk/"]
"""
