"""What each program says of a provider that it can't have, and what we make of it: mirrors, hosts, links."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cellwright.model.binary import PRODUCTS, BinarySettings
from cellwright.model.diagnostic import Diagnostic
from cellwright.terraform.install.mirror import HOSTS
from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.toolchain import ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

KIND = "example/nowhere"
STACK = f"""
terraform {{
  required_providers {{
    nowhere = {{ source = "{KIND}", version = "1.2.3" }}
  }}
}}
"""
NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}


def package(version: Path) -> Path:
    """Make what passes for a package of this platform, and give the folder of its version."""
    place = version / this_platform()
    place.mkdir(parents=True)
    (place / "terraform-provider-nowhere_v1.2.3").write_text("#!/bin/sh\nexit 1\n")
    (place / "terraform-provider-nowhere_v1.2.3").chmod(0o755)
    return version


def told(bench: Bench, mirror: Path) -> str:
    """The first line of what `init` is said to fail for, with this mirror and without a network."""
    mirror.mkdir(exist_ok=True)
    return refused(bench, str(mirror), {}, NO_NETWORK).summary.replace(str(mirror), "MIRROR")


def refused(
    bench: Bench, mirror: str | None, ambient: Mapping[str, str], environment: Mapping[str, str]
) -> Diagnostic:
    """What `init` is said to fail for, at the first try."""
    settings = ToolchainSettings(binary=BinarySettings(name=str(bench.binary.path)), mirror=mirror)
    toolchain = assemble_toolchain(settings, bench.root, {**bench.environment, **ambient})
    request = bench.request(write_tree(bench.root / "stack", {"main.tf": STACK}), environment=environment)
    unit = UnitTerraform.open(request, toolchain, bench.reporter, bench.cancellation)
    with unit, pytest.raises(TerraformError) as caught:
        unit.plan()
    assert sum(note.startswith("attempt") for _, note in bench.reporter.phases()) == 0
    found = caught.value.diagnostics[0]
    assert found.position is not None
    assert (Path(found.position.file).name, found.position.line, found.position.column) == ("main.tf", 4, 5)
    return found


@contextmanager
def registry(host: str, folder: Path, versions: list[str] | None) -> Iterator[Path]:
    """Serve a registry with these versions of the provider, None: without the provider.

    Gives a CLI configuration in which it stands for `host`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if versions is None or not self.path.endswith(f"/{KIND}/versions"):
                self.send_error(404)
                return
            platform = dict(zip(("os", "arch"), this_platform().split("_"), strict=True))
            listed = [{"version": item, "protocols": ["6.0"], "platforms": [platform]} for item in versions]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"versions": listed}).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/v1/providers/"
        file = folder / "cli.tfrc"
        file.write_text(f'host "{host}" {{\n  services = {{ "providers.v1" = "{address}" }}\n}}\n')
        try:
            yield file
        finally:
            server.shutdown()


def hosts(bench: Bench) -> tuple[str, str]:
    """The registry of the product under test, and the other product's."""
    own = HOSTS[bench.binary.product]
    (other,) = set(HOSTS.values()) - {own}
    return own, other


def test_a_provider_that_is_gone(bench: Bench, tmp_path: Path) -> None:
    assert told(bench, tmp_path / "mirror") == (
        f"the provider {KIND} 1.2.3 can't be installed: not in the mirror MIRROR, "
        f"and the registry {hosts(bench)[0]} can't be reached"
    )


@pytest.mark.parametrize(
    ("versions", "answer", "advice"),
    [
        (None, "the registry HOST does not know it", "correct its `source`"),
        (["1.2.4"], "no release that PRODUCT finds fits", "change its `version`"),
    ],
    ids=["unknown", "another version"],
)
def test_what_a_registry_answers(
    bench: Bench, tmp_path: Path, versions: list[str] | None, answer: str, advice: str
) -> None:
    host, product = hosts(bench)[0], PRODUCTS[bench.binary.product]
    with registry(host, tmp_path, versions) as file:
        found = refused(bench, None, {"TF_CLI_CONFIG_FILE": str(file), MIRROR: ""}, {})

    told = answer.replace("HOST", host).replace("PRODUCT", product)
    assert found.summary.startswith(f"the provider {KIND} 1.2.3 can't be installed: ")
    assert found.summary.endswith(f", and {told}")
    assert found.detail.startswith(advice)
    assert f"{product} says: Could not" in found.detail
    assert f"{bench.binary.product} providers" not in found.detail


def test_another_version_than_the_mirror_has(bench: Bench, tmp_path: Path) -> None:
    package(tmp_path / "mirror" / hosts(bench)[0] / KIND / "1.2.2")

    assert told(bench, tmp_path / "mirror").endswith("the mirror has only 1.2.2 in MIRROR")


@pytest.mark.parametrize("linked", [False, True], ids=["a folder", "a link"])
def test_a_mirror_of_the_other_registry(bench: Bench, tmp_path: Path, *, linked: bool) -> None:
    own, other = hosts(bench)
    version = tmp_path / "mirror" / other / KIND / "1.2.3"
    if linked:
        version.parent.mkdir(parents=True)
        version.symlink_to(package(tmp_path / "real"))
    else:
        package(version)

    product = PRODUCTS[bench.binary.product]
    link = f"; besides, MIRROR/{other}/{KIND}/1.2.3 is a symbolic link, and {product} follows none there"
    assert told(bench, tmp_path / "mirror").endswith(
        f"the mirror MIRROR has it under {other} only, and {product} looks for it under {own}{link * linked}"
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4], ids=["host", "namespace", "type", "version"])
def test_a_link_that_no_product_follows(bench: Bench, tmp_path: Path, level: int) -> None:
    parts = (hosts(bench)[0], *KIND.split("/"), "1.2.3")
    package((tmp_path / "real").joinpath(*parts))
    link = (tmp_path / "mirror").joinpath(*parts[:level])
    link.parent.mkdir(parents=True)
    link.symlink_to((tmp_path / "real").joinpath(*parts[:level]))

    found = told(bench, tmp_path / "mirror")

    assert f"MIRROR/{'/'.join(parts[:level])} is a symbolic link" in found, found


def test_a_lock_file_that_is_damaged_is_named(bench: Bench) -> None:
    """Most programs say what is wrong with it, and not where."""
    lock_file = 'provider "registry.terraform.io/example/nowhere" {\n  version =\n}\n'
    tree = write_tree(bench.root / "stack", {"main.tf": "", ".terraform.lock.hcl": lock_file})
    with bench.open(bench.request(tree)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    places = {item.position for item in caught.value.diagnostics}
    assert {(place.file, place.line) for place in places if place} == {("stack/.terraform.lock.hcl", 2)}
    assert None not in places
