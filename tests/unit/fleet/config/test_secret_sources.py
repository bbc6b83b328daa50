"""`secrets:` of fleet.yaml."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.model.address import CellAddress
from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings
from unit.fleet.workbench import ONE_LEVEL, write

ACME = CellAddress("client", "acme")


def read(root: Path, *lines: str) -> tuple[dict[str, SecretSettings], list[str]]:
    text = ONE_LEVEL + "".join(f"\n    {line}" for line in ("secrets:", *lines)) + "\n"
    write(root, {"fleet.yaml": text})
    for _ in range(2):  # read, then from the cache
        found, findings = read_configured(FleetFiles(root), root / "cache")
    return dict(found.secrets), [str(item) for item in findings]


def test_every_type_with_all_its_keys(tmp_path: Path) -> None:
    sources, findings = read(
        tmp_path,
        "  ci: {type: environment, allow: [DB_*]}",
        "  files: {type: file, folder: /run/secrets}",
        "  vault: {type: vault, address: 'https://v:8200', mount: kv, namespace: a/b, token_file: t, "
        "token_variable: T, ca_file: ca.pem, timeout: 1m}",
        "  aws: {type: aws_secrets_manager, region: eu-west-1, profile: p, endpoint: 'http://127.0.0.1:1'}",
        "  params: {type: aws_ssm}",
        "  sops: {type: sops, folder: secrets, allow: ['${cell.name}.yaml']}",
    )
    assert not findings
    assert {name: item.type for name, item in sources.items()} == {
        "ci": "environment",
        "files": "file",
        "vault": "vault",
        "aws": "aws_secrets_manager",
        "params": "aws_ssm",
        "sops": "sops",
    }
    assert sources["vault"].options["mount"] == "kv"
    assert (sources["vault"].timeout, sources["params"].timeout) == (60, 10)
    assert str(sources["files"].position) == "fleet.yaml:11:10"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  v: {type: vualt}", "10:13: error: 'type' can't be 'vualt'"),
        ("  v: {folder: x}", "10:6: error: 'type' is missing; say of which type the source is"),
        ("  v: {type: file}", "10:6: error: 'folder' of the source 'v' is missing; name the folder"),
        ("  v: {type: environment}", "10:6: error: 'allow' of the source 'v' is missing; list the variables"),
        ("  v: {type: environment, allow: [A, '*']}", "10:37: error: '*' allows too much of the environment"),
        ("  v: {type: vault}", "10:6: error: 'address' of the source 'v' is missing"),
        ("  v: {type: vault, adress: x}", "10:20: error: unknown key 'adress'; did you mean 'address'?"),
        ("  v: {type: sops, folder: x, region: y}", "a source of type 'sops' has no key 'region'"),
        ("  v: {type: vault, address: 'ftp://x'}", "10:29: error: 'address' can't be 'ftp://x'"),
        ("  v: {type: vault, address: 'https://u:p@x'}", "would show a user or password"),
        ("  v: {type: aws_ssm, timeout: soon}", "10:31: error: 'timeout' can't be 'soon'; a duration is"),
        ("  v: {type: aws_ssm, allow: ['${cell.nmae}']}", "it may hold ${cell.name} and ${cell.level}"),
        ("  v: {type: aws_ssm, allow: ['a[b]']}", "names have letters, digits and"),
        ("  'v v': {type: aws_ssm}", "10:3: error: 'v v' can't be a name"),
        ("  v: {type: file, folder: '${cell.name}'}", "10:27: error: this text can't hold a reference"),
    ],
)  # fmt: skip
def test_faults(tmp_path: Path, line: str, expected: str) -> None:
    _, findings = read(tmp_path, line)
    assert len(findings) == 1
    assert expected in findings[0]


def test_a_faulty_source_takes_no_other_with_it(tmp_path: Path) -> None:
    sources, findings = read(tmp_path, "  a: {type: aws_ssm, regoin: x}", "  b: {type: aws_ssm}")
    assert list(sources) == ["b"]
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("allow", "name", "allowed"),
    [
        (None, "anything", True),
        ([], "anything", False),
        (["a", "b/*"], "b/c/d", True),
        (["a", "b/*"], "c", False),
        (["${cell.level}/${cell.name}/*"], "client/acme/x", True),
        (["${cell.level}/${cell.name}/*"], "client/globex/x", False),
        (["A"], "a", False),
    ],
)
def test_which_names_a_cell_may_take(allow: list[str] | None, name: str, allowed: bool) -> None:  # noqa: FBT001  a case's expectation
    patterns = tuple(allow) if allow is not None else None
    source = SecretSettings(name="s", type="file", position=Position("fleet.yaml"), allow=patterns)
    assert source.allows(name, ACME) is allowed


WRONG = ("7", "[x]", "{x: 1}", "null", "true")
KEYS = (
    "type",
    "allow",
    "timeout",
    "address",
    "mount",
    "namespace",
    "token_file",
    "token_variable",
    "ca_file",
)


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_type_of_any_key_is_a_finding(tmp_path: Path, key: str) -> None:
    given = {"type": "vault", "address": "'https://v:8200'"}
    refused = 0
    for wrong in WRONG:
        source = ", ".join(f"{name}: {value}" for name, value in {**given, key: wrong}.items())
        _, findings = read(tmp_path, f"  v: {{{source}}}")
        assert all("; " in item and item.startswith("fleet.yaml:10:") for item in findings), findings
        refused += bool(findings)
    assert refused >= 3


@pytest.mark.parametrize("wrong", WRONG)
def test_a_section_or_a_source_of_a_wrong_type_is_a_finding(tmp_path: Path, wrong: str) -> None:
    _, findings = read(tmp_path, f"  v: {wrong}")
    assert findings
    write(tmp_path, {"fleet.yaml": f"{ONE_LEVEL}\n    secrets: {wrong}\n"})
    found, more = read_configured(FleetFiles(tmp_path), None)
    assert more
    assert not found.secrets
