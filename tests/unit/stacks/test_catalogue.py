import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cellwright.model.binary import BinarySettings, Product
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.unit import StackPin
from cellwright.stacks import catalogue as catalogue_module
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.source.folder import FoundFile, find_files
from cellwright.stacks.source.gathering import GatheredTree, gather_tree
from cellwright.stacks.source.tree import tree_digest
from unit.git.origins import Origin

APP = {"app/main.tf": 'variable "name" { type = string }\n', "app/x.sh": "x"}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "fleet").mkdir()
    return Catalogue(tmp_path / "fleet", tmp_path / "cache", os.environ)


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)


def test_a_folder_beside_the_fleet(catalogue: Catalogue, tmp_path: Path) -> None:
    write(tmp_path / "stacks", APP)
    tree = catalogue.tree(StackPin("../stacks/app"))
    assert [item.path for item in tree.files] == ["main.tf", "x.sh"]
    assert (tree.label, tree.commit, tree.module) == ("../stacks/app", None, ".")
    assert tree.folder == tmp_path / "stacks/app"
    position = catalogue.contract(StackPin("../stacks/app")).variables["name"].position
    assert position == Position(f"{tmp_path}/stacks/app/main.tf", 1, 1)


def test_a_folder_inside_the_fleet_is_named_from_its_root(catalogue: Catalogue, tmp_path: Path) -> None:
    write(tmp_path / "fleet/stacks", APP)
    contract = catalogue.contract(StackPin("./stacks/app"))
    assert contract.variables["name"].position == Position("stacks/app/main.tf", 1, 1)


def test_findings_are_named_from_the_fleet_s_root(catalogue: Catalogue, tmp_path: Path) -> None:
    write(tmp_path / "fleet/app", {"main.tf": "a = \n", "b.tf": "b {\n"})
    with pytest.raises(DiagnosticError) as refusal:
        catalogue.tree(StackPin("app"))
    assert [str(item.position) for item in refusal.value.diagnostics] == ["app/b.tf:1:1", "app/main.tf:1:5"]
    (tmp_path / "fleet/linked").mkdir()
    write(tmp_path / "fleet/linked", {"main.tf": ""})
    (tmp_path / "fleet/linked/out").symlink_to("/etc/hosts")
    with pytest.raises(DiagnosticError, match="linked/out:1:1: error: a symbolic link leaves"):
        catalogue.tree(StackPin("linked"))


def test_a_stack_from_git(catalogue: Catalogue, origin: Origin, tmp_path: Path) -> None:
    modules = 'module "m" {\n source = "../modules/m"\n}\n'
    commit = origin.commit({**APP, "app/modules.tf": modules, "modules/m/main.tf": ""}, tag="v1")
    tree = catalogue.tree(StackPin(f"git::{origin.url}//app?ref=v1"))
    assert [item.path for item in tree.files] == [
        "app/main.tf",
        "app/modules.tf",
        "app/x.sh",
        "modules/m/main.tf",
    ]
    assert (tree.commit, tree.module) == (commit, "app")
    assert tree.label == f"{origin.url}//app?ref=v1 ({commit[:12]})"
    assert tree.folder.is_relative_to(tmp_path / "cache/git")
    assert catalogue.contract(StackPin(f"git::{origin.url}//app?ref=v1")).variables["name"].required


def test_the_same_files_have_the_same_digest_from_anywhere(
    catalogue: Catalogue, origin: Origin, tmp_path: Path
) -> None:
    write(tmp_path / "stacks", APP)
    origin.commit(APP)
    local = catalogue.tree(StackPin("../stacks/app"))
    assert catalogue.tree(StackPin(f"git::{origin.url}//app")).digest == local.digest


def test_a_version_replaces_the_ref(catalogue: Catalogue, origin: Origin) -> None:
    source = f"git::{origin.url}//app?ref=v1"
    first = origin.commit(APP, tag="v1")
    second = origin.commit({"app/more.tf": ""}, tag="v2")
    assert catalogue.tree(StackPin(source)).commit == first
    assert catalogue.tree(StackPin(source, "v2")).commit == second
    assert catalogue.tree(StackPin(source, first)).commit == first


