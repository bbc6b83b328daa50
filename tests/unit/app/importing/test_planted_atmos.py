"""A secret that a tree of Atmos reads, whatever it makes of it, is in no file of the fleet and in no note."""

from pathlib import Path

from unit.app.importing.test_planted_secrets import PLANTED, SECRETS, forms_in, texts
from unit.foreign.trees import write

ATMOS = {
    "atmos.yaml": "components: {terraform: {base_path: components}}\n"
    "stacks: {base_path: stacks, included_paths: ['*.yaml'], name_template: '{{ .vars.stage }}'}\n",
    "secrets.yaml": f"db: {PLANTED}\n",
    "plain.yaml": f"db_password: {PLANTED}\nnested: {{api_token: {PLANTED}}}\n",
    ".env": f"DB={PLANTED}\n",
}
OF_ATMOS = (
    "!env DB_PASSWORD",
    "!env DB_PASSWORD other",
    "!env NONE_TOKEN " + PLANTED,
    "!include secrets.yaml",
    "!include secrets.yaml .db",
    "!include plain.yaml .db_password",
    "!include plain.yaml .nested",
    "!include plain.yaml",
    "!include .env",
    "!exec cat secrets.yaml",
    "!store main db",
    "!secret db",
    "!template '{{ toJson .vars }}'",
    *(
        f"'{{{{ {name} | {function} }}}}'"
        for name in (
            ".vars.db_password",
            ".vars.taken",
            ".settings.api_token",
            ".locals.db_password",
            ".vars.more",
        )
        for function in (
            "toString",
            "upper",
            "b64enc",
            "toJson",
            "toYaml",
            'printf "x-%s"',
            "sha1sum",
            "quote",
        )
    ),
    "'x-{{ .vars.db_password }}-{{ .vars.taken }}'",
    "'{{ get .vars.more \"api_token\" }}'",
    "'{{ range $k, $v := .vars.more }}{{ $v }}{{ end }}'",
    "'{{ with .vars.db_password }}{{ . }}{{ end }}'",
    "'{{ if eq .vars.db_password \"a\" }}b{{ end }}{{ .vars.db_password }}'",
    '\'{{ env "DB_PASSWORD" }}{{ getenv "DB_PASSWORD" }}\'',
    '\'{{ exec "cat" "secrets.yaml" }}\'',
    "'{{ (atmos.Component \"db\" .vars.stage).outputs.db_password }}'",
)


def test_no_function_or_template_of_atmos_brings_a_secret_into_the_fleet(tmp_path: Path) -> None:
    values = "".join(f"        v{at}: {item}\n" for at, item in enumerate(OF_ATMOS))
    stack = (
        f"locals: {{db_password: {PLANTED}}}\nsettings: {{api_token: {PLANTED}}}\n"
        f"vars: {{stage: prod, db_password: {PLANTED}, taken: !env DB_PASSWORD, "
        f"more: {{api_token: {PLANTED}}}}}\n"
        f"components:\n  terraform:\n    db:\n      vars:\n{values}"
    )
    names = (*(f"v{at}" for at in range(len(OF_ATMOS))), "db_password", "taken", "more")
    declared = "".join(f'variable "{name}" {{\n  sensitive = true\n}}\n' for name in names)
    write(tmp_path / "tree", {**ATMOS, "stacks/prod.yaml": stack, "components/db/main.tf": declared})
    found = texts(tmp_path, "atmos", {**SECRETS, "HOME": str(tmp_path)})
    assert forms_in(found) == []
    assert "v0: ${secret.environment.DB_PASSWORD}" in found.replace('"', "")
    assert "db_password: ${secret.environment.TF_VAR_db_password}" in found.replace('"', "")
