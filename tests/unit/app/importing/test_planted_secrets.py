"""A secret that a tree reads, whatever it makes of it, is in no file of the fleet and in no note."""

import base64
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellwright.app.importing.importing import ImportRequest, import_fleet
from cellwright.foreign.expressions.functions.table import FUNCTIONS
from every_command import answer
from examples import examples
from unit.foreign.trees import write

PLANTED = "Canary7Qx2Wk4Zp8"
FORMS = tuple(
    form.casefold()
    for form in (
        PLANTED,
        PLANTED[::-1],
        base64.b64encode(PLANTED.encode()).decode(),
        base64.b64encode(f"x-{PLANTED}".encode()).decode()[4:20],
        PLANTED.encode().hex(),
        urllib.parse.quote(f'"{PLANTED}"'),
    )
)
"""What the planted text looks like after it was changed; case does not count."""
BACKEND = (
    'remote_state {\n  backend = "s3"\n  config = { bucket = "b", key = "k", region = "eu-west-1" }\n}\n'
)
SOURCE = 'terraform {\n  source = "../../modules//db"\n}\n'
FILES = {
    "prod/secrets.yaml": f"db: {PLANTED}\n",
    "prod/plain.yaml": f"db_password: {PLANTED}\nnested:\n  api_token: {PLANTED}\n",
    "prod/.env": f"DB={PLANTED}\n",
    "prod/secrets.hcl": f'locals {{\n  db = "{PLANTED}"\n  list = ["{PLANTED}"]\n}}\n',
    "prod/plain.hcl": f'inputs = {{\n  api_token = "{PLANTED}"\n}}\n'
    f'locals {{\n  db_password = "{PLANTED}"\n}}\n',
    "prod/secrets.tfvars": f'db = "{PLANTED}"\n',
    "prod/plain.tfvars": f'db_password = "{PLANTED}"\n',
    "modules/db/main.tf": 'variable "value" {}\nvariable "pin" {\n  sensitive = true\n}\n'
    'variable "db_password" {}\n',
}
ROOTS = (
    'get_env("DB_PASSWORD")',
    'get_env("DB_PASSWORD", "other")',
    'get_env("API_TOKEN", "CANARY7QX2WK4ZP8")',
    'yamldecode(file("../plain.yaml")).db_password',
    'yamldecode(file("../plain.yaml")).nested',
    'yamldecode(file("../secrets.yaml")).db',
    'file("../secrets.yaml")',
    'file("../.env")',
    'read_terragrunt_config("../secrets.hcl").locals.db',
    'read_terragrunt_config("../secrets.hcl").locals',
    'read_terragrunt_config("../plain.hcl").locals.db_password',
    'read_terragrunt_config("../plain.hcl").inputs',
    'jsondecode(read_tfvars_file("../secrets.tfvars")).db',
    'jsondecode(read_tfvars_file("../plain.tfvars")).db_password',
    'read_tfvars_file("../plain.tfvars")',
    'sops_decrypt_file("../secrets.yaml")',
    'run_cmd("cat", "../secrets.yaml")',
    "local.db_password",
    "local.taken",
)
"""Expressions whose value is the planted text, or holds it."""
WRAPPERS = (
    *(f"{name}(§)" for name in sorted(FUNCTIONS)),
    *(f'{name}("%s", §)' for name in ("format", "formatlist", "join")),
    *(f'{name}(§, "a", "b")' for name in ("replace", "lookup", "coalesce")),
    "substr(§, 0, -1)",
    'split("", §)',
    'regex(".*", §)',
    "merge({ a = 1 }, { b = § })",
    "concat([1], [§])",
    "try(§, 1)",
    'try(upper(§), "none")',
    "can(§)",
    '"x-${§}"',
    "[§]",
    "{ a = § }",
    "{ (§) = 1 }",
    "[for x in [§] : x]",
    "{ for x in [§] : x => x }",
    '§ == "a" ? "b" : §',
    "(§)",
    "§[0]",
    "templatefile(§, {})",
    'templatefile("../none.tpl", { a = § })',
    "find_in_parent_folders(§)",
    'find_in_parent_folders("none", §)',
    'read_terragrunt_config("none", { a = § })',
    'get_env("NONE", §)',
    "get_env(§)",
    "abspath(§)",
    "mark_as_read(§)",
)


