import errno
import io
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.model.binary import Product
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.fetch.fetching import Fetcher, UnreachableError
from cellwright.terraform.install.fetch.store import Store
from cellwright.terraform.install.fetch.web import Web
from cellwright.terraform.install.platform import this_platform
from patience import PATIENCE
from unit.terraform import fetch_once
from unit.terraform.release_server import (
    ReleaseServer,
    archive,
    program,
    serving,
    signature,
    signing_key,
)

VERSION = "1.12.6"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReleaseServer]:
    with serving(tmp_path) as known:
        yield known


def fetcher(
    server: ReleaseServer, folder: Path, product: Product = "tofu", said: list[str] | None = None
) -> Fetcher:
    notice = (said if said is not None else []).append
    return Fetcher(server.releases(product), Store(folder / "store"), Web({}, PATIENCE), notice)


def refused(fetching: Fetcher, message: str, version: str = VERSION) -> DiagnosticError:
    with pytest.raises(DiagnosticError, match=message) as caught:
        fetching.fetch(version)
    assert "install it yourself" in caught.value.diagnostics[0].detail
    product = fetching.releases.product
    assert not fetching.store.path(product, version).exists()
    assert fetching.store.versions(product) == []
    kept = fetching.store.path(product, version).parent
    assert [path.name for path in kept.iterdir()] == ["lock"]
    return caught.value


@pytest.mark.parametrize("product", ["terraform", "tofu"])
def test_a_release_is_fetched_once_from_the_products_own_layout(
    server: ReleaseServer, tmp_path: Path, product: Product
) -> None:
    server.publish(product, VERSION)
    said: list[str] = []
    fetching = fetcher(server, tmp_path, product, said)

    first = fetching.fetch(VERSION)
    again = fetching.fetch(VERSION)

    assert first == again == tmp_path / "store" / product / VERSION / product
    assert first.read_text() == program(product, VERSION)
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert [path.name for path in first.parent.iterdir() if path != first] == [
        "lock"
    ]  # of the licence, nothing
    sums = f"{product}_{VERSION}_SHA256SUMS"
    folder, ending = (
        ("terraform/1.12.6", ".72D7468F.sig") if product == "terraform" else ("tofu/v1.12.6", ".gpgsig")
    )
    assert server.asked == [
        f"/{folder}/{sums}",
        f"/{folder}/{sums}{ending}",
        f"/{folder}/{product}_{VERSION}_{this_platform()}.zip",
    ]
    assert said[0].endswith(f"from {server.url}/{product}")
    assert len(said) == 2


def test_a_mirror_may_have_the_signature_under_its_short_name_only(
    server: ReleaseServer, tmp_path: Path
) -> None:
    server.publish("terraform", VERSION)
    del server.files[server.path(".72D7468F.sig")]

    assert fetcher(server, tmp_path, "terraform").fetch(VERSION).is_file()


