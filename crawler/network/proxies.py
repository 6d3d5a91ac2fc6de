"""Choose the proxy for a web address, as the environment says. One rule for portals, endpoints and heartbeat.

`http_proxy` serves http addresses, `https_proxy` https addresses, `all_proxy` those without one of their own; either
case of a name counts, the lower wins. Hosts in `no_proxy` are asked directly, and so is this machine itself. A variable
that cannot be used is as if it were not set, and a fault says so: the environment must not stop a message.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, unquote, urlsplit

SOCKS_KINDS = frozenset({"socks5", "socks5h"})
PROXY_KINDS = frozenset({"http", "https"}) | SOCKS_KINDS
NOT_FOR_PORTALS = dict.fromkeys(PROXY_KINDS - {"http"}, "portals can be asked through no such proxy")  # nor by Twisted
KIND_ALIASES = {"socks": "socks5"}  # GNOME writes so
DEFAULT_PORTS = {"http": 80, "https": 443}
PROXY_HINT = "write http://HOST:PORT"
EXEMPT_PATTERN = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy and the variable that names it. The address may hold a password and does not show."""

    variable: str
    host: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies of an environment by the scheme they serve; `faults` say which variables are not used, and why."""

    by_scheme: Mapping[str, Proxy]
    exempt: tuple[str, ...]
    faults: tuple[str, ...]

    def of(self, url: str) -> Proxy | None:
        """Return the proxy that an address is asked through, None when it is asked directly."""
        try:
            parts = urlsplit(url)
            port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        except ValueError:  # the caller that asks for the proxy reports it
            return None
        proxy, host = self.by_scheme.get(parts.scheme), _plain(parts.hostname or "")
        if proxy is None:
            return None
        return None if _is_here(host) or any(_matches(entry, host, port) for entry in self.exempt) else proxy

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the proxies, which may stand in a private network."""
        return frozenset(proxy.host for proxy in self.by_scheme.values())


def portal_proxies() -> Proxies:
    """Return the proxies that portals are asked through."""
    return proxies_in(os.environ, unusable=NOT_FOR_PORTALS)


def proxies_in(environment: Mapping[str, str], *, unusable: Mapping[str, str]) -> Proxies:
    """Return the proxies that an environment names; `unusable` says of kinds of proxy why they cannot be used."""
    variables: dict[str, tuple[str, str]] = {}
    for name in sorted(environment):  # capitals come first, so the lower case replaces them
        variables[name.lower()] = (name, environment[name].strip())
    by_scheme: dict[str, Proxy] = {}
    faults: list[str] = []
    for scheme in ("http", "https"):
        for key in ("all_proxy", f"{scheme}_proxy"):
            name, value = variables.get(key, ("", ""))
            if not value:
                continue
            try:
                by_scheme[scheme] = read_proxy(name, value, unusable)
            except ValueError as error:
                faults.append(f"{name} {error}; it is ignored")
    exempt = re.split(r"[,;\s]+", variables.get("no_proxy", ("", ""))[1])
    return Proxies(by_scheme=by_scheme, exempt=tuple(filter(None, exempt)), faults=tuple(dict.fromkeys(faults)))


def read_proxy(variable: str, value: str, unusable: Mapping[str, str]) -> Proxy:
    """Return the proxy that a variable or an exit names. Raises `ValueError`, which says why without the value."""
    text = value.strip("\"'")
    scheme, _, rest = text.rpartition("://")
    scheme = KIND_ALIASES.get(scheme.lower(), scheme.lower()) or "http"
    if scheme not in PROXY_KINDS:
        raise ValueError(f"names a proxy of an unknown kind: {PROXY_HINT}")
    if scheme in unusable:
        raise ValueError(f"names a proxy of kind {scheme}, and {unusable[scheme]}: {PROXY_HINT}")
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not (re.fullmatch(r"[\w.-]+", host, re.ASCII) or _address(host)):
        raise ValueError(f"holds no address of a proxy: {PROXY_HINT}")
    password = f":{_quoted(parts.password)}" if parts.password is not None else ""
    account = f"{_quoted(parts.username)}{password}@" if parts.username else ""
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return Proxy(variable=variable, host=host, url=f"{scheme}://{account}{place}")


def _quoted(text: str) -> str:
    return quote(unquote(text), safe="")


def _plain(host: str) -> str:
    """Return a host name as it goes over the wire: small letters, Chinese as punycode, no dot at its end."""
    try:
        return host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:  # a label that is too long or empty
        return host.rstrip(".").lower()


def _is_here(host: str) -> bool:
    """Return whether a host is this machine: a proxy would look for it at itself."""
    address = _address(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    return host == "localhost" or host.endswith(".localhost")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _matches(entry: str, host: str, port: int) -> bool:
    """Return whether an entry of `no_proxy` means a host: a name and what lies under it, an address, a network, a *."""
    entry = entry.strip("\"'").lower().rpartition("://")[2].rstrip("/")
    try:
        network = ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    else:
        address = _address(host)
        return address is not None and address in network
    match = EXEMPT_PATTERN.fullmatch(entry)
    if match is None or (match["port"] and int(match["port"]) != port):
        return False
    if match["port"]:
        return _matches(match["host"], host, port)
    if "*" in entry.lstrip("*"):
        return fnmatchcase(host, entry)
    name = _plain(entry.lstrip("*.")) if entry.strip("*.") else ""
    return host == name or host.endswith(f".{name}") if name else entry == "*"