def texts(tmp_path: Path, tool: str, environment: dict[str, str]) -> str:
    found = import_fleet(
        ImportRequest(tool=tool, folder=tmp_path / "tree", to=tmp_path / "fleet", dry_run=True),
        {"HOME": str(tmp_path), **environment},
    ).fleet
    return "\n".join((*found.files.values(), *map(str, found.notes), *map(str, found.units)))


def forms_in(text: str) -> list[str]:
    return [form for form in FORMS if form in text.casefold()]


def unit(expression: str, name: str) -> str:
    return (
        BACKEND
        + SOURCE
        + f'locals {{\n  db_password = "{PLANTED}"\n  taken = get_env("DB_PASSWORD")\n'
        + f"  made = {expression}\n}}\ninputs = {{\n  {name} = local.made\n}}\n"
    )


def folder(tmp_path_factory: pytest.TempPathFactory, content: str) -> Path:
    root = tmp_path_factory.mktemp("planted")
    write(root / "tree", {**FILES, "prod/db/terragrunt.hcl": content})
    return root


SECRETS = {"DB_PASSWORD": PLANTED, "API_TOKEN": PLANTED}


@pytest.mark.parametrize("root", ROOTS)
def test_no_function_brings_a_secret_into_the_fleet(
    tmp_path_factory: pytest.TempPathFactory, root: str
) -> None:
    lines = [f"  v{at} = {item.replace('§', root)}\n" for at, item in enumerate(WRAPPERS)]
    content = (
        BACKEND
        + f'locals {{\n  db_password = "{PLANTED}"\n  taken = get_env("DB_PASSWORD")\n}}\n'
        + SOURCE
        + f"inputs = {{\n{''.join(lines)}}}\n"
    )
    place = folder(tmp_path_factory, content)
    declared = "".join(f'variable "v{at}" {{}}\n' for at in range(len(WRAPPERS)))
    write(place / "tree", {"modules/db/main.tf": declared})
    found = texts(place, "terragrunt", SECRETS)
    assert forms_in(found) == []
    assert "v0" in found


@settings(max_examples=examples(60), deadline=None)
@given(
    root=st.sampled_from(ROOTS),
    wrappers=st.lists(st.sampled_from(WRAPPERS), min_size=1, max_size=4),
    name=st.sampled_from(("value", "pin", "db_password")),
)
def test_functions_of_functions_bring_none_either(
    tmp_path_factory: pytest.TempPathFactory, root: str, wrappers: list[str], name: str
) -> None:
    expression = root
    for wrapper in wrappers:
        expression = wrapper.replace("§", expression)
    place = folder(tmp_path_factory, unit(expression, name))
    assert forms_in(texts(place, "terragrunt", SECRETS)) == []


BESIDE_OUTPUTS = (
    '"${§}${dependency.a.outputs.y}"',
    '"${dependency.a.outputs.y}-${§}"',
    "lookup(dependency.a.outputs.y, §)",
)
"""What is made of a value and of what another unit gives."""
OF_TEXTS = (
    *(f"{name}(§)" for name in ("abs", "upper", "base64encode", "jsonencode", "tonumber", "keys")),
    *(f'{name}("%s", §)' for name in ("format", "formatlist", "join")),
    *('"x-${§}"', "[§]", "{ a = § }", "try(abs(§), §)", '§ == "a" ? "b" : §', "[for x in [§] : x]"),
    *BESIDE_OUTPUTS,
)
"""What is made of a text that stands in a tree: keys of it and paths of files would be names."""
OF_ANYTHING = st.sampled_from(WRAPPERS + BESIDE_OUTPUTS)
DEPENDENCY = 'dependency "a" {\n  config_path = "../a"\n}\n'


