from pathlib import Path

import pytest

from cellwright.model.binary import Product
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.cli_config import (
    CliConfig,
    choose_cli_config,
    may_override_providers,
    render_cli_config,
)
from cellwright.terraform.install.mirror import (
    ProviderPackage,
    find_mirrors,
    is_named,
    read_mirror,
    unfollowed_link,
)
from cellwright.terraform.install.platform import this_platform
from second_user import give_away, need_second_user

AWS = "registry.terraform.io/hashicorp/aws"


def unpacked(folder: Path, source: str = AWS, version: str = "5.100.0", platform: str = "") -> Path:
    (folder / source / version / (platform or this_platform())).mkdir(parents=True)
    return folder


def packed(folder: Path, source: str, version: str, platform: str = "") -> Path:
    name = (
        f"terraform-provider-{source.rsplit('/', maxsplit=1)[-1]}_{version}_{platform or this_platform()}.zip"
    )
    (folder / source).mkdir(parents=True, exist_ok=True)
    (folder / source / name).touch()
    return folder


def test_both_layouts_are_read_for_this_platform_only(tmp_path: Path) -> None:
    unpacked(tmp_path)
    unpacked(tmp_path, "registry.opentofu.org/hashicorp/random", "3.6.0", "plan9_mips")
    packed(tmp_path, "registry.terraform.io/hashicorp/null", "3.2.1")
    packed(tmp_path, "registry.terraform.io/hashicorp/null", "3.2.2", "plan9_mips")
    (tmp_path / "not-a-host" / "x" / "y").mkdir(parents=True)
    (tmp_path / "registry.terraform.io" / "hashicorp" / "index.json").touch()

    mirror = read_mirror(tmp_path)

    assert mirror.packages == {
        ProviderPackage(AWS, "5.100.0", packed=False),
        ProviderPackage("registry.terraform.io/hashicorp/null", "3.2.1", packed=True),
    }
    assert mirror.links(AWS, "5.100.0")
    assert not mirror.links(AWS, "5.99.0")
    assert not mirror.links("registry.terraform.io/hashicorp/null", "3.2.1")


def test_the_setting_wins_over_the_environment_over_what_is_found(tmp_path: Path) -> None:
    found, named, chosen = (unpacked(tmp_path / name) for name in ("opt/plugins", "named", "fleet/chosen"))
    places = (f"{tmp_path}/opt/*",)
    environment = {"CELLWRIGHT_PROVIDER_MIRROR": str(named)}

    def folders(setting: str | None, ambient: dict[str, str]) -> list[Path]:
        return [mirror.folder for mirror in find_mirrors(setting, ambient, tmp_path / "fleet", places)]

    assert folders("chosen", environment) == [chosen]
    assert folders(None, environment) == [named]
    assert folders(None, {}) == [found]
    assert is_named("chosen", {})
    assert is_named(None, environment)
    assert not is_named(None, {})


def test_the_places_where_terraform_looks_by_itself_are_kept(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "h[o]me" / ".terraform.d" / "plugins").parent.parent

    (mirror,) = find_mirrors(None, {"HOME": str(home)}, tmp_path, ("~/.terraform.d/plugins",))

    assert mirror.sources == (AWS,)


def test_a_mirror_that_is_reached_by_two_ways_counts_once(tmp_path: Path) -> None:
    unpacked(tmp_path / "opt" / "plugins")
    (tmp_path / "opt" / "alias").symlink_to(tmp_path / "opt" / "plugins")

    assert len(find_mirrors(None, {}, tmp_path, (f"{tmp_path}/opt/*",))) == 1


def test_a_named_mirror_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"gone does not exist; correct terraform\.mirror"):
        find_mirrors("gone", {}, tmp_path)
    with pytest.raises(DiagnosticError, match="correct CELLWRIGHT_PROVIDER_MIRROR"):
        find_mirrors(None, {"CELLWRIGHT_PROVIDER_MIRROR": "gone"}, tmp_path)


def test_the_configuration_names_exactly_what_the_mirror_holds(tmp_path: Path) -> None:
    mirror = read_mirror(packed(unpacked(tmp_path), "registry.terraform.io/hashicorp/null", "3.2.1"))
    empty = read_mirror(tmp_path / "registry.terraform.io")

    assert render_cli_config([mirror, empty]) == (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{tmp_path}"\n'
        f'    include = ["{AWS}", "registry.terraform.io/hashicorp/null"]\n'
        "  }\n"
        "  direct {\n"
        f'    exclude = ["{AWS}", "registry.terraform.io/hashicorp/null"]\n'
        "  }\n"
        "}\n"
    )


def test_which_configuration_is_used(tmp_path: Path) -> None:
    mirror = read_mirror(unpacked(tmp_path / "mirror"))
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "own.tfrc").touch()
    missing = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing.tfrc")}
    own = {"TF_CLI_CONFIG_FILE": str(tmp_path / "own.tfrc"), "HOME": str(home)}

    def chosen(environment: dict[str, str], *, named: bool = False, empty: bool = False) -> Path | None:
        mirrors = () if empty else (mirror,)
        return choose_cli_config(mirrors, environment, tmp_path / "cache", named=named).path

    generated = chosen(missing)
    assert generated is not None
    assert generated.read_text() == render_cli_config([mirror])
    assert generated.stat().st_mode & 0o777 == 0o600
    assert chosen(own) == tmp_path / "own.tfrc"
    assert chosen(own, named=True) == generated
    assert chosen({"HOME": str(home)}, empty=True) is None
    (home / ".terraformrc").touch()
    assert chosen({"HOME": str(home)}) == home / ".terraformrc"
    assert chosen({"HOME": str(home)}, named=True) == generated


