from pathlib import Path

import pytest

from cellwright.model.binary import Product
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.terraform.install.mirror import Mirror, ProviderPackage, read_mirror
from cellwright.terraform.install.missing_provider import explain_missing
from cellwright.terraform.install.platform import this_platform

AWS = "hashicorp/aws"
GONE = "Could not retrieve the list of available versions for provider hashicorp/aws: was not found"


def unpacked(folder: Path, host: str) -> Path:
    path = folder / host / AWS / "5.100.0" / this_platform()
    path.mkdir(parents=True)
    return path


def told(folder: Path, detail: str, product: Product) -> Diagnostic:
    found = error("Failed to resolve provider packages", detail)
    (explained,) = explain_missing([found], [], [read_mirror(folder)], product)
    return explained


@pytest.mark.parametrize(
    ("summary", "detail", "message"),
    [
        (
            "Failed to query available provider packages",
            "Could not retrieve the available versions for provider acme/gone: could not connect to R",
            'Finding matching versions for provider: acme/gone, version_constraint: ">= 5.0.0"',
        ),
        (
            "Failed to query available provider packages",
            "Could not retrieve the available versions for provider acme/gone: the request failed after 2",
            'Finding acme/gone versions matching ">= 5.0.0"...',
        ),
        (
            "Failed to resolve provider packages",
            "Could not resolve provider acme/gone: could not connect to registry.terraform.io",
            'Finding acme/gone versions matching ">= 5.0.0"...',
        ),
        (
            "Failed to install provider",
            "Error while installing acme/gone v5.1.0: Get: dial tcp: connection refused",
            'Finding acme/gone versions matching ">= 5.0.0"...',
        ),
    ],
)
def test_a_missing_provider_is_named_with_its_constraint(summary: str, detail: str, message: str) -> None:
    (found,) = explain_missing([error(summary, detail)], ["Initializing...", message], (), "terraform")

    assert found.summary == (
        "the provider acme/gone >= 5.0.0 can't be installed: there is no mirror on this machine, "
        "and the registry registry.terraform.io can't be reached"
    )
    assert detail in found.detail


def test_a_missing_provider_names_the_mirror() -> None:
    folder = Path("/mirror")
    held = ProviderPackage("registry.terraform.io/hashicorp/aws", "5.100.0", packed=False)
    mirror = Mirror(folder, frozenset({held}))

    def said(name: str) -> str:
        detail = (
            f"Could not retrieve the list of available versions for provider {name}: no available "
            "releases match the given constraints ~> 9.0"
        )
        found = error("Failed to query available provider packages", detail)
        return explain_missing([found], [], [mirror], "terraform")[0].summary

    assert said("hashicorp/aws") == (
        f"the provider hashicorp/aws can't be installed: the mirror has only 5.100.0 in {folder}"
    )
    assert said("acme/gone") == (
        f"the provider acme/gone can't be installed: not in the mirror {folder}, "
        "and no release that Terraform finds fits"
    )


@pytest.mark.parametrize(
    ("said", "why", "advice"),
    [
        (
            "provider registry registry.opentofu.org does not have a provider named example.com/acme/gone",
            "the registry registry.opentofu.org does not know it",
            "correct its `source`",
        ),
        (
            "no available releases match the given constraints ~> 9.0",
            "no release that OpenTofu finds fits",
            "change its `version`",
        ),
        (
            "the previously-selected version 1.0.0 is no longer available",
            "OpenTofu finds that version nowhere any more",
            "run `tofu init -upgrade`",
        ),
        (
            "provider example.com/acme/gone was not found in any of the search locations\n\n  - /mirror",
            "the configuration of OpenTofu lets it ask no registry",
            "put it into a mirror (tofu providers mirror FOLDER)",
        ),
        (
            "could not query provider registry for acme/gone: 500 Internal Server Error",
            "the registry registry.opentofu.org did not give it",
            "put it into a mirror (tofu providers mirror FOLDER)",
        ),
    ],
)
def test_what_a_registry_answers_is_not_taken_for_silence(said: str, why: str, advice: str) -> None:
    detail = f"Could not retrieve the list of available versions for provider acme/gone: {said}"
    found = error("Failed to query available provider packages", detail)

    (told,) = explain_missing([found], [], (), "tofu")

    assert told.summary.endswith(f"can't be installed: there is no mirror on this machine, and {why}")
    assert told.detail == f"{told.detail.partition(';')[0]}; OpenTofu says: {detail}"
    assert advice in told.detail


@pytest.mark.parametrize(("product", "host"), [("terraform", "terraform"), ("tofu", "opentofu")])
def test_a_command_that_finds_nothing_where_people_are_is_not_repeated(product: Product, host: str) -> None:
    said = f"Could not retrieve the list of available versions for provider acme/gone: not known to {host}"
    aside = (
        "To see which modules are currently depending on acme/gone and what versions are specified, run "
        f"the following command:\n    {product} providers"
    )
    found = error("Failed to query available provider packages", f"{said}\n\n{aside}\n\nReport it.")

    (told,) = explain_missing([found], [], (), product)

    assert told.detail.endswith(f" says: {said}\n\nReport it.")


def test_other_diagnostics_stay_as_they_are() -> None:
    other = error("Invalid expression", "for provider acme/gone")

    assert explain_missing([other], [], (), "terraform") == (other,)