def test_two_processes_at_once_download_once(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("tofu", VERSION)
    server.opened.clear()
    script = Path(fetch_once.__file__)
    command: list[str | Path] = [
        sys.executable,
        script,
        f"{server.url}/tofu",
        server.key_file,
        tmp_path / "store",
        VERSION,
    ]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("fetching OpenTofu")  # both want it, nobody has it
    server.opened.set()
    answers = [process.communicate(timeout=PATIENCE)[0].splitlines() for process in both]

    assert [answer[-1] for answer in answers] == [str(tmp_path / "store" / "tofu" / VERSION / "tofu")] * 2
    assert len(server.asked) == 3


def test_a_wrong_checksum(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("tofu", VERSION)
    server.files[server.path(".zip")] = archive({"tofu": "#!/bin/sh\nevil\n"})

    refused(fetcher(server, tmp_path), r"\.zip is not used: its checksum is not the one in the signed list")


def test_a_list_that_was_changed_after_it_was_signed(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("tofu", VERSION)
    server.files[server.path("SHA256SUMS")] += b"\n"

    refused(fetcher(server, tmp_path), r"SHA256SUMS is not used: its signature is none of OpenTofu's")
    assert not any(path.endswith(".zip") for path in server.asked)


def test_a_signature_with_another_key(server: ReleaseServer, tmp_path: Path) -> None:
    other = signing_key("somebody else's")
    server.publish("tofu", VERSION, key=other)

    refused(
        fetcher(server, tmp_path),
        "its signature is none of OpenTofu's: it claims to be made with the key [0-9A-F]+",
    )


@pytest.mark.parametrize("content", [b"", b"garbage", b"-----BEGIN PGP SIGNATURE-----\n"])
def test_a_signature_that_is_none(server: ReleaseServer, tmp_path: Path, content: bytes) -> None:
    server.publish("tofu", VERSION)
    server.files[server.path(".gpgsig")] = content

    refused(fetcher(server, tmp_path), "there is no OpenPGP signature in it")


def test_a_list_without_signature(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("terraform", VERSION)
    del server.files[server.path(".72D7468F.sig")]
    del server.files[server.path("SHA256SUMS.sig")]

    refused(fetcher(server, tmp_path, "terraform"), r"SHA256SUMS\.sig: the server answered 404")


def test_a_download_that_breaks_off(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("tofu", VERSION)
    server.cut = 10

    fault = refused(fetcher(server, tmp_path), "the download broke off 10 bytes before its end")
    assert isinstance(fault, UnreachableError)

    server.cut = 0
    assert fetcher(server, tmp_path).fetch(VERSION).is_file()


def test_what_a_killed_process_left_is_no_program_and_is_removed(
    server: ReleaseServer, tmp_path: Path
) -> None:
    server.publish("tofu", VERSION)
    folder = tmp_path / "store" / "tofu" / VERSION
    folder.mkdir(parents=True)
    (folder / ".0123456789abcdef.tmp").write_text("half of it")
    assert Store(tmp_path / "store").versions("tofu") == []

    fetcher(server, tmp_path).fetch(VERSION)

    assert sorted(path.name for path in folder.iterdir()) == ["lock", "tofu"]


def test_a_release_that_is_not_there(server: ReleaseServer, tmp_path: Path) -> None:
    fault = refused(
        fetcher(server, tmp_path), r"OpenTofu 9.9.9 can't be fetched: .*the server answered 404", "9.9.9"
    )

    assert isinstance(fault, UnreachableError)
    assert fault.diagnostics[0].detail.startswith(
        "check that there is a release 9.9.9, and CELLWRIGHT_TOFU_RELEASES"
    )


def test_a_release_without_this_platform(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("tofu", VERSION)
    listed = b"0" * 64 + b"  tofu_1.12.6_plan9_mips.zip\n"
    server.files[server.path("SHA256SUMS")] = listed
    server.files[server.path(".gpgsig")] = signature(listed)

    refused(fetcher(server, tmp_path), f"OpenTofu 1.12.6 was not released for {this_platform()}")


def test_no_network(tmp_path: Path) -> None:
    nobody = ReleaseServer("http://127.0.0.1:1", tmp_path / "no-key")

    fault = refused(fetcher(nobody, tmp_path), "can't be fetched: .*Connection refused")

    assert isinstance(fault, UnreachableError)
    assert "HTTPS_PROXY" in fault.diagnostics[0].detail


def _linked() -> bytes:
    content = archive({})
    link = zipfile.ZipInfo("tofu")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return _with(content, link, "/bin/sh")


def _twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return _with(archive({"tofu": "first"}), zipfile.ZipInfo("tofu"), "second")


def _with(content: bytes, entry: zipfile.ZipInfo, text: str) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(entry, text)
    return buffer.getvalue()


def _broken() -> bytes:
    content = archive({"tofu": "x" * 100})
    return content.replace(b"PK\x01\x02", b"PK\x00\x00")


def _damaged() -> bytes:
    content = bytearray(archive({"tofu": "x" * 100}))
    content[34:38] = b"\xff\xff\xff\xff"  # the name ends there
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip at all", "it is no archive"),
        (_broken(), "it is no archive"),
        (_damaged(), "it is no archive, or a broken one"),
        (archive({"something-else": ""}), "it holds no file called tofu"),
        (archive({"../tofu": "", "/tofu": "", "bin/tofu": ""}), "it holds no file called tofu"),
        (_twice(), "it holds 2 files called tofu"),
        (_linked(), "tofu in it is no ordinary file"),
    ],
)
def test_an_archive_with_strange_members(
    server: ReleaseServer, tmp_path: Path, content: bytes, message: str
) -> None:
    server.publish("tofu", VERSION, content)

    refused(fetcher(server, tmp_path), rf"\.zip is not used: {message}")
    assert not (tmp_path / "store" / "tofu" / "tofu").exists()


def test_a_full_disk(server: ReleaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.publish("tofu", VERSION)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(DiagnosticError, match="can't be written: No space left on device") as caught:
        fetcher(server, tmp_path).fetch(VERSION)

    assert "make room" in caught.value.diagnostics[0].detail
    assert [path.name for path in (tmp_path / "store" / "tofu" / VERSION).iterdir()] == ["lock"]


def test_a_folder_that_cant_be_written(server: ReleaseServer, tmp_path: Path) -> None:
    server.publish("tofu", VERSION)
    (tmp_path / "store").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match="can't be written"):
        fetcher(server, tmp_path).fetch(VERSION)
