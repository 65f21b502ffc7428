"""Over https: the certificate must be valid for the name of the URL, and the name is what is asked for."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.webhooks.receivers import receiver, says
from webhooks.models import Problem
from webhooks.places import Rules, place_of
from webhooks.wire import Limits, Reply, post


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, list[str | None]]:
    """A server's context with a certificate of its own for these names, and the names it is asked for.

    The certificate alone is trusted: SSL_CERT_FILE is set to it by the caller.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    me = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Rumbo's tests")])
    alternatives: list[x509.GeneralName] = [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        for name in names
    ]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(me).issuer_name(me).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    text = made.public_bytes(serialization.Encoding.PEM)
    (folder / "public.pem").write_bytes(text)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "both.pem").write_bytes(private + text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    asked: list[str | None] = []
    context.sni_callback = lambda line, name, context: asked.append(name)
    return context, asked


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name means this machine."""
    real = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".example") else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def sent(context: ssl.SSLContext, host: str) -> tuple[Reply, list[str]]:
    with receiver(says(200), context=context) as to:
        rules = Rules(loopback_ports=[to.port])
        place = place_of(f"https://{host}:{to.port}/", rules)
        reply = post(place, b"{}", {}, rules, Limits(whole=30))
        return reply, [call.headers["host"] for call in to.calls]


def test_the_name_of_the_url_is_asked_for_and_checked(
    here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, asked = certificate(tmp_path, "hooks.example", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    reply, hosts = sent(context, "hooks.example")
    assert reply == Reply(Problem.NONE, 200)
    assert hosts[0].startswith("hooks.example:")
    assert asked == ["hooks.example"]
    # Another name, though the address is in the certificate: the name decides.
    assert sent(context, "other.example") == (Reply(Problem.TLS), [])
    assert sent(context, "127.0.0.1")[0] == Reply(Problem.NONE, 200)


def test_a_certificate_that_nobody_vouches_for(here: None, tmp_path: Path) -> None:
    context, _asked = certificate(tmp_path, "hooks.example")
    assert sent(context, "hooks.example") == (Reply(Problem.TLS), [])


def test_who_speaks_no_tls(here: None) -> None:
    with receiver(says(200)) as to:
        rules = Rules(loopback_ports=[to.port])
        place = place_of(f"https://hooks.example:{to.port}/", rules)
        assert post(place, b"{}", {}, rules, Limits(whole=5, connect=0.5)).problem in (
            Problem.TLS,
            Problem.TIMEOUT,
            Problem.CONNECT,
        )
