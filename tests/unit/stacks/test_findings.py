import pytest

from cellwright.stacks.findings import stack_findings
from cellwright.stacks.reading.module_syntax import read_module


def findings(*texts: str) -> list[str]:
    modules = [read_module(f"m{index}", {"main.tf": text.encode()}) for index, text in enumerate(texts)]
    return [str(item) for item in stack_findings(modules)]


def test_a_store_of_state_is_refused_in_the_root_module() -> None:
    store = 'terraform {\n  state_store "a_b" {}\n}\n'
    assert findings(store)[0].startswith(
        "m0/main.tf:2:3: error: the stack keeps its state in a provider's store"
    )
    assert not findings("", store)


def test_a_module_at_an_absolute_path() -> None:
    call = 'module "m" {\n  source = "/opt/m"\n}\n'
    assert findings("", call)[0].startswith("m1/main.tf:1:1: warning: changes of the module 'm' are not seen")


def test_sources_that_are_fine() -> None:
    sources = (
        "./m",
        "../m",
        "git::https://x.example/m.git?ref=v1.2.0",
        "git::https://x.example/m.git//sub?depth=1&ref=0123456789abcdef0123456789abcdef01234567",
        "github.com/x/y?ref=refs/tags/main",
        "https://x.example/m.zip",
        "s3::https://s3.example/m.zip",
        "oci://x.example/m?tag=1",
    )
    assert not findings(
        "".join(f'module "m{n}" {{\n source = "{text}"\n}}\n' for n, text in enumerate(sources))
    )


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ('source = "git::https://x.example/m.git"', "the default branch"),
        ('source = "git::https://x.example/m.git//sub?ref=main"', "the branch 'main'"),
        ('source = "git@x.example:m.git?ref=refs/heads/v1"', "the branch 'refs/heads/v1'"),
        ('source = "github.com/x/y?depth=1"', "the default branch"),
        ('source = "https://x.example/m.git"', "the default branch"),
        ('source = "oci://x.example/m"', "the tag 'latest'"),
        ('source = "oci://x.example/m//sub?tag=latest"', "the tag 'latest'"),
        ('source = "hashicorp/consul/aws"', "the newest version"),
        ('source = "x.example/hashicorp/consul/aws//sub"', "the newest version"),
        ('source = "hashicorp/consul/aws"\n version = "~> 1.0"', "the newest version that '~> 1.0' allows"),
        (
            'source = "hashicorp/consul/aws"\n version = ">= 1, < 2"',
            "the newest version that '>= 1, < 2' allows",
        ),
    ],
)
def test_a_module_that_may_be_another_one_tomorrow(call: str, what: str) -> None:
    (found,) = findings("", f'module "m" {{\n {call}\n}}\n')
    assert found.startswith(
        f"m1/main.tf:1:1: warning: the module 'm' follows {what}: units of one fingerprint"
    )


@pytest.mark.parametrize("given", ["tag=1.2.3", "digest=sha256:0a", "tag=latest&digest=sha256:0a"])
def test_a_module_of_one_release_in_oci(given: str) -> None:
    assert not findings(f'module "m" {{\n source = "oci://x.example/m?{given}"\n}}\n')


@pytest.mark.parametrize("version", ['"1.2.3"', '"= 1.2.3"', '"v1.2.3-beta.1+x"', '"1.2"', "var.version"])
def test_a_module_of_one_version(version: str) -> None:
    assert not findings(f'module "m" {{\n source = "hashicorp/consul/aws"\n version = {version}\n}}\n')