@settings(max_examples=examples(60), deadline=None)
@given(
    made=st.one_of(
        st.tuples(st.just('get_env("OTHER")'), st.lists(OF_ANYTHING, max_size=3)),
        st.tuples(st.just(f'"{PLANTED}"'), st.lists(st.sampled_from(OF_TEXTS), max_size=3)),
    ),
    name=st.sampled_from(("pin", "db_password")),
)
def test_a_value_that_is_no_secret_by_its_name_is_one_where_it_is_taken_as_one(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, list[str]], name: str
) -> None:
    expression, wrappers = made
    for wrapper in wrappers:
        expression = wrapper.replace("§", expression)
    place = folder(tmp_path_factory, DEPENDENCY + unit(expression, name))
    write(place / "tree", {"prod/a/terragrunt.hcl": BACKEND.replace('"k"', '"a"') + SOURCE})
    found = texts(place, "terragrunt", {"OTHER": PLANTED})
    assert forms_in(found) == []


@pytest.mark.parametrize(
    "expression",
    [
        f'"x-${{abs("{PLANTED}")}}"',
        f'[abs("x"), "{PLANTED}"]',
        f'<<EOF\n  {PLANTED} ${{abs("x")}}\nEOF\n',
        f'<<EOF\n  password = {PLANTED} ${{abs("x")}}\nEOF\n',
        f'"{PLANTED}${{dependency.a.outputs.y}}"',
        f'{{ "{PLANTED[:4]}" = ["{PLANTED}", "${{dependency.a.outputs.y}}-{PLANTED}"] }}',
    ],
)
@pytest.mark.parametrize("name", ["pin", "db_password"])
def test_an_expression_that_cannot_be_told_is_shown_without_its_texts(
    tmp_path_factory: pytest.TempPathFactory, expression: str, name: str
) -> None:
    place = folder(tmp_path_factory, DEPENDENCY + unit(expression, name))
    write(place / "tree", {"prod/a/terragrunt.hcl": BACKEND.replace('"k"', '"a"') + SOURCE})
    found = texts(place, "terragrunt", {})
    assert forms_in(found) == []
    assert name in found


OTHER_PARTS = """
locals {
  db_password = "PLANTED"
}
remote_state {
  backend = "s3"
  config = {
    bucket      = "b-${get_env("OTHER_TOKEN", local.db_password)}"
    key         = "k-SECRET"
    access_key  = "PLANTED"
    secret_key  = "SECRET"
    assume_role = { external_id = "SECRET" }
  }
}
terraform {
  source = "git::https://x:SECRET@git.invalid/m.git//db"
  extra_arguments "x" {
    arguments = ["-var=pin=SECRET"]
    env_vars  = { TF_VAR_pin = "SECRET" }
  }
  before_hook "x" {
    execute = ["echo", "SECRET"]
  }
}
generate "provider" {
  path     = "p.tf"
  contents = <<EOF
provider "aws" {
  token = "SECRET"
}
EOF
}
dependency "a" {
  config_path  = "../SECRET"
  mock_outputs = { x = "SECRET" }
}
iam_role = "SECRET"
"""


def test_no_other_part_of_a_unit_brings_a_secret_into_the_fleet(tmp_path: Path) -> None:
    parts = OTHER_PARTS.replace("SECRET", '${get_env("DB_PASSWORD")}').replace("PLANTED", PLANTED)
    units = {"prod/db/terragrunt.hcl": parts, "prod/web/terragrunt.hcl": BACKEND + SOURCE}
    write(tmp_path / "tree", {**FILES, **units})
    environment = {"HOME": str(tmp_path), "DB_PASSWORD": PLANTED}
    code, said = answer(("import", "terragrunt", "tree"), tmp_path, environment)
    written = [path.read_text() for path in (tmp_path / "fleet").rglob("*") if path.is_file()]
    assert (code, len(written)) == (0, 4)
    assert forms_in("\n".join((said, *written))) == []


