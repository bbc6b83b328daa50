import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.stacks.source.folder import FoundFile
from cellwright.stacks.source.gathering import GatheredTree, gather_tree
from cellwright.stacks.source.tree import tree_digest


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


def gather(folder: Path, boundary: Path | None = None) -> GatheredTree:
    return gather_tree(folder, read_module, "../stack", boundary)


def call(name: str, source: str) -> str:
    return f'module "{name}" {{\n  source = "{source}"\n}}\n'


APP = {
    "stacks/app/main.tf": call("names", "../../modules/names") + call("inner", "./inner"),
    "stacks/app/inner/main.tf": "",
    "stacks/app/files/run.sh": "x",
    "stacks/app/.terraform.lock.hcl": "lock",
    "stacks/other/main.tf": "",
    "modules/names/main.tf": call("deep", "../deep"),
    "modules/deep/main.tf": "",
    "modules/unused/main.tf": "",
}


def test_a_stack_by_itself_is_its_folder(tmp_path: Path) -> None:
    tree = gather(write(tmp_path, {"main.tf": "", "b/x.txt": "", "a.txt": ""}))
    assert [item.path for item in tree.files] == ["a.txt", "b/x.txt", "main.tf"]
    assert [item.source for item in tree.files] == [tmp_path / item.path for item in tree.files]
    assert (tree.module, tree.folder) == (".", tmp_path)


def test_local_modules_lie_as_before_to_each_other(tmp_path: Path) -> None:
    tree = gather(write(tmp_path, APP) / "stacks/app")
    assert [item.path for item in tree.files] == [
        "modules/deep/main.tf",
        "modules/names/main.tf",
        "stacks/app/.terraform.lock.hcl",
        "stacks/app/files/run.sh",
        "stacks/app/inner/main.tf",
        "stacks/app/main.tf",
    ]
    assert (tree.module, tree.folder) == ("stacks/app", tmp_path)


def test_a_module_above_brings_all_of_it(tmp_path: Path) -> None:
    tree = gather(write(tmp_path, {"main.tf": "", "x.txt": "", "stack/main.tf": call("up", "../")}) / "stack")
    assert [item.path for item in tree.files] == ["main.tf", "stack/main.tf", "x.txt"]
    assert (tree.module, tree.folder) == ("stack", tmp_path)


def test_modules_in_a_circle_end(tmp_path: Path) -> None:
    tree = gather(write(tmp_path, {"main.tf": call("a", "./a"), "a/main.tf": call("back", "../")}))
    assert [item.path for item in tree.files] == ["a/main.tf", "main.tf"]


def test_the_digest_is_the_same_wherever_the_tree_lies(tmp_path: Path) -> None:
    here = gather(write(tmp_path / "here", APP) / "stacks/app")
    there = write(tmp_path / "far" / "there", dict(reversed(APP.items())))
    for path in there.rglob("*"):
        path.touch()
    assert gather(there / "stacks/app").digest == here.digest


def changed(folder: Path, change: str) -> None:
    match change:
        case "a byte":
            (folder / "stacks/app/files/run.sh").write_text("y")
        case "a module's byte":
            (folder / "modules/deep/main.tf").write_text("# new")
        case "the lock file":
            (folder / "stacks/app/.terraform.lock.hcl").write_text("other")
        case "an executable bit":
            (folder / "stacks/app/files/run.sh").chmod(0o755)
        case "a name":
            (folder / "stacks/app/files/run.sh").rename(folder / "stacks/app/files/go.sh")
        case "a new file":
            (folder / "stacks/app/new.txt").write_text("")
        case _:
            (folder / "stacks/app/files/run.sh").unlink()


@pytest.mark.parametrize(
    "change",
    [
        "a byte",
        "a module's byte",
        "the lock file",
        "an executable bit",
        "a name",
        "a new file",
        "a file less",
    ],
)
def test_the_digest_changes_with(tmp_path: Path, change: str) -> None:
    before = gather(write(tmp_path, APP) / "stacks/app").digest
    changed(tmp_path, change)
    assert gather(tmp_path / "stacks/app").digest != before


