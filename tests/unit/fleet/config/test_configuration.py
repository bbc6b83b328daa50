"""fleet.yaml: every key of the wrong kind, every unknown key, every name that can't be one."""

import re
from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import AnchorSetting, AuditSettings, UnitLimits
from cellwright.model.binary import BinarySettings
from unit.fleet.workbench import ONE_LEVEL, THREE_LEVELS, load, told

LEVELS = "levels:\n  - {name: base, cells: accounts, stacks: {one: {source: any}}}\n"
CELLS = {"accounts/prod.yaml": "{}"}


def findings(tmp_path: Path, text: str) -> list[str]:
    return told(load(tmp_path, {"fleet.yaml": text, **CELLS}))


def test_everything_has_a_default(tmp_path: Path) -> None:
    fleet = load(tmp_path, {"fleet.yaml": "fleet: test\n" + LEVELS, **CELLS})
    assert not fleet.diagnostics
    assert fleet.name == "test"
    assert fleet.terraform.binary == BinarySettings()
    assert fleet.terraform.binary.program == "terraform"
    assert fleet.terraform.fetch
    assert fleet.terraform.releases == ()
    assert fleet.terraform.relay
    assert fleet.terraform.timeout == 3600
    level = fleet.levels[0]
    assert (level.name, level.cells, level.placement, level.layers) == ("base", "accounts", None, ())


TERRAFORM = """
terraform:
  binary: tofu
  version: ">= 1.9"
  fetch: false
  releases: {tofu: "https://mirror.example/tofu"}
  mirror: /srv/mirror
  relay: false
  parallel: 4
  limits: {fleet: 60, account: 8}
  timeout: 90m
  lock_timeout: 30
  environment_pass: [AWS_PROFILE, VAULT_*]
"""


def test_everything_can_be_said(tmp_path: Path) -> None:
    terraform = load(tmp_path, {"fleet.yaml": "fleet: test" + TERRAFORM + LEVELS, **CELLS}).terraform
    assert terraform.binary == BinarySettings("tofu", None, ">= 1.9")
    assert not terraform.fetch
    assert terraform.releases == (("tofu", "https://mirror.example/tofu"),)
    assert terraform.mirror == "/srv/mirror"
    assert (terraform.relay, terraform.parallel) == (False, 4)
    assert terraform.limits == UnitLimits(60, 8, None)
    assert (terraform.timeout, terraform.lock_timeout) == (5400, 30)
    assert terraform.environment_pass == ("AWS_PROFILE", "VAULT_*")


AUDIT = """
audit:
  keys: [audit/ops.asc]
  anchors:
    - file: audit/anchors.log
    - git_note: refs/notes/cellwright-audit
    - {s3: bucket/audit, retain_days: 2190}
"""