def test_a_mirror_that_has_it_under_the_other_registrys_host(tmp_path: Path) -> None:
    unpacked(tmp_path, "registry.terraform.io")

    found = told(tmp_path, "Could not resolve provider hashicorp/aws: could not connect", "tofu")

    assert found.summary == (
        f"the provider hashicorp/aws can't be installed: the mirror {tmp_path} has it under "
        "registry.terraform.io only, and OpenTofu looks for it under registry.opentofu.org"
    )
    assert f"copy {tmp_path}/registry.terraform.io/hashicorp/aws to " in found.detail
    assert 'source = "registry.terraform.io/hashicorp/aws"' in found.detail
    assert "OpenTofu says: Could not resolve" in found.detail


def test_a_mirror_of_opentofu_in_the_hands_of_terraform(tmp_path: Path) -> None:
    unpacked(tmp_path, "registry.opentofu.org")

    assert "Terraform looks for it under registry.terraform.io" in told(tmp_path, GONE, "terraform").summary


@pytest.mark.parametrize("level", ["registry.opentofu.org", "registry.opentofu.org/hashicorp/aws/5.100.0"])
def test_a_mirror_with_links_that_nobody_follows(tmp_path: Path, level: str) -> None:
    place = "registry.opentofu.org"
    real = unpacked(tmp_path / "real", place)
    link = tmp_path / "mirror" / level
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "real" / level)

    found = told(tmp_path / "mirror", GONE, "tofu")

    assert real.is_dir()
    assert f"can't be installed: {link} is a symbolic link, and OpenTofu follows none there" in found.summary


def test_a_link_in_the_place_of_a_platforms_folder_is_followed(tmp_path: Path) -> None:
    real = unpacked(tmp_path / "real", "registry.opentofu.org")
    link = tmp_path / "mirror" / real.relative_to(tmp_path / "real")
    link.parent.mkdir(parents=True)
    link.symlink_to(real)

    assert read_mirror(tmp_path / "mirror").sources == ("registry.opentofu.org/hashicorp/aws",)


def test_a_version_that_the_stack_pins_is_named(tmp_path: Path) -> None:
    unpacked(tmp_path, "registry.opentofu.org")
    why = "the previously-selected version 5.99.0 is no longer available"
    detail = f"Could not resolve provider hashicorp/aws: {why}"

    assert told(tmp_path, detail, "tofu").summary == (
        "the provider hashicorp/aws 5.99.0, which the stack's .terraform.lock.hcl pins, can't be installed: "
        f"the mirror has only 5.100.0 in {tmp_path}"
    )


@pytest.mark.parametrize(
    ("product", "host"), [("terraform", "registry.terraform.io"), ("tofu", "registry.opentofu.org")]
)
@pytest.mark.parametrize("package", ["local", "current"])
def test_a_lock_file_without_a_checksum_of_this_platform(
    tmp_path: Path, product: Product, host: str, package: str
) -> None:
    unpacked(tmp_path, host)
    detail = (
        f"Error while installing hashicorp/aws v5.100.0: the {package} package for {host}/hashicorp/aws "
        "5.100.0 doesn't match any of the checksums previously recorded in the dependency lock file (this "
        "might be because the available checksums are for packages targeting different platforms)"
    )
    found = error("Failed to install provider", detail)

    (explained,) = explain_missing([found], [], [read_mirror(tmp_path)], product)
    (unmirrored,) = explain_missing([found], [], [], product)

    platform = this_platform()
    assert f".terraform.lock.hcl lists no checksum of this package for {platform}" in explained.summary
    command = f"{product} providers lock -platform={platform}"
    assert f"`{command} -fs-mirror={tmp_path} {host}/hashicorp/aws`" in explained.detail
    assert f"`{command} {host}/hashicorp/aws`" in unmirrored.detail


def test_a_mirror_of_the_other_registry_whose_version_is_a_link(tmp_path: Path) -> None:
    real = unpacked(tmp_path / "real", "registry.terraform.io").parent
    link = tmp_path / "mirror/registry.terraform.io" / AWS / "5.100.0"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)

    found = told(tmp_path / "mirror", GONE, "tofu")

    assert found.summary.endswith(
        f"the mirror {tmp_path}/mirror has it under registry.terraform.io only, and OpenTofu looks "
        f"for it under registry.opentofu.org; besides, {link} is a symbolic link, and OpenTofu follows none "
        "there"
    )
    assert f"to {tmp_path}/mirror/registry.opentofu.org/{AWS}, with what the link leads to" in found.detail


def test_a_link_to_packages_of_another_platform_is_not_the_reason(tmp_path: Path) -> None:
    (tmp_path / "real/5.100.0/plan9_mips").mkdir(parents=True)
    link = tmp_path / "mirror/registry.terraform.io" / AWS
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "real")

    assert "symbolic link" not in told(tmp_path / "mirror", GONE, "tofu").summary


def test_beside_an_older_version_the_newer_one_is_a_link(tmp_path: Path) -> None:
    place = tmp_path / "registry.terraform.io" / AWS
    (place / "5.99.0" / this_platform()).mkdir(parents=True)
    (place / "5.100.0").symlink_to(unpacked(tmp_path / "real", "registry.terraform.io").parent)

    found = told(tmp_path, GONE, "terraform")

    assert f"the mirror has only 5.99.0 in {tmp_path}; {place}/5.100.0 is a symbolic link" in found.summary


def test_beside_an_older_version_the_newer_one_lies_under_the_other_host(tmp_path: Path) -> None:
    (tmp_path / "registry.opentofu.org" / AWS / "5.99.0" / this_platform()).mkdir(parents=True)
    unpacked(tmp_path, "registry.terraform.io")

    found = told(tmp_path, GONE, "tofu")

    assert f"only 5.99.0 in {tmp_path}; the mirror {tmp_path} has others under registry.terr" in found.summary
