"""Units of one stack whose module's source is made of an input: each has the files of its own module."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from unit.app.kit import open_session

FLEET = """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks:
      net: {source: ./net}
      app: {source: ./app}
"""
APP = """\
variable "kind" {
  type    = string
  const   = true
  default = "one"
}
module "m" {
  source = "../mods/${var.kind}"
}
"""
FILES = {
    "fleet.yaml": FLEET,
    "net/main.tf": 'output "kind" { value = "two" }\n',
    "app/main.tf": APP,
    "mods/one/main.tf": "",
    "mods/two/main.tf": "",
    "accounts/a.yaml": "{}",
    "accounts/b.yaml": "stacks: {app: {kind: two}}",
}


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def digests(session: FleetSession) -> dict[str, str]:
    """The digest of each cell's app; its files are those of the module that it takes."""
    snapshot = session.snapshot()
    found = {}
    for cell in ("a", "b"):
        pin = snapshot.fleet.units[UnitAddress("base", cell, "app")].stack
        found[cell] = snapshot.stacks.facts(pin).digest
    return found


def findings(root: Path) -> tuple[Diagnostic, ...]:
    return open_session(root).snapshot().fleet.diagnostics


def test_a_change_of_one_module_changes_the_units_that_take_it(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = digests(open_session(tmp_path))
    assert before["a"] != before["b"]
    write(tmp_path, {"mods/two/main.tf": "# changed\n"})
    after = digests(open_session(tmp_path))
    assert after["a"] == before["a"]
    assert after["b"] != before["b"]
    assert not findings(tmp_path)


def test_from_the_cache_they_are_the_same(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    first = open_session(tmp_path).snapshot().fleet
    again = open_session(tmp_path).snapshot().fleet
    assert first.units.pins() == again.units.pins()
    assert {pin.constants for pin in again.units.pins()} == {(), (("kind", '"two"'),)}


def test_a_stack_that_begins_to_decide_by_an_input_is_seen(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "app/main.tf": APP.replace("${var.kind}", "one")})
    before = digests(open_session(tmp_path))
    assert before["a"] == before["b"]
    write(tmp_path, {"app/main.tf": APP})
    pins = open_session(tmp_path).snapshot().fleet.units.pins()
    assert {pin.constants for pin in pins} == {(), (("kind", '"two"'),)}
    after = digests(open_session(tmp_path))
    assert after["a"] != after["b"]


def test_a_module_that_is_not_there_is_named_each_time(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "accounts/b.yaml": "stacks: {app: {kind: three}}"})
    for _ in range(2):
        (found,) = findings(tmp_path)
        assert str(found) == (
            "app/main.tf:6:1: error: the folder '../mods/three' of module 'm' has no Terraform files "
            "(base/b); correct the module's `source`, or the input that it is made of"
        )


def test_a_module_that_the_stack_itself_chooses_names_no_cell(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "app/main.tf": APP.replace('"one"', '"three"')})
    write(tmp_path, {"accounts/b.yaml": "{}"})
    (found,) = findings(tmp_path)
    assert found.summary == "the folder '../mods/three' of module 'm' has no Terraform files"


def test_an_output_comes_too_late(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "accounts/b.yaml": "stacks:\n  app:\n    kind: ${output.net.kind}\n"})
    (found,) = findings(tmp_path)
    assert str(found).startswith(
        "accounts/b.yaml:3:11: error: input 'kind' of stack 'app' decides where a module comes from"
    )


def test_one_input_may_decide_which_other_matters(tmp_path: Path) -> None:
    middle = 'variable "size" {}\nmodule "n" {\n  source = "../${var.size}"\n}\n'
    write(
        tmp_path,
        {
            **FILES,
            "app/main.tf": APP.replace("}\nmodule", '}\nvariable "size" { default = "s" }\nmodule').replace(
                'var.kind}"\n', 'var.kind}"\n  size   = var.size\n'
            ),
            "mods/two/main.tf": middle,
            "mods/large/main.tf": "",
            "accounts/b.yaml": "stacks: {app: {kind: two, size: large}}",
        },
    )
    assert not findings(tmp_path)
    pins = {pin.constants for pin in open_session(tmp_path).snapshot().fleet.units.pins()}
    assert pins == {(), (("kind", '"two"'), ("size", '"large"'))}


def test_a_source_that_can_t_be_told_is_warned_of(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "app/main.tf": APP.replace("var.kind}", "lower(var.kind)}")})
    for _ in range(2):
        (found,) = findings(tmp_path)
        assert str(found).startswith("app/main.tf:6:1: warning: the source of module 'm' can't be told")