def test_the_trail_can_be_anchored(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text("fleet: test" + AUDIT + LEVELS)
    for _ in range(2):  # read, then from the cache
        configuration, findings = read_configured(FleetFiles(tmp_path), tmp_path)
        assert findings == ()
        assert configuration.audit == AuditSettings(
            (
                AnchorSetting("file", "audit/anchors.log"),
                AnchorSetting("git_note", "refs/notes/cellwright-audit"),
                AnchorSetting("s3", "bucket/audit", 2190),
            ),
            ("audit/ops.asc",),
        )


def test_providers_can_be_kept_from_the_relay(tmp_path: Path) -> None:
    setting = "\nterraform: {relay: {except: [hashicorp/AWS, registry.example.com:8443/team/own]}}\n"
    terraform = load(tmp_path, {"fleet.yaml": "fleet: test" + setting + LEVELS, **CELLS}).terraform

    assert terraform.relay
    assert terraform.relay_except == ("hashicorp/aws", "registry.example.com:8443/team/own")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fleet: 3", "'fleet' must be a string, not a number; quote it"),
        ("fleet: [a]", "'fleet' must be a string, not a list"),
        ("fleet: null", "'fleet' must be a string, not null"),
        ("fleet: Medloop", "'fleet' can't be 'Medloop'; a name has lower-case letters"),
        ("terraform: x", "'terraform' must be a mapping, not a string"),
        ("terraform: null", "'terraform' must be a mapping, not null"),
        ("terraform: {binary: 1}", "'binary' must be a string, not a number"),
        ("terraform: {binary: ''}", "'binary' can't be ''"),
        ("terraform: {version: 1.9}", "'version' must be a string, not a number; quote it"),
        ("terraform: {mirror: []}", "'mirror' must be a string, not a list"),
        ("terraform: {relay: yes}", "'relay' must be true, false or a mapping, not a string"),
        ("terraform: {relay: null}", "'relay' must be true, false or a mapping, not"),
        ("terraform: {relay: {except: hashicorp/aws}}", "'except' must be a list, not a string"),
        ("terraform: {relay: {except: [aws]}}", "element 1 of 'except' can't be 'aws'"),
        ("terraform: {relay: {exept: [hashicorp/aws]}}", "unknown key 'exept'"),
        ("terraform: {parallel: many}", "'parallel' must be a whole number, not a string"),
        ("terraform: {parallel: 1.5}", "'parallel' must be a whole number, not a number"),
        ("terraform: {parallel: 0}", "'parallel' can't be '0'"),
        ("terraform: {limits: {run: 0}}", "'run' can't be '0'"),
        ("terraform: {parallel: true}", "'parallel' must be a whole number, not true or false"),
        ("terraform: {timeout: soon}", "'timeout' can't be 'soon'; a duration is a number of seconds"),
        ("terraform: {timeout: -1}", "'timeout' can't be '-1'"),
        ("terraform: {timeout: []}", "'timeout' must be a whole number, not a list"),
        ("terraform: {lock_timeout: {}}", "'lock_timeout' must be a whole number, not a mapping"),
        ("terraform: {environment_pass: A}", "'environment_pass' must be a list, not a string"),
        ("terraform: {environment_pass: [A, 1]}", "element 2 of 'environment_pass' must be a string"),
        ("terraform: {environment_pass: ['A B']}", "element 1 of 'environment_pass' can't be 'A B'"),
        ("terraform: {environment_pass: ['*']}", "'*'; a pattern says how its names begin, as in VAULT_*"),
        ("terraform: {environment_pass: [A, 'A?']}", "element 2 of 'environment_pass' can't be 'A?'"),
        ("terraform: {environment_pass: [TF_VAR_x]}", "values of variables are inputs of their stack"),
        ("terraform: {environment_pass: [TF_INPUT]}", "it is never handed on"),
        ("terraform: {product: opentofu}", "'product' can't be 'opentofu'; should be 'terraform' or 'tofu'"),
        ("terraform: {fetch: yes}", "'fetch' must be true or false, not a string"),
        ("terraform: {releases: x}", "'releases' must be a mapping, not a string"),
        ("terraform: {releases: {opentofu: x}}", "unknown key 'opentofu'; did you mean 'tofu'?"),
        ("terraform: {releases: {tofu: 1}}", "'tofu' must be a string, not a number"),
        ("terraform: {releases: {tofu: mirror}}", "'tofu' can't be 'mirror'; a web address begins with"),
        (
            "terraform: {releases: {tofu: 'https://ada:canary@mirror'}}",
            "'tofu' can't be 'https://...@mirror'; it would show a user or password",
        ),
        ("terraform: {binry: x}", "unknown key 'binry'; did you mean 'binary'?"),
        ("state: s3", "'state' must be a mapping, not a string"),
        ("state: {backend: 1}", "'backend' must be a string, not a number"),
        ("state: {config: x}", "'config' must be a mapping, not a string"),
        ("state: {confg: {}}", "unknown key 'confg'; did you mean 'config'?"),
        ("stat: {}", "unknown key 'stat'; did you mean 'state'?"),
        ("policies: hipaa", "'policies' must be a mapping, not a string"),
        ("policies: {packs: hipaa}", "'packs' must be a list, not a string"),
        ("policies: {packs: [../x]}", "element 1 of 'packs' can't be '../x'"),
        ("policies: {folder: /etc}", "policies lie in a folder of the fleet repository"),
        ("policies: {folder: ../x}", "policies lie in a folder of the fleet repository"),
        ("policies: {pack: []}", "unknown key 'pack'; did you mean 'packs'?"),
        ("audit: {anchor: []}", "unknown key 'anchor'; did you mean 'anchors'?"),
        ("audit: {anchors: [{file: a, s3: abc}]}", "an anchor is one of `file`, `git_note` and `s3`"),
        ("audit: {anchors: [{s3: abc}]}", "`s3` needs `retain_days`"),
        ("audit: {anchors: [{file: a, retain_days: 3}]}", "`s3` needs `retain_days`"),
        ("audit: {anchors: [{s3: A_B, retain_days: 3}]}", "write a bucket's name"),
        ("audit: {anchors: [{git_note: heads/x}]}", "a ref of git notes looks like refs/notes/"),
        ("audit: {anchors: [{git_note: refs/notes/../x}]}", "a ref of git notes looks like refs/notes/"),
        ("audit: {anchors: [{fil: a}]}", "unknown key 'fil'; did you mean 'file'?"),
        (
            "zzz: 1",
            "unknown key 'zzz'; known: addresses, approvals, artifacts, audit, builds, capacity and ",
        ),
    ],
)
def test_outside_the_levels(tmp_path: Path, line: str, expected: str) -> None:
    start = "" if line.startswith("fleet") else "fleet: test\n"
    found = findings(tmp_path, f"{start}{line}\n{LEVELS}")
    assert len(found) == 1, found
    assert re.match(r"fleet\.yaml:[12]:\d+: error: ", found[0])
    assert expected in found[0]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("levels: {}", "'levels' must be a list, not a mapping"),
        ("levels: []", "'levels' can't be an empty list; list at least one"),
        ("levels: [x]", "element 1 of 'levels' must be a mapping, not a string"),
        ("levels: [{cells: a}]", "'name' is missing"),
        ("levels: [{name: a}]", "'cells' is missing"),
        ("levels: [{name: 1, cells: a}]", "'name' must be a string"),
        ("levels: [{name: a/b, cells: a}]", "'name' can't be 'a/b'"),
        ("levels: [{name: base, cells: 1}]", "'cells' must be a string"),
        ("levels: [{name: base, cells: a, placement: 1}]", "'placement' must be a string"),
        ("levels: [{name: base, cells: a, placement: cell}]", "'cell' has a meaning of its own"),
        ("levels: [{name: base, cells: a, placement: stacks}]", "'stacks' has a meaning of its own"),
        ("levels: [{name: base, cells: a, placement: a.b}]", "'placement' can't be 'a.b'"),
        ("levels: [{name: base, cells: a, layers: x}]", "'layers' must be a list"),
        ("levels: [{name: base, cells: a, layers: [1]}]", "element 1 of 'layers' must be a string"),
        ("levels: [{name: base, cells: a, stacks: [x]}]", "'stacks' must be a mapping"),
        ("levels: [{name: base, cells: a, stacks: {b: x}}]", "'b' must be a mapping, not a string"),
        ("levels: [{name: base, cells: a, stacks: {b: null}}]", "'b' must be a mapping, not null"),
        ("levels: [{name: base, cells: a, stacks: {b: {}}}]", "'source' is missing"),
        ("levels: [{name: base, cells: a, stacks: {b: {source: 1}}}]", "'source' must be a string"),
        ("levels: [{name: base, cells: a, stacks: {b: {source: ''}}}]", "'source' can't be ''"),
        ("levels: [{name: base, cells: a, stacks: {b: {source: x, needs: c}}}]", "'needs' must be a list"),
        ("levels: [{name: base, cells: a, stacks: {b: {source: x, needs: [1]}}}]", "element 1 of 'needs'"),
        (
            "levels: [{name: base, cells: a, stacks: {b: {source: x, enabled: 1}}}]",
            "'enabled' must be true or false",
        ),
        (
            "levels: [{name: base, cells: a, stacks: {b: {source: x, version: 1.5}}}]",
            "'version' must be a string",
        ),
        (
            "levels: [{name: base, cells: a, stacks: {b: {sorce: x, source: y}}}]",
            "unknown key 'sorce'; did you mean 'source'?",
        ),
        ("levels: [{name: base, cells: a, stcks: {}}]", "unknown key 'stcks'; did you mean 'stacks'?"),
        ("levels: [{name: base, cells: a, stacks: {B: {source: y}}}]", "'B' can't be a name"),
    ],
)
def test_inside_the_levels(tmp_path: Path, levels: str, expected: str) -> None:
    fleet = load(tmp_path, {"fleet.yaml": f"fleet: test\n{levels}\n", **CELLS})
    assert len(fleet.diagnostics) == 1, told(fleet)
    assert expected in told(fleet)[0]
    assert told(fleet)[0].startswith("fleet.yaml:2:")
    assert not fleet.levels


