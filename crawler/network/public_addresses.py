"""Tell addresses of the public internet from all others: the only place that does. No I/O."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

GLOBAL_IPV6 = ip_network("2000::/3")  # all that IANA has given out; what lies outside is local, reserved or IPv4 in v6
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
NOT_PUBLIC = (
    *(ip_network(block) for block in ("192.0.0.0/24", "192.88.99.0/24")),  # IETF's own (a cloud's key server), relays
    ip_network("168.63.129.16/32"),  # Azure's host, in front of every machine of it
    *(ip_network(block) for block in ("2001::/23", "3fff::/20", "5f00::/16")),  # IETF's own with Teredo, examples
)


def is_public(address: str) -> bool:
    """Return whether an address lies in the public internet, also one that carries an IPv4 address.

    Raises:
        ValueError: it is no address.
    """
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        inner = _ipv4_in(found)
        if inner is None:
            return found in GLOBAL_IPV6 and _is_global(found)
        found = inner
    return _is_global(found)


def is_address(host: str) -> bool:
    """Return whether a host is an address; a name is judged by what it stands for."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in block for block in NOT_PUBLIC)


def _ipv4_in(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that is asked in truth: mapped, NAT64 or 6to4."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
