"""Certificates are checked; one source may be spared."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from conftest import Futurewatch, publish
from local_portal import LocalPortal, _Handler
from scheduler.demo.samples import GOVERNMENT


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[LocalPortal]:
    """A portal on https with a certificate that nobody vouches for, as several provincial portals have."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    portal = LocalPortal()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"portal": portal}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    portal.url = f"https://127.0.0.1:{server.server_port}"
    with server:
        yield portal
        server.shutdown()


def test_certificate_that_nobody_vouches_for_is_a_tls_error(self_signed: LocalPortal, futurewatch: Futurewatch) -> None:
    """By default such a portal is not read, and the run says why."""
    futurewatch.configure(self_signed)
    publish(self_signed, *GOVERNMENT)
    run = futurewatch.crawl(code=1)
    assert (run["outcome"], run["cause"]) == ("error", "tls")


def test_legacy_source_is_read_all_the_same(self_signed: LocalPortal, futurewatch: Futurewatch) -> None:
    """`tls = "legacy"` spares this source."""
    futurewatch.configure(self_signed)
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace('kind = "government"', 'kind = "government"\ntls = "legacy"'), "utf-8")
    publish(self_signed, *GOVERNMENT)
    assert futurewatch.crawl()["new"] == len(GOVERNMENT)
