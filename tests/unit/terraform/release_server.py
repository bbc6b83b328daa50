"""A web server with the releases of either product, signed with keys made for the test."""

import hashlib
import io
import ssl
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pysequoia import SignatureMode, Tsk, sign

from cellwright.model.binary import Product
from cellwright.terraform.install.fetch.product_releases import RELEASES, ProductReleases
from cellwright.terraform.install.platform import this_platform

NAMES = {"terraform": "Terraform", "tofu": "OpenTofu"}
EXTRA = {"terraform": ("LICENSE.txt",), "tofu": ("CHANGELOG.md", "LICENSE", "README.md")}


@cache
def signing_key(name: str = "the product's own") -> Tsk:
    return Tsk.generate(name)


def signature(content: bytes, key: Tsk | None = None) -> bytes:
    return sign((key or signing_key()).signer(), content, mode=SignatureMode.DETACHED)


def program(product: str, version: str) -> str:
    """A script that says what the product would say."""
    json = f'{{"terraform_version": "{version}"' + (
        ', "terraform_outdated": false}' if product == "terraform" else "}"
    )
    says = f"echo '{NAMES[product]} v{version}'; echo 'on {this_platform()}'"
    return f"#!/bin/sh\ncase \"$2\" in -json) echo '{json}';; *) {says};; esac\n"


def archive(members: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


@dataclass
class ReleaseServer:
    """What it has, what it was asked for, and how it fails."""

    url: str
    key_file: Path
    """The public half of the key that signs."""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    cut: int = 0
    """How many bytes are left out at the end of each archive."""
    opened: threading.Event = field(default_factory=threading.Event)
    """Archives are held back until this is set."""

    def __post_init__(self) -> None:
        self.opened.set()

    def releases(self, product: Product) -> ProductReleases:
        """The product's releases on this server: its own layout, another address, another key."""
        return replace(RELEASES[product], address=f"{self.url}/{product}", key_files=(self.key_file,))

    def publish(
        self, product: str, version: str, content: bytes | None = None, key: Tsk | None = None
    ) -> None:
        """Release a version as its vendor does: the archive, the list of checksums, its signature."""
        if content is None:
            texts = dict.fromkeys(EXTRA[product], "text\n")
            content = archive({product: program(product, version), **texts})
        name = f"{product}_{version}_{this_platform()}.zip"
        listed = (
            f"{'0' * 64}  {product}_{version}_plan9_mips.zip\n{hashlib.sha256(content).hexdigest()}  {name}\n"
        )
        folder = f"/{product}/{version}" if product == "terraform" else f"/{product}/v{version}"
        sums = f"{folder}/{product}_{version}_SHA256SUMS"
        signed = signature(listed.encode(), key)
        self.files[f"{folder}/{name}"] = content
        self.files[sums] = listed.encode()
        if product == "terraform":
            self.files |= {f"{sums}.72D7468F.sig": signed, f"{sums}.sig": signed}
        else:
            self.files[f"{sums}.gpgsig"] = signed

    def path(self, ending: str) -> str:
        """The path of the one file whose name ends so."""
        (found,) = (path for path in self.files if path.endswith(ending))
        return found


@contextmanager
def serving(folder: Path, certificate: Path | None = None) -> Iterator[ReleaseServer]:
    """Serve on a port of this machine; over TLS with a certificate and its key in one file."""
    key_file = folder / "product.asc"
    key_file.write_text(str(signing_key().extract_certificate()))
    known = ReleaseServer("", key_file)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            content = known.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.path.endswith(".zip"):
                known.opened.wait()
                content = content[: len(content) - known.cut]
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # Each connection's thread shakes hands: here, a client that falls silent would keep the server.
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        known.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
        try:
            yield known
        finally:
            known.opened.set()
            server.shutdown()
            thread.join()