def test_a_git_folder_is_found_from_the_fleet_s_root(
    catalogue: Catalogue, origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit = origin.commit(APP, tag="v1")
    monkeypatch.chdir(tmp_path)
    assert catalogue.tree(StackPin("git::../origin/bare.git//app?ref=v1")).commit == commit


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("../nowhere", "the stack's source '../nowhere' does not exist; correct `source`, or create it"),
        ("../empty", "the stack's source '../empty' has no Terraform files"),
        ("../file", "the stack's source '../file' is not a folder"),
        ("git::{url}//nowhere?ref=v1", "//nowhere?ref=v1 ({commit})' does not exist"),
        ("git::{url}//docs?ref=v1", "//docs?ref=v1 ({commit})' has no Terraform files"),
        ("git::{url}//app?ref=v9", "has no tag or branch 'v9'"),
        ("git::file:///nowhere.git//app?ref=v1", "the git repository file:///nowhere.git can't be read"),
        ("https://example.com/x.zip", "a stack can't come from 'https:'"),
    ],
)
def test_sources_that_are_none(
    catalogue: Catalogue, origin: Origin, tmp_path: Path, source: str, finding: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    commit = origin.commit({**APP, "docs/x.md": ""}, tag="v1")
    for ask in (catalogue.tree, catalogue.contract):
        with pytest.raises(DiagnosticError) as refusal:
            ask(StackPin(source.format(url=origin.url)))
        assert finding.format(commit=commit[:12]) in str(refusal.value)


def test_a_repository_s_link_may_lead_through_it_but_not_out(catalogue: Catalogue, origin: Origin) -> None:
    (origin.work / "app").mkdir()
    (origin.work / "app/common.tf").symlink_to("../common.tf")
    origin.commit({**APP, "common.tf": "# c"}, tag="inside")
    assert len(catalogue.tree(StackPin(f"git::{origin.url}//app?ref=inside")).files) == 3
    (origin.work / "app/hosts").symlink_to("/etc/hosts")
    origin.commit({}, tag="outside")
    with pytest.raises(DiagnosticError, match="hosts:1:1: error: a symbolic link leaves"):
        catalogue.tree(StackPin(f"git::{origin.url}//app?ref=outside"))


def test_no_git(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DiagnosticError, match="git was not found"):
        catalogue.tree(StackPin("git::https://example.com/x.git//app?ref=v1"))


def test_no_git_is_needed_for_folders(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    write(tmp_path, APP)
    assert catalogue.tree(StackPin("../app")).files


def test_without_a_cache_folders_still_work(tmp_path: Path, origin: Origin) -> None:
    write(tmp_path, {**APP, "file": ""})
    catalogue = Catalogue(tmp_path, tmp_path / "file", os.environ)
    assert catalogue.contract(StackPin("app")).variables
    origin.commit(APP)
    with pytest.raises(DiagnosticError, match="can't be written"):
        catalogue.tree(StackPin(f"git::{origin.url}//app"))


def test_an_answer_stays_for_the_catalogue_s_life(catalogue: Catalogue, tmp_path: Path) -> None:
    write(tmp_path, APP)
    before = catalogue.tree(StackPin("../app"))
    write(tmp_path, {"app/main.tf": "# changed"})
    assert catalogue.tree(StackPin("../app")) is before
    assert (
        Catalogue(tmp_path / "fleet", tmp_path / "cache", os.environ).tree(StackPin("../app")).digest
        != before.digest
    )


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the labels of the stacks that were worked out; each takes a while."""
    seen: list[str] = []
    gate = threading.Event()

    def gather(root: Path, read: object, label: str, *more: object, limit: Path) -> GatheredTree:
        seen.append(label)
        gate.wait(0.2)
        return gather_tree(root, read, label, *more, limit=limit)  # type: ignore[arg-type]

    monkeypatch.setattr(catalogue_module, "gather_tree", gather)
    return seen


def test_threads_share_one_answer(catalogue: Catalogue, tmp_path: Path, gathered: list[str]) -> None:
    write(tmp_path, APP)
    with ThreadPoolExecutor(8) as threads:
        trees = list(threads.map(catalogue.tree, [StackPin("../app")] * 16))
    assert len({id(tree) for tree in trees}) == 1
    assert gathered == ["../app"]


def test_threads_share_one_refusal(catalogue: Catalogue, gathered: list[str]) -> None:
    def ask(_turn: int) -> DiagnosticError:
        with pytest.raises(DiagnosticError, match="does not exist") as refusal:
            catalogue.contract(StackPin("../app"))
        return refusal.value

    with ThreadPoolExecutor(8) as threads:
        refusals = list(threads.map(ask, range(16)))
    assert len({id(refusal) for refusal in refusals}) == 16
    assert gathered == ["../app"]


def test_an_interrupt_is_no_answer(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_arguments: object, **_named: object) -> GatheredTree:
        raise KeyboardInterrupt

    write(tmp_path, APP)
    with monkeypatch.context() as patch:
        patch.setattr(catalogue_module, "gather_tree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            catalogue.tree(StackPin("../app"))
    assert catalogue.tree(StackPin("../app")).files


def test_a_relative_root_is_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, APP)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    catalogue = Catalogue(Path("elsewhere/.."), tmp_path / "cache", os.environ)
    os.chdir("elsewhere")
    assert catalogue.tree(StackPin("app")).folder == tmp_path / "app"


class Products:
    """Says which product settings mean, and notes that it was asked."""

    def __init__(self) -> None:
        self.asked: list[BinarySettings] = []

    def __call__(self, binary: BinarySettings) -> Product:
        self.asked.append(binary)
        return "tofu" if binary.name == "tofu" else "terraform"


BY_TERRAFORM = StackPin("../app", binary=BinarySettings("terraform"))
BY_OPENTOFU = StackPin("../app", binary=BinarySettings("tofu"))
BOTH_KINDS = {
    "app/main.tf": 'variable "old" {}\n',
    "app/main.tofu": 'variable "new" {}\nmodule "m" { source = "./m" }\n',
    "app/more.tf.json": '{"variable": {"old_json": {}}}',
    "app/more.tofu.json": '{"variable": {"new_json": {}}}',
    "app/extra_override.tofu": 'variable "shared" { default = 1 }\n',
    "app/other.tf": 'variable "shared" {}\n',
    "app/m/only.tofu": 'variable "inner" {}\n',
}


@pytest.fixture
def products() -> Products:
    return Products()


@pytest.fixture
def asking(tmp_path: Path, products: Products) -> Catalogue:
    (tmp_path / "fleet").mkdir()
    return Catalogue(tmp_path / "fleet", tmp_path / "cache", os.environ, products)


def test_a_stack_that_both_read_alike_is_read_once_and_nobody_asks_what_runs_it(
    tmp_path: Path, asking: Catalogue, products: Products
) -> None:
    write(tmp_path, APP)
    assert asking.tree(BY_TERRAFORM) is asking.tree(BY_OPENTOFU)
    assert products.asked == []


def test_opentofu_reads_its_own_files_in_place_of_terraforms(
    tmp_path: Path, asking: Catalogue, products: Products
) -> None:
    write(tmp_path, BOTH_KINDS)
    old, new = asking.contract(BY_TERRAFORM).variables, asking.contract(BY_OPENTOFU).variables
    assert set(old) == {"old", "old_json", "shared"}
    assert set(new) == {"new", "new_json", "shared"}
    assert (old["shared"].required, new["shared"].required) == (True, False)
    assert asking.tree(BY_TERRAFORM).digest != asking.tree(BY_OPENTOFU).digest
    assert set(products.asked) == {BY_TERRAFORM.binary, BY_OPENTOFU.binary}


def test_terraforms_digest_is_the_same_whether_anybody_asks_or_not(tmp_path: Path, asking: Catalogue) -> None:
    write(tmp_path, BOTH_KINDS)
    files = {path: (tmp_path / path).read_bytes() for path in BOTH_KINDS}
    before = asking.tree(BY_TERRAFORM)
    assert {file.path for file in before.files} == {path.removeprefix("app/") for path in files}
    plain = tree_digest(
        before.module,
        {
            found.source[len(str(tmp_path)) + 5 :]: found
            for found in find_files(str(tmp_path / "app"))
            if isinstance(found, FoundFile)
        },
    )
    assert before.digest == plain


def test_a_stack_for_opentofu_alone_says_so_where_terraform_runs_it(
    tmp_path: Path, asking: Catalogue
) -> None:
    write(tmp_path, {"app/main.tofu": 'variable "new" {}\n'})
    assert set(asking.contract(BY_OPENTOFU).variables) == {"new"}
    with pytest.raises(DiagnosticError, match=r"has \*\.tofu files, which only OpenTofu reads"):
        asking.contract(BY_TERRAFORM)


def test_a_module_for_opentofu_alone_is_none_for_terraform(tmp_path: Path, asking: Catalogue) -> None:
    module = 'module "m" { source = "./m" }\n'
    write(tmp_path, {"app/main.tf": module, "app/m/only.tofu": 'variable "inner" {}\n'})
    assert asking.tree(BY_OPENTOFU).files
    with pytest.raises(DiagnosticError, match="has no Terraform files"):
        asking.tree(BY_TERRAFORM)
