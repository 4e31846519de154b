"""A certificate authority for one run, and certificates for every name that this machine has."""

import datetime as dt
import ipaddress
import ssl
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = dt.timedelta(days=30)
SKEW = dt.timedelta(days=1)
"""So much may the clocks of clients be behind."""
MOST_NAMES = 1_000
USUAL = ("localhost", "127.0.0.1", "::1")


class Authority:
    """Makes certificates; its own is what clients must trust, its key never leaves the process."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """``names`` are those of the server beside ``localhost`` and the loopback addresses."""
        self._names = tuple(dict.fromkeys((*USUAL, *names)))
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("mock-backpack, an authority for one run")
        self._certificate = self._own()
        self.context_of = lru_cache(MOST_NAMES)(self._context_of)

    @property
    def pem(self) -> bytes:
        """The certificate that clients must trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def context(self) -> ssl.SSLContext:
        """For the server: TLS 1.2 or later; a name below ``localhost`` gets its certificate when
        it is first asked for, since no client takes ``*.localhost``."""
        context = self._context_of("localhost")
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name and name.lower().endswith(".localhost"):
            connection.context = self.context_of(name.lower())

    def _context_of(self, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        names = dict.fromkeys((name, *self._names))
        certificate = self._signed(name, key.public_key(), [_general(other) for other in names])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with tempfile.NamedTemporaryFile() as file:  # ssl reads files only; this one is ours alone
            file.write(private + certificate.public_bytes(serialization.Encoding.PEM))
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def _own(self) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        key = self._key.public_key()
        return (
            _builder(self._name, self._name, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _signed(
        self, name: str, key: ec.EllipticCurvePublicKey, names: list[x509.GeneralName]
    ) -> x509.Certificate:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return (
            _builder(_named(name), self._name, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(usage, critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )


def written(authority: Authority, path: Path | None) -> Path:
    """Write the certificate of an authority to a file, a new temporary one if none is named.

    Raises:
        OSError: when it cannot be written.
    """
    if path is None:
        path = Path(tempfile.mkdtemp(prefix="mock-backpack-")) / "authority.pem"
    path.write_bytes(authority.pem)
    return path.absolute()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)  # of the machine: clients do not know our clocks
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + LIFE)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
