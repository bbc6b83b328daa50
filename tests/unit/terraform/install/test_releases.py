import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.install.releases import PINNED, TerraformRelease, fetch_terraform
from patience import PATIENCE

VERSION = "9.9.9"
ARCHIVE = f"/{VERSION}/terraform_{VERSION}_{this_platform()}.zip"
SUMS = f"/{VERSION}/terraform_{VERSION}_SHA256SUMS"


@dataclass
class Vendor:
    """A web server that has what the vendor has."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    cut: int = 0
    """How many bytes of each answer are left out at the end."""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    known = Vendor()

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
            self.wfile.write(content[: len(content) - known.cut])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        known.url = f"http://127.0.0.1:{server.server_port}"
        yield known
        server.shutdown()
        thread.join()


def archive(name: str = "terraform") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr(name, "#!/bin/sh\n")
        opened.writestr("LICENSE.txt", "text")
    return buffer.getvalue()


def publish(vendor: Vendor, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    vendor.files = {
        ARCHIVE: content,
        SUMS: f"{'0' * 64}  other.zip\n{digest}  {ARCHIVE.rsplit('/', maxsplit=1)[-1]}\n".encode(),
    }


UNPINNED = TerraformRelease(VERSION, {})


def test_a_release_is_fetched_once_and_checked_against_the_vendors_list(
    vendor: Vendor, tmp_path: Path
) -> None:
    publish(vendor, archive())

    first = fetch_terraform(tmp_path, base_url=vendor.url, release=UNPINNED, timeout=PATIENCE)
    second = fetch_terraform(tmp_path, base_url=vendor.url, release=UNPINNED, timeout=PATIENCE)

    assert first == second
    assert first.read_text() == "#!/bin/sh\n"
    assert first.stat().st_mode & 0o777 == 0o700
    assert vendor.asked == [SUMS, ARCHIVE]


def test_a_pinned_checksum_needs_no_list(vendor: Vendor, tmp_path: Path) -> None:
    publish(vendor, archive())
    pinned = TerraformRelease(VERSION, {this_platform(): hashlib.sha256(archive()).hexdigest()})

    fetch_terraform(tmp_path, base_url=vendor.url, release=pinned, timeout=PATIENCE)

    assert vendor.asked == [ARCHIVE]


def test_two_at_once_download_once(vendor: Vendor, tmp_path: Path) -> None:
    publish(vendor, archive())

    with ThreadPoolExecutor(4) as pool:
        paths = set(
            pool.map(
                lambda _: fetch_terraform(tmp_path, base_url=vendor.url, release=UNPINNED, timeout=PATIENCE),
                range(4),
            )
        )

    assert len(paths) == 1
    assert vendor.asked.count(ARCHIVE) == 1


def refused(vendor: Vendor, cache: Path, message: str, release: TerraformRelease = UNPINNED) -> None:
    with pytest.raises(DiagnosticError, match=message) as caught:
        fetch_terraform(cache, base_url=vendor.url, release=release, timeout=PATIENCE)
    assert "install Terraform" in caught.value.diagnostics[0].detail
    assert not (cache / "terraform" / VERSION / "terraform").exists()
    assert not list(cache.glob("**/*.new"))


def test_a_wrong_checksum_is_refused(vendor: Vendor, tmp_path: Path) -> None:
    publish(vendor, archive())
    vendor.files[ARCHIVE] = archive() + b"tampered"

    refused(vendor, tmp_path, "its checksum is wrong")


def test_a_wrong_pinned_checksum_is_refused_whatever_the_list_says(vendor: Vendor, tmp_path: Path) -> None:
    publish(vendor, archive())

    refused(vendor, tmp_path, "its checksum is wrong", TerraformRelease(VERSION, {this_platform(): "0" * 64}))


def test_a_download_that_breaks_off_is_refused(vendor: Vendor, tmp_path: Path) -> None:
    publish(vendor, archive())
    vendor.cut = 10

    refused(vendor, tmp_path, "broke off 10 bytes before its end")


def test_a_release_that_the_vendor_has_not(vendor: Vendor, tmp_path: Path) -> None:
    refused(vendor, tmp_path, "the server answered 404")


def test_a_list_without_this_platform(vendor: Vendor, tmp_path: Path) -> None:
    vendor.files[SUMS] = b"0" * 64 + b"  terraform_9.9.9_plan9_mips.zip\n"

    refused(vendor, tmp_path, "the vendor has no terraform_9.9.9_")


@pytest.mark.parametrize("content", [b"no zip at all", archive("something-else")])
def test_an_archive_without_terraform(vendor: Vendor, tmp_path: Path, content: bytes) -> None:
    publish(vendor, content)

    refused(vendor, tmp_path, "holds no terraform")


def test_no_network(tmp_path: Path) -> None:
    unreachable = Vendor(url="http://127.0.0.1:1")

    refused(unreachable, tmp_path, "can't be fetched: .*refused")


def test_an_address_that_is_none(tmp_path: Path) -> None:
    refused(Vendor(url="file:///etc"), tmp_path, "is no web address")


def test_a_cache_that_cant_be_written(vendor: Vendor, tmp_path: Path) -> None:
    publish(vendor, archive())
    (tmp_path / "terraform").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match="can't be written"):
        fetch_terraform(tmp_path, base_url=vendor.url, release=UNPINNED, timeout=PATIENCE)


def test_the_common_platforms_are_pinned() -> None:
    assert set(PINNED.checksums) == {"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"}
    assert all(len(checksum) == 64 for checksum in PINNED.checksums.values())
