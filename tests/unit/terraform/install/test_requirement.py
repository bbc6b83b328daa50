import pytest

from cellwright.model.binary import BinaryVersion
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.terraform.install.requirement import version_refusals

OLD = 'terraform {\n  required_version = "< 1.9"\n}\n'
NEW = 'terraform {\n  required_version = ">= 1.9"\n}\n'
LANGUAGE = 'language {\n  compatible_with {\n    opentofu = ">= 1.13"\n  }\n}\n'


def refusals(binary: str, files: dict[str, str]) -> list[str]:
    product, _, version = binary.partition(" ")
    known = BinaryVersion("tofu" if product == "tofu" else "terraform", version)
    versions = read_module("m", {name: text.encode() for name, text in files.items()}).versions
    return [str(item).removeprefix("m/") for item in version_refusals(versions, known)]


@pytest.mark.parametrize(
    ("binary", "files", "places"),
    [
        ("terraform 1.11.4", {"main.tf": OLD}, ["main.tf:2:3"]),
        ("terraform 1.11.4", {"main.tf": NEW}, []),
        ("terraform 1.11.4", {"main.tf": OLD, "a_override.tf": NEW}, []),
        ("terraform 1.11.4", {"main.tf": NEW, "a_override.tf": OLD}, ["a_override.tf:2:3"]),
        ("terraform 1.15.0", {"main.tf": LANGUAGE}, ["main.tf:1:1"]),
        ("terraform 1.9.0rc1", {"main.tf": NEW}, []),
        ("tofu 1.11.14", {"main.tf": OLD}, ["main.tf:2:3"]),
        ("tofu 1.11.14", {"main.tf": LANGUAGE}, ["main.tf:1:1"]),
        ("tofu 1.12.6", {"main.tf": OLD}, []),
        ("tofu 1.12.6", {"main.tofu": OLD}, ["main.tofu:2:3"]),
        ("tofu 1.12.6", {"main.tofu": OLD, "a_override.tofu": NEW}, ["main.tofu:2:3"]),
        ("tofu 1.12.6", {"main.tf": LANGUAGE}, ["main.tf:3:5"]),
        ("tofu 1.13.0", {"main.tf": LANGUAGE}, []),
        ("tofu 1.13.0rc1", {"main.tf": LANGUAGE}, []),
        ("terraform 1.11.4", {"main.tf": 'terraform {\n required_version = "soon"\n}\n'}, []),
    ],
)
def test_which_constraints_count(binary: str, files: dict[str, str], places: list[str]) -> None:
    assert [line.partition(": error: ")[0] for line in refusals(binary, files)] == places


def test_what_is_said() -> None:
    (said,) = refusals("terraform 1.11.4", {"main.tf": OLD})
    assert "the stack is not made for" in said
    assert "it asks for '< 1.9'" in said
    (said,) = refusals("terraform 1.11.4", {"main.tf": LANGUAGE})
    assert "only OpenTofu 1.12 and newer read a language block" in said