def test_secrets_of_one_name_that_differ_have_names_of_their_own(tmp_path: Path) -> None:
    module = 'terraform {\n  backend "local" {}\n}\nvariable "pin" {\n  sensitive = true\n}\n'
    write(
        tmp_path / "tree",
        {
            "db/main.tf": module,
            "db/blue.tfvars": f'pin = "{PLANTED}"\n',
            "db/red.tfvars": 'pin = "other-1"\n',
        },
    )
    code, said = answer(("import", "terraform", "tree"), tmp_path, {"HOME": str(tmp_path)})
    written = [path.read_text() for path in (tmp_path / "fleet").rglob("*") if path.is_file()]
    assert code == 0
    assert forms_in("\n".join((said, *written))) == []
    assert "other-1" not in "".join((said, *written))
    assert "${secret.environment.TF_VAR_pin_blue_db}" in "".join(written)
    assert "${secret.environment.TF_VAR_pin_red_db}" in "".join(written)
    code, said = answer(("check",), tmp_path / "fleet", {"HOME": str(tmp_path)})
    assert (code, "no findings" in said) == (0, True)


@pytest.mark.parametrize(
    "source",
    [
        f"git::https://ada:{PLANTED}@host.invalid/x//y?ref=v1",
        f"git::https://{PLANTED}@host.invalid/x",
        f"git::https://ada:a/{PLANTED}@host.invalid/x",
        f"git::ssh://git:{PLANTED}@host.invalid/x",
        f"git::ssh://git@host.invalid/x?sshkey={PLANTED}",
        f"https://host.invalid/x.zip?token={PLANTED}",
        f"s3::https://s3.amazonaws.com/b/x.zip?aws_access_key_secret={PLANTED}&version=1",
        f"tfr://ada:{PLANTED}@host.invalid/x/y/z?version=1.0.0",
    ],
)
@pytest.mark.parametrize("tool", ["terragrunt", "atmos"])
def test_the_login_of_a_source_is_nowhere(
    tmp_path_factory: pytest.TempPathFactory, source: str, tool: str
) -> None:
    place = folder(tmp_path_factory, BACKEND + f'terraform {{\n  source = "{source}"\n}}\n')
    if tool == "atmos":
        write(place / "tree", {**ATMOS, "stacks/prod.yaml": atmos_stack("x") + f"      source: {source}\n"})
    found = texts(place, tool, {})
    assert "host.invalid" in found or "s3.amazonaws.com" in found
    assert forms_in(found) == []


ATMOS = {
    "atmos.yaml": "base_path: .\ncomponents: {terraform: {base_path: components}}\n"
    "stacks: {base_path: stacks, included_paths: ['**/*'], name_pattern: '{stage}'}\n",
    "components/db/main.tf": 'variable "db_password" {}\n',
}


def atmos_stack(value: str) -> str:
    return (
        "vars: {stage: prod}\nterraform:\n  backend_type: s3\n  backend:\n    s3: {bucket: b, key: k}\n"
        f"components:\n  terraform:\n    db:\n      vars:\n        db_password: {value}\n"
    )


@pytest.mark.parametrize("value", [f"!{PLANTED} x", f"!{PLANTED}", f"!a.{PLANTED} x"])
def test_a_password_that_begins_like_a_function_is_not_repeated(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    place = tmp_path_factory.mktemp("planted")
    write(place / "tree", {**ATMOS, "stacks/prod.yaml": atmos_stack(value)})
    found = texts(place, "atmos", {})
    assert "db_password" in found
    assert forms_in(found) == []


@pytest.mark.parametrize("expression", ['{}[get_env("OTHER")]', f'{{}}["{PLANTED}"]'])
@pytest.mark.parametrize("name", ["pin", "db_password"])
def test_why_a_secret_has_no_value_is_said_without_it(
    tmp_path_factory: pytest.TempPathFactory, expression: str, name: str
) -> None:
    place = folder(tmp_path_factory, unit(expression, name))
    assert forms_in(texts(place, "terragrunt", {"OTHER": PLANTED})) == []
