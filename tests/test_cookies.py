"""Cookies of portals, without a word to anybody else."""

from __future__ import annotations

import socket

import pytest
from scrapy.downloadermiddlewares import cookies

from conftest import Futurewatch, path_of, publish
from crawler.network.cookies import LocalCookiesMiddleware
from local_portal import LocalPortal, listing_page
from scheduler.demo.samples import GOVERNMENT


def test_public_suffixes_are_known_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cookie for gov.cn is no portal's; whether it is one is asked of nobody."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a name is looked up")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert issubclass(LocalCookiesMiddleware, cookies.CookiesMiddleware)
    assert cookies._is_public_domain("gov.cn")
    assert not cookies._is_public_domain("hainan.gov.cn")


def test_session_cookie_is_sent_back(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A portal that sets a cookie with its listing gets it with the articles."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    rows = [(path_of(one), one.title, one.day) for one in GOVERNMENT[:2]]
    portal.serve("/zwgk/", listing_page(rows), headers={"Set-Cookie": "session=1; Path=/"})
    futurewatch.crawl()
    assert [one.headers.get("cookie") for one in portal.asked(path_of(GOVERNMENT[0]))] == ["session=1"]