def test_a_configuration_may_put_other_providers_in_place_of_those_in_the_lock_file(tmp_path: Path) -> None:
    def may(text: str | None, **environment: str) -> bool:
        path = tmp_path / "some.tfrc"
        if text is not None:
            path.write_text(text)
        return may_override_providers(CliConfig(None if text is None else path, ""), environment)

    assert may('provider_installation {\n  dev_overrides { "hashicorp/aws" = "/here" }\n}')
    assert not may(render_cli_config([read_mirror(unpacked(tmp_path / "m"))]))
    assert may_override_providers(CliConfig(tmp_path / "gone", ""), {})

    home = str(tmp_path / "home")
    assert not may(None, HOME=home)
    assert not may(None)
    for folder in (".terraform.d", ".config/opentofu", "elsewhere/opentofu"):
        place = tmp_path / "home" / folder
        place.mkdir(parents=True)
        elsewhere = {"XDG_CONFIG_HOME": f"{home}/elsewhere"} if folder.startswith("elsewhere") else {}
        assert not may(None, HOME=home, **elsewhere)
        (place / "more.tfrc.json").touch()
        assert may(None, HOME=home, **elsewhere)
        (place / "more.tfrc.json").unlink()


def test_the_digest_changes_with_what_is_read(tmp_path: Path) -> None:
    one = read_mirror(unpacked(tmp_path / "one"))
    two = read_mirror(unpacked(tmp_path / "two"))
    cache = tmp_path / "cache"

    digests = {
        choose_cli_config(mirrors, {}, cache, named=True).digest
        for mirrors in ((), (one,), (two,), (one, two))
    }

    assert len(digests) == 4


def test_a_cache_that_cant_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match="can't be written"):
        choose_cli_config([read_mirror(unpacked(tmp_path / "m"))], {}, tmp_path / "cache", named=True)


@pytest.mark.parametrize(
    ("product", "there", "read"),
    [
        ("terraform", (".tofurc", ".terraformrc"), ".terraformrc"),
        ("terraform", (".tofurc",), None),
        ("tofu", (".tofurc", ".terraformrc"), ".tofurc"),
        ("tofu", (".terraformrc",), ".terraformrc"),
    ],
)
def test_each_product_reads_its_own_file(
    tmp_path: Path, product: Product, there: tuple[str, ...], read: str | None
) -> None:
    for name in there:
        (tmp_path / name).touch()
    found = choose_cli_config([], {"HOME": str(tmp_path)}, tmp_path / "cache", named=False, product=product)
    assert found.path == (tmp_path / read if read is not None else None)


@pytest.mark.parametrize("place", ["opt", "opt/plugins", f"opt/plugins/{AWS}/5.100.0"])
def test_a_mirror_that_others_may_write_is_used_only_if_it_is_named(tmp_path: Path, place: str) -> None:
    folder = unpacked(tmp_path / "opt" / "plugins")
    (tmp_path / place).chmod(0o777)
    told: list[str] = []
    assert not find_mirrors(None, {}, tmp_path, (f"{tmp_path}/opt/*",), told.append)
    (notice,) = told
    assert f"{folder} is not used: everybody may write to {tmp_path / place}" in notice
    assert "name it with terraform.mirror" in notice
    assert [mirror.folder for mirror in find_mirrors("opt/plugins", {}, tmp_path)] == [folder]


def test_a_mirror_with_a_package_of_another_user_is_not_used(tmp_path: Path) -> None:
    need_second_user()
    folder = unpacked(tmp_path / "opt" / "plugins")
    program = next(folder.glob(f"{AWS}/*/*")) / "terraform-provider-aws"
    program.touch()
    places = (f"{tmp_path}/opt/*",)
    assert len(find_mirrors(None, {}, tmp_path, places)) == 1
    give_away(program)
    assert not find_mirrors(None, {}, tmp_path, places)


@pytest.mark.parametrize("name", ["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"])
def test_a_configuration_is_not_taken_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "planted.tfrc").touch()
    (tmp_path / ".terraformrc").touch()
    with pytest.raises(DiagnosticError, match="from the current folder"):
        choose_cli_config([], {name: "planted.tfrc"}, tmp_path / "c", named=False)
    for home in (".", ""):
        assert choose_cli_config([], {"HOME": home}, tmp_path / "c", named=False).path is None


def test_a_mirror_that_is_behind_links_is_kept_so_that_they_can_be_named(tmp_path: Path) -> None:
    place = tmp_path / "opt/plugins" / AWS
    place.parent.mkdir(parents=True)
    place.symlink_to(unpacked(tmp_path / "real") / AWS)
    (tmp_path / "opt/nothing/registry.terraform.io").mkdir(parents=True)

    (mirror,) = find_mirrors(None, {}, tmp_path, (f"{tmp_path}/opt/*",))

    assert (mirror.folder, mirror.packages) == (tmp_path / "opt/plugins", frozenset())
    assert unfollowed_link(mirror.folder, AWS) == place
    assert choose_cli_config((mirror,), {}, tmp_path / "cache", named=False).path is None
