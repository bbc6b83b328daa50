from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from cellwright.terraform.planfile import archive
from cellwright.terraform.planfile.reader import PARTS, PlanFileRequest, read_plan_file
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from examples import examples
from unit.terraform.planfile.plan_bytes import OPENTOFU, TERRAFORM, outcome, plan, plan_file, resource


@pytest.fixture
def request_(tmp_path: Path) -> PlanFileRequest:
    return PlanFileRequest(
        path=plan_file(tmp_path / "plan", plan(TERRAFORM, resource()), main="resource {}"),
        binary=TERRAFORM,
        parts=frozenset(),
        sensitive_variables=None,
        masked_variables=frozenset(),
    )


def refusal(request_: PlanFileRequest) -> str:
    with pytest.raises(UnreadablePlanError) as caught:
        read_plan_file(request_)
    return str(caught.value)


def test_a_plan_is_read(request_: PlanFileRequest) -> None:
    found = read_plan_file(replace(request_, parts=PARTS))
    assert found.parts["resource_changes"][0]["address"] == "terraform_data.x"


@pytest.mark.parametrize(
    "parts", [None, frozenset(["configuration"]), frozenset(["resource_changes", "variables"])]
)
def test_parts_that_are_not_in_the_file(request_: PlanFileRequest, parts: frozenset[str] | None) -> None:
    assert "looked at" in refusal(replace(request_, parts=parts))


@pytest.mark.parametrize("version", ["1.8.9", "1.16.0", "2.0"])
def test_releases_that_are_not_known(request_: PlanFileRequest, version: str) -> None:
    other = replace(TERRAFORM, version=Version(version))
    assert refusal(replace(request_, binary=other)) == f"plans of Terraform {version} are not known"
    assert "another version" in refusal(replace(request_, binary=replace(TERRAFORM, version=Version("1.15"))))
    assert "are not known" in refusal(replace(request_, binary=replace(OPENTOFU, version=Version("1.13"))))


@pytest.mark.parametrize(
    ("text", "sensitive", "masked", "reason"),
    [
        ('variable "a" { sensitive = true }', None, [], "what is sensitive is not known"),
        ('variable "a" { sensitive = true }', ["a"], [], "a sensitive variable that is not set here"),
        ('variable "a" { sensitive = true }', ["a"], ["a"], None),
        ('output "a" { sensitive = true }', [], [], None),
    ],
)
def test_a_default_that_should_be_masked_is_left_to_the_binary(
    request_: PlanFileRequest, text: str, sensitive: list[str] | None, masked: list[str], reason: str | None
) -> None:
    plan_file(request_.path, plan(), main=text)
    known = None if sensitive is None else frozenset(sensitive)
    asked = replace(request_, sensitive_variables=known, masked_variables=frozenset(masked))
    assert reason is None or refusal(asked) == reason
    if reason is None:
        read_plan_file(asked)


def test_files_in_opentofu_s_own_language_may_declare_others(request_: PlanFileRequest) -> None:
    with ZipFile(request_.path, "a") as changed:
        changed.writestr("tfconfig/m-/more.tofu", 'variable "a" { sensitive = true }')
    assert refusal(replace(request_, sensitive_variables=frozenset())) == "what is sensitive is not known"


def test_an_encrypted_plan_and_what_is_no_plan(request_: PlanFileRequest) -> None:
    request_.path.write_text('{"meta": {}, "encrypted_data": "x"}')
    assert "encrypted" in refusal(request_)
    request_.path.unlink()
    assert "encrypted" in refusal(request_)


def test_a_plan_file_with_other_parts(request_: PlanFileRequest) -> None:
    with ZipFile(request_.path, "a") as changed:
        changed.writestr("tfschemas", b"")
    assert refusal(request_) == "a plan file with other parts"


def test_a_very_large_plan(request_: PlanFileRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PLAN_BYTES", 50)
    assert refusal(request_).startswith("a very large plan")


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), octet=st.integers(0, 255))
def test_any_damage_is_noticed_or_harmless(request_: PlanFileRequest, place: float, octet: int) -> None:
    content = bytearray(request_.path.read_bytes())
    content[int(place * len(content))] = octet
    damaged = request_.path.with_name("damaged")
    damaged.write_bytes(content)
    assert outcome(lambda: read_plan_file(replace(request_, path=damaged)))


def test_a_damaged_archive(request_: PlanFileRequest) -> None:
    content = request_.path.read_bytes()
    request_.path.write_bytes(content[: len(content) // 2])
    assert "encrypted" in refusal(request_)
    directory = content.index(b"PK\x01\x02")
    request_.path.write_bytes(content[:directory].replace(b"tfstate", b"xfstate", 1) + content[directory:])
    assert "encrypted" in refusal(request_)
    request_.path.write_bytes(content.replace(b"terraform_data", b"terraform_dada", 1))
    assert "encrypted" in refusal(request_)
