from pathlib import Path

import pytest

from cellwright.relay.client.workspace_providers import find_providers, link_package
from cellwright.relay.messages import ProviderRequest
from cellwright.terraform.install.platform import this_platform

AWS = "registry.terraform.io/hashicorp/aws"
OTHER = "registry.terraform.io/somebody/other"


@pytest.fixture(name="lock_file")
def lock_file_fixture(tmp_path: Path) -> Path:
    path = tmp_path / "lock"
    path.write_text(
        f'provider "{AWS}" {{\n  version = "5.100.0"\n  hashes = ["h1:x"]\n}}\n'
        f'provider "{OTHER}" {{\n  version = "1.0.0"\n  hashes = ["h1:y"]\n}}\n'
    )
    return path


def package(folder: Path, address: str, version: str) -> Path:
    path = folder / address / version / this_platform()
    path.mkdir(parents=True)
    return path


def test_packages_are_found_and_the_others_explained(tmp_path: Path, lock_file: Path) -> None:
    found = package(tmp_path / "mirror", AWS, "5.100.0")

    providers = find_providers(tmp_path / "module", lock_file, [tmp_path / "mirror"], ())

    assert providers.requests == (
        ProviderRequest(AWS, found, frozenset(("h1:x",)), schema_from_code=True, cache_checks=True),
    )
    assert providers.refused == (f"{OTHER} 1.0.0 is unpacked in no mirror and no cache",)


@pytest.mark.parametrize("name", ["somebody/other", OTHER])
def test_every_provider_is_served_unless_settings_except_it(
    tmp_path: Path, lock_file: Path, name: str
) -> None:
    for address, version in ((AWS, "5.100.0"), (OTHER, "1.0.0")):
        package(tmp_path / "mirror", address, version)

    served = find_providers(tmp_path / "module", lock_file, [tmp_path / "mirror"], ())
    excepted = find_providers(tmp_path / "module", lock_file, [tmp_path / "mirror"], (name,))

    assert [(each.address, each.schema_from_code, each.cache_checks) for each in served.requests] == [
        (AWS, True, True),
        (OTHER, False, False),
    ]
    assert [each.address for each in excepted.requests] == [AWS]
    assert excepted.refused == (f"{OTHER} is excepted in fleet.yaml",)


def test_an_installed_package_comes_first(tmp_path: Path, lock_file: Path) -> None:
    installed = package(tmp_path / "module" / ".terraform" / "providers", AWS, "5.100.0")
    package(tmp_path / "mirror", AWS, "5.100.0")

    providers = find_providers(tmp_path / "module", lock_file, [tmp_path / "mirror"], ())

    assert [provider.folder for provider in providers.requests] == [installed]


def test_a_package_that_is_nowhere_is_explained(tmp_path: Path, lock_file: Path) -> None:
    providers = find_providers(tmp_path / "module", lock_file, [tmp_path / "mirror"], ())

    assert not providers.requests
    assert [line.split(" is ")[1] for line in providers.refused] == ["unpacked in no mirror and no cache"] * 2


def test_no_lock_file_is_explained(tmp_path: Path) -> None:
    providers = find_providers(tmp_path, tmp_path / "absent", (), ())

    assert providers.refused == ("no lock file, or it names no provider",)


def test_a_package_is_linked_once(tmp_path: Path) -> None:
    provider = ProviderRequest(
        AWS,
        package(tmp_path / "mirror", AWS, "5.100.0"),
        frozenset(),
        schema_from_code=True,
        cache_checks=True,
    )
    link_package(tmp_path / "module", provider)
    link_package(tmp_path / "module", provider)

    link = tmp_path / "module" / ".terraform" / "providers" / AWS / "5.100.0" / this_platform()
    assert link.is_symlink()
    assert link.resolve() == provider.folder
