"""Where states of Atmos lie: workspaces, prefixes, what is inherited, settings that are imported."""

from pathlib import Path

import pytest

from cellwright.foreign.atmos.tree import read_atmos
from unit.foreign.trees import stacks, states, told, write, written

ATMOS = (
    "components: {terraform: {base_path: c}}\nstacks: {base_path: s, name_template: '{{ .vars.stage }}'}\n"
)
S3 = "terraform: {backend_type: s3, backend: {s3: {bucket: b, key: k.tfstate, region: eu}}}\n"
GCS = "terraform: {backend_type: gcs, backend: {gcs: {bucket: b}}}\n"
AZURE = "terraform: {backend_type: azurerm, backend: {azurerm: {container_name: c, key: above}}}\n"


def tree(
    folder: Path, components: str, backend: str = S3, settings: str = ATMOS, code: str = "", **more: str
) -> Path:
    stack = f"vars: {{stage: prod, region: eu}}\n{backend}components: {{terraform: {{{components}}}}}\n"
    return write(
        folder, {"atmos.yaml": settings, "s/prod.yaml": stack, "c/net/main.tf": code or "# empty\n", **more}
    )


NO_WORKSPACES = ATMOS.replace("base_path: c}", "base_path: c, workspaces_enabled: false}")
SLASH = ATMOS.replace("base_path: c}", "base_path: c, workspace: {prefix_separator: /}}")
BASE = "base: {metadata: {type: abstract, component: net, terraform_workspace: theirs}}"
PLACES = {
    "plain": ({"components": "net: {}"}, {"net": "net/prod/k.tfstate"}),
    "an instance": (
        {"components": "a/b: {metadata: {component: net}}"},
        {"a-b": "net/prod-a-b/k.tfstate"},
    ),
    "a pattern wins over a name": (
        {
            "components": "net: {metadata: {terraform_workspace: w, "
            "terraform_workspace_pattern: '{stage}-{region}-{component}'}}"
        },
        {"net": "net/prod-eu-net/k.tfstate"},
    ),
    "a template wins over both": (
        {
            "components": "net: {metadata: {terraform_workspace: w, terraform_workspace_pattern: p, "
            "terraform_workspace_template: '{{ .vars.stage }}/t'}}"
        },
        {"net": "net/prod-t/k.tfstate"},
    ),
    "metadata is inherited": (
        {"components": f"{BASE}, net: {{metadata: {{component: net, inherits: [base]}}}}"},
        {"net": "net/theirs/k.tfstate"},
    ),
    "metadata is not inherited": (
        {
            "components": f"{BASE}, net: {{metadata: {{component: net, inherits: [base]}}}}",
            "settings": ATMOS.replace("base_path: s,", "base_path: s, inherit: {metadata: false},"),
        },
        {"net": "net/prod/k.tfstate"},
    ),
    "no workspaces": ({"components": "net: {}", "settings": NO_WORKSPACES}, {"net": "k.tfstate"}),
    "no workspaces, by a file that is imported": (
        {
            "components": "net: {}",
            "settings": f"import: [more/*.yaml]\n{ATMOS}",
            "more/x.yaml": "components: {terraform: {workspaces_enabled: false}}\n",
        },
        {"net": "k.tfstate"},
    ),
    "a folder of settings": (
        {"components": "net: {}", "atmos.d/x.yaml": "components: {terraform: {workspaces_enabled: false}}\n"},
        {"net": "k.tfstate"},
    ),
    "a separator": (
        {"components": "x: {metadata: {component: net, name: a/b}}", "settings": SLASH},
        {"x": "a/b/prod-x/k.tfstate"},
    ),
    "a prefix of the component": (
        {"components": "net: {backend: {s3: {workspace_key_prefix: mine}}}"},
        {"net": "mine/prod/k.tfstate"},
    ),
    "the key of Azure": (
        {"components": "net: {}", "backend": AZURE},
        {"net": "above/net.terraform.tfstateenv:prod"},
    ),
    "a key of Azure that the component has": (
        {"components": "net: {backend: {azurerm: {key: mine}}}", "backend": AZURE},
        {"net": "mineenv:prod"},
    ),
    "the prefix of Google, without workspaces": (
        {"components": "net: {}", "backend": GCS, "settings": NO_WORKSPACES},
        {"net": "net"},
    ),
    "the code's own": (
        {
            "components": "net: {}",
            "backend": "",
            "settings": NO_WORKSPACES,
            "code": 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "code"\n  }\n}\n',
        },
        {"net": "code"},
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_state_lies_where_atmos_has_it(tmp_path: Path, case: str) -> None:
    given, expected = PLACES[case]
    fleet = written(read_atmos(tree(tmp_path, **given), {}), tmp_path)
    assert states(fleet) == {f"prod/{name}": place for name, place in expected.items()}


