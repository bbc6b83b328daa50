"""A fleet is written whole, into an empty place, or not at all."""

from pathlib import Path

import pytest

from cellwright.app.importing.importing import ImportRequest, import_fleet
from cellwright.model.diagnostic import DiagnosticError
from every_command import answer

STATE = 'terraform {\n  backend "local" {}\n}\n'


def request(folder: Path, **more: object) -> ImportRequest:
    (folder / "tree/prod/net").mkdir(parents=True, exist_ok=True)
    (folder / "tree/prod/net/main.tf").write_text(STATE)
    return ImportRequest(tool="terraform", folder=folder / "tree", to=folder / "fleet", **more)  # type: ignore[arg-type]


def test_a_preview_writes_nothing_and_a_repository_without_files_is_empty(tmp_path: Path) -> None:
    assert not import_fleet(request(tmp_path, dry_run=True), {}).done
    assert not (tmp_path / "fleet").exists()
    (tmp_path / "fleet/.git").mkdir(parents=True)
    import_fleet(request(tmp_path), {})
    assert sorted(item.name for item in (tmp_path / "fleet").iterdir()) == [
        ".git",
        ".gitignore",
        "defaults",
        "env",
        "fleet.yaml",
    ]


def test_a_place_with_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet/mine").write_text("")
    with pytest.raises(DiagnosticError, match="is not an empty folder"):
        import_fleet(request(tmp_path), {})
    assert [item.name for item in (tmp_path / "fleet").iterdir()] == ["mine"]


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fleet/.git").mkdir(parents=True)
    asked = request(tmp_path)

    def full(*_given: object, **_named: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DiagnosticError, match="can't be written"):
        import_fleet(asked, {})
    assert sorted(item.name for item in tmp_path.iterdir()) == ["fleet", "tree"]
    assert [item.name for item in (tmp_path / "fleet").iterdir()] == [".git"]


def test_the_command_line_says_what_is_wrong_where(tmp_path: Path) -> None:
    request(tmp_path)
    (tmp_path / "tree/prod/net/main.tf").write_text("terraform {")
    code, text = answer(("import", "terraform", "tree"), tmp_path, {"HOME": str(tmp_path)})
    assert code == 1
    assert "prod/net/main.tf:1:1" in text
    assert not (tmp_path / "fleet").exists()
    code, text = answer(("import", "terraform", "nowhere"), tmp_path, {"HOME": str(tmp_path)})
    assert (code, "nowhere is no folder" in text) == (1, True)


def test_secrets_that_the_tree_lacks_come_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "tree/prod/db").mkdir(parents=True)
    (tmp_path / "tree/prod/db/terragrunt.hcl").write_text(
        'terraform {\n  source = "git::https://git.invalid/m.git//db?ref=v1"\n}\n'
        'remote_state {\n  backend = "s3"\n  config = { bucket = "b", key = "k", region = "eu-west-1" }\n}\n'
        'inputs = { name = "x", more = 1 }\n'
    )
    (tmp_path / "modules/db").mkdir(parents=True)
    (tmp_path / "modules/db/main.tf").write_text(
        'variable "name" {}\nvariable "password" {\n  sensitive = true\n}\n'
    )
    asked = ImportRequest(
        tool="terragrunt",
        folder=tmp_path / "tree",
        to=tmp_path / "fleet",
        source_map=(f"git::https://git.invalid/m.git={tmp_path}/modules",),
    )
    found = import_fleet(asked, {"HOME": str(tmp_path)})
    assert "password: ${secret.environment.TF_VAR_password}" in found.fleet.files["env/prod.yaml"].replace(
        '"', ""
    )
    assert "allow: [TF_VAR_password]" in found.fleet.files["fleet.yaml"]
    said = "\n".join(map(str, found.fleet.notes))
    assert "'password' of " in said
    assert "more: left out" in said
    code, text = answer(("check",), tmp_path / "fleet", {"HOME": str(tmp_path)})
    assert (code, "no findings" in text) == (0, True)
    refused = ImportRequest(
        tool="terraform", folder=tmp_path / "tree", to=tmp_path / "other", source_map=(f"a={tmp_path}",)
    )
    with pytest.raises(DiagnosticError, match="--source-map is for terragrunt and atmos"):
        import_fleet(refused, {})


@pytest.mark.parametrize("known", [True, False])
def test_a_secret_that_the_tree_reads_from_the_environment_is_never_written(
    tmp_path: Path, *, known: bool
) -> None:
    (tmp_path / "tree/prod/db").mkdir(parents=True)
    (tmp_path / "tree/prod/db/terragrunt.hcl").write_text(
        'terraform {\n  source = "git::https://git.invalid/m.git//db?ref=v1"\n}\n'
        'remote_state {\n  backend = "s3"\n  config = { bucket = "b", key = "k", region = "eu-west-1" }\n}\n'
        'inputs = {\n  name = get_env("OWNER")\n  pin = get_env("DB_PIN")\n  login = get_env("DB_PASSWORD")\n'
        '  url = "db://u:${get_env("DB_PASSWORD")}@h"\n  more = [base64encode(get_env("DB_PASSWORD"))]\n}\n'
    )
    (tmp_path / "tree/prod/web").mkdir()
    (tmp_path / "tree/prod/web/terragrunt.hcl").write_text(
        'terraform {\n  source = "git::https://${get_env("GIT_TOKEN")}@git.invalid/m.git//web?ref=v1"\n}\n'
        'remote_state {\n  backend = "s3"\n  config = { bucket = "b", key = "w", region = "eu-west-1" }\n}\n'
    )
    (tmp_path / "modules/db").mkdir(parents=True)
    secret = "".join(f'variable "{name}" {{\n  sensitive = true\n}}\n' for name in ("pin", "login", "url"))
    (tmp_path / "modules/db/main.tf").write_text(secret + 'variable "name" {}\nvariable "more" {}\n')
    mapped = (f"git::https://git.invalid/m.git={tmp_path}/modules",) if known else ()
    asked = ImportRequest(
        tool="terragrunt", folder=tmp_path / "tree", to=tmp_path / "fleet", source_map=mapped
    )
    secrets = {"DB_PASSWORD": "hunter-22", "GIT_TOKEN": "ghp-44"}
    environment = {"HOME": str(tmp_path), "OWNER": "ada", "DB_PIN": "9", **secrets}
    found = import_fleet(asked, environment).fleet
    cell = found.files["env/prod.yaml"].replace('"', "")
    assert "login: ${secret.environment.DB_PASSWORD}" in cell
    assert "name: ada" in cell
    assert ("pin: ${secret.environment.DB_PIN}" in cell) == known
    told = "\n".join((*found.files.values(), *map(str, found.notes)))
    assert not [text for text in (*secrets.values(), "aHVudGVyLTIy") if text in told]
    assert told.count("the secret DB_PASSWORD of the environment is a part of it") >= 2
    assert "the secret GIT_TOKEN of the environment is a part of it" in told