@pytest.mark.parametrize(
    "path",
    [
        *("stacks/app/.terraform/modules/x.tf", "stacks/app/terraform.tfstate", "stacks/app/.git/HEAD"),
        *("stacks/app/crash.log", "stacks/app/.main.tf.swp", "stacks/other/x.tf", "modules/unused/x.tf"),
    ],
)
def test_the_digest_does_not_change_with(tmp_path: Path, path: str) -> None:
    before = gather(write(tmp_path, APP) / "stacks/app").digest
    write(tmp_path, {path: "whatever"})
    assert gather(tmp_path / "stacks/app").digest == before


LISTINGS = st.dictionaries(
    st.text(min_size=1, max_size=6), st.tuples(st.booleans(), st.binary(max_size=3)), max_size=4
)


def digest_of(module: str, listing: Mapping[str, tuple[bool, bytes]]) -> str:
    files = {
        path: FoundFile(path, executable, digest, None) for path, (executable, digest) in listing.items()
    }
    return tree_digest(module, files)


@given(LISTINGS, LISTINGS)
def test_trees_have_one_digest_only_if_they_are_the_same(
    one: Mapping[str, tuple[bool, bytes]], other: Mapping[str, tuple[bool, bytes]]
) -> None:
    padded = [
        {path: (bit, text.ljust(32)) for path, (bit, text) in listing.items()} for listing in (one, other)
    ]
    assert (digest_of(".", padded[0]) == digest_of(".", padded[1])) == (padded[0] == padded[1])
    assert digest_of("a", padded[0]) != digest_of("b", padded[0])


def test_names_do_not_run_into_each_other() -> None:
    listing = {"content": (False, b"x" * 32)}
    assert digest_of("a", {f"b{name}": item for name, item in listing.items()}) != digest_of("ab", listing)


def test_a_link_inside_the_tree_is_its_target(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": call("m", "./linked"), "shared/main.tf": "", "run.sh": "x"})
    (tmp_path / "linked").symlink_to("shared")
    (tmp_path / "go.sh").symlink_to("run.sh")
    linked = gather(tmp_path)
    copied = tmp_path.parent / "copied"
    shutil.copytree(tmp_path, copied)
    assert not (copied / "linked").is_symlink()
    assert gather(copied).digest == linked.digest


def test_a_link_may_lead_to_a_module_of_the_tree(tmp_path: Path) -> None:
    write(tmp_path, {"stack/main.tf": call("m", "../shared"), "shared/common.tf": ""})
    (tmp_path / "stack/common.tf").symlink_to("../shared/common.tf")
    assert [item.path for item in gather(tmp_path / "stack").files][-2:] == [
        "stack/common.tf",
        "stack/main.tf",
    ]


def test_links_that_leave_the_tree(tmp_path: Path) -> None:
    write(tmp_path, {"stack/main.tf": "", "stack/in/x": "", "outside/secret": "", "stack2/x": ""})
    (tmp_path / "stack/absolute").symlink_to("/etc/passwd")
    (tmp_path / "stack/relative").symlink_to("../outside/secret")
    (tmp_path / "stack/in/folder").symlink_to("../../outside")
    (tmp_path / "stack/alike").symlink_to("../stack2/x")
    (tmp_path / "stack/twice").symlink_to("relative")
    with pytest.raises(DiagnosticError) as refusal:
        gather(tmp_path / "stack")
    found = {item.position.file: item.summary for item in refusal.value.diagnostics if item.position}
    names = ("absolute", "alike", "in/folder", "relative", "twice")
    summary = "a symbolic link leaves the stack's source tree"
    assert found == {f"{tmp_path}/stack/{name}": summary for name in names}


def test_a_module_that_is_a_link_out_of_the_tree(tmp_path: Path) -> None:
    write(tmp_path, {"fleet/stack/main.tf": call("m", "../shared"), "elsewhere/main.tf": ""})
    (tmp_path / "fleet/shared").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DiagnosticError, match=r"fleet/shared:1:1: error: a symbolic link leaves"):
        gather(tmp_path / "fleet/stack")


