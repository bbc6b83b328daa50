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
        "hashicorp/consul/aws",
        "git::https://x.example/m.git",
        "oci://x.example/m?tag=1",
    )
    assert not findings(
        "".join(f'module "m{n}" {{\n source = "{text}"\n}}\n' for n, text in enumerate(sources))
    )
