import io
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cellwright.terraform.install.fetch.web import DownloadError, Web
from patience import PATIENCE
from unit.terraform.release_server import ReleaseServer, serving

HOST = "releases.example"
"""A name that nobody resolves: only a proxy reaches it."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that signs itself, for this machine and for HOST, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReleaseServer]:
    with serving(tmp_path) as known:
        known.files["/file"] = b"content"
        yield known


@pytest.fixture
def secure(tmp_path: Path, certificate: Path) -> Iterator[ReleaseServer]:
    with serving(tmp_path, certificate) as known:
        known.files["/file"] = b"content"
        yield known


@dataclass
class Proxy:
    url: str = ""
    target: int = 0
    """The port of this machine to which every host leads."""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    known = Proxy()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"by the proxy")

        def do_CONNECT(self) -> None:
            known.asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            with socket.create_connection(("127.0.0.1", known.target)) as there:
                back = threading.Thread(target=_pass_on, args=(there, self.connection))
                back.start()
                _pass_on(self.connection, there)
                back.join()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        known.url = f"http://127.0.0.1:{server.server_port}"
        yield known
        server.shutdown()
        thread.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    # Also after a connection that was reset: the other side would wait for its end.
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def web(environment: dict[str, str] | None = None) -> Web:
    return Web(environment or {}, PATIENCE)


def test_a_file_is_read_or_saved_with_its_digest(server: ReleaseServer) -> None:
    file = io.BytesIO()

    assert web().read(f"{server.url}/file", 7) == b"content"
    digest = web().save(f"{server.url}/file", file, 7)

    assert file.getvalue() == b"content"
    assert digest == "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"


def test_a_file_that_is_too_large(server: ReleaseServer) -> None:
    with pytest.raises(DownloadError, match="it has more than 6 bytes"):
        web().read(f"{server.url}/file", 6)


def test_a_file_that_is_not_there(server: ReleaseServer) -> None:
    with pytest.raises(DownloadError, match="the server answered 404 Not Found") as caught:
        web().read(f"{server.url}/other", 6)
    assert caught.value.missing


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/file"
        with pytest.raises(DownloadError, match="timed out"):
            Web({}, 0.05).read(url, 100)


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(DownloadError, match=r"[Nn]ame") as caught:
        web().read("http://nobody.invalid/file", 100)
    assert not caught.value.missing


def test_a_certificate_is_trusted_if_the_environment_names_it(
    secure: ReleaseServer, certificate: Path
) -> None:
    assert web({"SSL_CERT_FILE": str(certificate)}).read(f"{secure.url}/file", 100) == b"content"


def test_a_certificate_that_nobody_trusts(secure: ReleaseServer) -> None:
    with pytest.raises(DownloadError, match="the server's certificate is not trusted: self") as caught:
        web().read(f"{secure.url}/file", 100)
    assert "SSL_CERT_FILE" in caught.value.advice
    assert secure.asked == []


def test_certificates_that_cant_be_read(secure: ReleaseServer, tmp_path: Path) -> None:
    (tmp_path / "no-certificate").write_text("text")
    for name in ("gone", "no-certificate"):
        with pytest.raises(DownloadError, match=f"the certificates in .*{name} can't be read") as caught:
            web({"SSL_CERT_FILE": str(tmp_path / name)}).read(f"{secure.url}/file", 100)
        assert caught.value.advice == "correct SSL_CERT_FILE"


def test_certificates_are_read_again_once_their_file_is_another(
    secure: ReleaseServer, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    usual = ssl.create_default_context

    def note(*, cafile: str | None, capath: str | None) -> ssl.SSLContext:
        read.append(cafile)
        return usual(cafile=cafile, capath=capath)

    monkeypatch.setattr(ssl, "create_default_context", note)
    named = tmp_path / "own.pem"
    named.write_bytes(certificate.read_bytes())
    for _ in range(2):
        assert web({"SSL_CERT_FILE": str(named)}).read(f"{secure.url}/file", 100) == b"content"
    assert read == [str(named)]
    named.write_text("no certificate")
    with pytest.raises(DownloadError, match=f"the certificates in {named} can't be read"):
        web({"SSL_CERT_FILE": str(named)}).read(f"{secure.url}/file", 100)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_a_proxy_is_used_for_all_hosts_but_those_without(
    server: ReleaseServer, proxy: Proxy, name: str
) -> None:
    environment = {name: proxy.url, "NO_PROXY": "127.0.0.1,other.example"}

    assert web(environment).read(f"http://{HOST}/file", 100) == b"by the proxy"
    assert web(environment).read(f"{server.url}/file", 100) == b"content"

    assert proxy.asked == [f"http://{HOST}/file"]


def test_a_proxy_leads_to_a_server_with_its_own_certificate(
    secure: ReleaseServer, proxy: Proxy, certificate: Path
) -> None:
    proxy.target = int(secure.url.rpartition(":")[2])
    environment = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": str(certificate)}

    assert web(environment).read(f"https://{HOST}/file", 100) == b"content"

    assert proxy.asked == [f"{HOST}:443"]


def test_the_environment_is_the_given_one(
    server: ReleaseServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)

    assert web().read(f"{server.url}/file", 100) == b"content"
    assert proxy.asked == []


def test_a_proxy_that_is_not_there(server: ReleaseServer) -> None:
    with pytest.raises(DownloadError, match="Connection refused"):
        web({"http_proxy": "http://127.0.0.1:1"}).read(f"{server.url}/file", 100)