def test_within_a_repository_links_go_anywhere(tmp_path: Path) -> None:
    write(tmp_path, {"stack/main.tf": "", "shared/common.tf": ""})
    (tmp_path / "stack/common.tf").symlink_to("../shared/common.tf")
    assert len(gather(tmp_path / "stack", boundary=tmp_path).files) == 2


def test_a_module_that_leaves_its_repository(tmp_path: Path) -> None:
    write(tmp_path, {"repository/stack/main.tf": call("m", "../../other"), "other/main.tf": ""})
    with pytest.raises(DiagnosticError, match=r"main\.tf:1:1: error: the module 'm' leaves its repository"):
        gather(tmp_path / "repository/stack", boundary=tmp_path / "repository")


def test_a_stack_behind_a_link_of_the_fleet(tmp_path: Path) -> None:
    write(tmp_path, {"real/main.tf": "", "real/x": ""})
    (tmp_path / "link").symlink_to("real")
    assert gather(tmp_path / "link").digest == gather(tmp_path / "real").digest


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("nowhere", "the stack's source '../stack' does not exist"),
        ("file.tf", "the stack's source '../stack' is not a folder"),
        ("empty", "the stack's source '../stack' has no Terraform files"),
        ("other", "the stack's source '../stack' has no Terraform files"),
    ],
)
def test_folders_that_are_no_stack(tmp_path: Path, path: str, finding: str) -> None:
    write(tmp_path, {"file.tf": "", "other/README.md": "", "other/inner/main.tf": "", "other/.x.tf": ""})
    (tmp_path / "empty").mkdir()
    with pytest.raises(DiagnosticError) as refusal:
        gather(tmp_path / path)
    (diagnostic,) = refusal.value.diagnostics
    assert diagnostic.summary == finding
    assert diagnostic.detail


def test_a_module_that_is_called_through_the_folder_above_brings_that_folder(tmp_path: Path) -> None:
    files = {"s/main.tf": call("m", "../s/m"), "s/m/main.tf": "", "other/main.tf": ""}
    tree = gather(write(tmp_path, files) / "s")
    assert [item.path for item in tree.files] == ["s/m/main.tf", "s/main.tf"]
    assert (tree.module, tree.folder) == ("s", tmp_path)


LINKED = {
    "s/main.tf": call("a", "./a"),
    "s/b/main.tf": "# as spelled",
    "shared/a/main.tf": call("b", "../b"),
    "shared/b/main.tf": "# as Terraform finds it",
}


def test_a_call_that_leads_elsewhere_through_a_link_is_refused(tmp_path: Path) -> None:
    write(tmp_path, LINKED)
    (tmp_path / "s" / "a").symlink_to("../shared/a")
    with pytest.raises(
        DiagnosticError, match=r"reached by a symbolic link; there '\.\./b' leads to .*shared/b"
    ):
        gather(tmp_path / "s", tmp_path)


def test_a_call_through_a_link_that_leads_where_it_seems_to(tmp_path: Path) -> None:
    write(tmp_path, {**LINKED, "shared/a/main.tf": call("c", "./c"), "shared/a/c/main.tf": ""})
    (tmp_path / "s" / "a").symlink_to("../shared/a")
    tree = gather(tmp_path / "s", tmp_path)
    assert [item.path for item in tree.files] == ["a/c/main.tf", "a/main.tf", "b/main.tf", "main.tf"]


def test_a_call_through_a_link_to_what_is_there_as_spelled_alone(tmp_path: Path) -> None:
    write(tmp_path, LINKED)
    shutil.rmtree(tmp_path / "shared" / "b")
    (tmp_path / "s" / "a").symlink_to("../shared/a")
    assert "b/main.tf" in [item.path for item in gather(tmp_path / "s", tmp_path).files]


def test_variables_that_the_root_modules_own_files_set(tmp_path: Path) -> None:
    files = {
        "s/main.tf": call("m", "../m"),
        "s/terraform.tfvars": "a = 1",
        "s/z.auto.tfvars.json": '{"b": 2}',
        "s/prod.tfvars": "c = 3",
        "s/sub/terraform.tfvars": "d = 4",
        "m/main.tf": "",
        "m/terraform.tfvars": "e = 5",
    }
    assert gather(write(tmp_path, files) / "s").own_values == {"a", "b"}