@pytest.mark.parametrize("name", ["a/b", "a.b", "a b", "..", "A", "é", "-a", "a-", "a" * 200, "a_b", "''"])
def test_names(tmp_path: Path, name: str) -> None:
    found = findings(tmp_path, f"fleet: test\nlevels: [{{name: {name}, cells: accounts}}]\n")
    assert len(found) == 1
    assert "a name" in found[0]


def test_all_faults_in_one_go(tmp_path: Path) -> None:
    text = "flet: test\nterraform: {relay: 1, x: 2}\nlevels:\n  - {nme: a}\nlevels2: 1\n"
    found = findings(tmp_path, text)
    assert [line.split(" error: ")[1].split(";")[0] for line in found] == [
        "'fleet' is missing",
        "unknown key 'flet'",
        "'relay' must be true, false or a mapping, not a number",
        "unknown key 'x'",
        "'cells' is missing",
        "'name' is missing",
        "unknown key 'nme'",
        "unknown key 'levels2'",
    ]


def test_a_fault_outside_the_levels_hides_nothing_in_the_cells(tmp_path: Path) -> None:
    text = f"fleet: test\nterrafrom: {{}}\n{LEVELS}"
    found = told(load(tmp_path, {"fleet.yaml": text, "accounts/prod.yaml": "stacks: {oen: {}}"}))
    assert [line.split(" error: ")[1] for line in found] == [
        "unknown stack 'oen'; did you mean 'one'?",
        "unknown key 'terrafrom'; did you mean 'terraform'?",
    ]