UNKNOWN = {
    "no key": {"components": "net: {}", "backend": S3.replace("key: k.tfstate, ", "")},
    "no section of the backend": {"components": "net: {}", "backend": S3.replace("{s3: {", "{gcs: {")},
    "the prefix of Google, with workspaces": {"components": "net: {}", "backend": GCS},
    "a pattern that is not known": {
        "components": "net: {metadata: {terraform_workspace_pattern: '{stage}-{workspace}'}}"
    },
    "a folder that is inherited": {"components": f"{BASE}, one: {{metadata: {{inherits: [base]}}}}"},
    "a cloud": {"components": "net: {}", "backend": "", "code": "terraform {\n  cloud {}\n}\n"},
    "another backend of the code": {
        "components": "net: {}",
        "settings": ATMOS.replace("base_path: c}", "base_path: c, auto_generate_backend_file: false}"),
        "code": 'terraform {\n  backend "gcs" {}\n}\n',
    },
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_unit_is_off_whose_state_may_be_elsewhere(tmp_path: Path, case: str) -> None:
    fleet = written(read_atmos(tree(tmp_path, **UNKNOWN[case]), {}), tmp_path)
    assert states(fleet) == {}
    assert [item["enabled"] for item in stacks(fleet, "prod").values()] == [False]
    assert "is switched off: where its state lies can't be told" in told(fleet)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("replace", [{"a": 2}]), ("append", [{"a": 1, "b": 1}, 5, {"a": 2}]), ("merge", [{"a": 2, "b": 1}, 5])],
)
def test_lists_are_merged_as_the_tree_says(tmp_path: Path, strategy: str, expected: list[object]) -> None:
    components = "net: {vars: {list: [{a: 2}]}}"
    backend = S3.replace("terraform: {", "terraform: {vars: {list: [{a: 1, b: 1}, 5]}, ")
    settings = f"{ATMOS}settings: {{list_merge_strategy: {strategy}}}\n"
    fleet = written(read_atmos(tree(tmp_path, components, backend, settings), {}), tmp_path)
    assert stacks(fleet, "prod")["net"]["list"] == expected


def test_a_lock_and_settings_from_elsewhere_are_told(tmp_path: Path) -> None:
    settings = f"import: ['https://example.com/x.yaml']\n{ATMOS}"
    fleet = written(
        read_atmos(tree(tmp_path, "net: {metadata: {locked: true}}", settings=settings), {}), tmp_path
    )
    assert "'net' of prod is locked, and is not here" in told(fleet)
    assert "atmos.yaml:1:1: error: the import 'https://example.com/x.yaml' of settings is not read" in told(
        fleet
    )


def test_versions_come_from_the_lock_file_of_the_stacks_track(tmp_path: Path) -> None:
    lock = "tracks: {prod: {app: {version: 1.2.3}, pinned: {version: v2, digest: 'sha256:aa'}}}\n"
    components = (
        "net: {vars: {a: !version app, b: 'app:{{ .version.app }}', c: !version pinned, "
        "d: '{{ .version.pinned }}', e: !version none}}"
    )
    root = tree(tmp_path, components, f"version: {{track: prod}}\n{S3}", **{"versions.lock.yaml": lock})
    fleet = written(read_atmos(root, {}), tmp_path)
    found = stacks(fleet, "prod")["net"]
    assert (found["a"], found["b"], found["c"], found["d"]) == ("1.2.3", "app:1.2.3", "v2", "sha256:aa")
    assert "e" not in found
    assert "the lock file of versions has none of that name and track" in told(fleet)