@pytest.mark.parametrize("content", ["", "[]", "text", "3", "# nothing"])
def test_no_mapping_at_all(tmp_path: Path, content: str) -> None:
    assert len(findings(tmp_path, content)) == 1


@pytest.mark.parametrize(
    ("stacks", "expected"),
    [
        ("a: {source: any, needs: [b]}", "stack 'a' needs an unknown stack 'b'"),
        ("net: {source: any}, a: {source: any, needs: [nte]}", "did you mean 'net'?"),
        ("a: {source: any, needs: [a]}", "stack 'a' needs itself"),
        ("base: {source: any}", "a stack and a level are both called 'base'"),
    ],
)
def test_needs_and_clashes(tmp_path: Path, stacks: str, expected: str) -> None:
    found = findings(
        tmp_path, f"fleet: test\nlevels: [{{name: base, cells: accounts, stacks: {{{stacks}}}}}]\n"
    )
    assert expected in found[0]


def test_two_levels_of_one_name(tmp_path: Path) -> None:
    text = "fleet: test\nlevels:\n  - {name: a, cells: x}\n  - {name: a, cells: y}\n"
    assert "fleet.yaml:4:12: error: there are two levels 'a'" in findings(tmp_path, text)[0]


def test_the_first_level_has_no_placement(tmp_path: Path) -> None:
    found = findings(tmp_path, "fleet: test\nlevels: [{name: a, cells: x, placement: account}]\n")
    assert "the first level can't be placed in another" in found[0]


@pytest.mark.parametrize("folder", [".", "..", "../other", "/etc", "a/../..", "fleet.yaml"])
def test_a_folder_of_cells_outside(tmp_path: Path, folder: str) -> None:
    (tmp_path / "other").mkdir()
    found = findings(tmp_path / "fleet", f"fleet: test\nlevels: [{{name: a, cells: '{folder}'}}]\n")
    assert "can't be a level's folder of cells" in found[0]


def test_a_folder_of_cells_that_is_not_there_yet(tmp_path: Path) -> None:
    assert not findings(tmp_path, "fleet: test\nlevels: [{name: a, cells: absent}]\n")


def test_a_folder_of_cells_that_is_not_there_by_a_slip(tmp_path: Path) -> None:
    found = findings(tmp_path, "fleet: test\nlevels: [{name: a, cells: acounts}]\n")
    assert len(found) == 1
    assert found[0].startswith("fleet.yaml:2:10: warning: the folder 'acounts' doesn't exist")
    assert found[0].endswith("did you mean 'accounts'?")


def test_references_and_tags_where_they_mean_nothing(tmp_path: Path) -> None:
    text = """
        fleet: test
        state: {backend: "${cell.x}", config: {key: "${unit.address}"}}
        levels:
          - name: base
            cells: accounts
            layers: !append ["tiers/${cell.tier}.yaml"]
            stacks: {one: {source: "${cell.source}"}}
        """
    found = findings(tmp_path, text)
    assert "fleet.yaml:2:18: error: this text can't hold a reference" in found[1]
    assert "!append can't stand inside a list" in found[2]
    assert sum("this text can't hold a reference" in item for item in found) == 2


def test_merge_tags_have_nothing_to_merge_with(tmp_path: Path) -> None:
    found = findings(tmp_path, f"fleet: test\nterraform: !replace {{}}\n{LEVELS}")
    assert len(found) == 1
    assert "fleet.yaml:2:12: error: !replace has no meaning in fleet.yaml" in found[0]


def test_the_samples_are_sound(tmp_path: Path) -> None:
    assert not findings(tmp_path / "one", ONE_LEVEL)
    files = {
        "fleet.yaml": THREE_LEVELS,
        **CELLS,
        "defaults/client.yaml": "{}",
        "clients/a.yaml": "{account: prod, tier: x}",
    }
    assert not told(load(tmp_path / "three", {**files, "tiers/x.yaml": "{}"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'terraform: {version: "nonsense"}',
            "fleet.yaml:2:22: error: 'version' can't be 'nonsense'; 'nonsense'",
        ),
        (
            'terraform: {mirror: "a\\0b"}',
            "fleet.yaml:2:21: error: a text below 'terraform' can't be used; it h",
        ),
        (
            'terraform: {binary: "LONG"}',
            "fleet.yaml:2:21: error: a text below 'terraform' can't be used; a name",
        ),
        (
            'state: {config: {x: "a\\0b"}}',
            "fleet.yaml:2:21: error: a text below 'state' can't be used; it holds",
        ),
    ],
)
def test_texts_that_no_program_takes(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = findings(tmp_path, f"fleet: test\n{text.replace('LONG', 'x' * 256)}\n{LEVELS}")
    assert found.startswith(expected)
