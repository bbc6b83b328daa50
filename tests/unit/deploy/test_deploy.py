"""The image and the compose file: linted, and as closed as the documentation says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

_ROOT = Path(__file__).parents[3]
_DEPLOY = _ROOT / "deploy"
_BIN = Path(sys.executable).parent
_STYLE = {
    "extends": "default",
    "rules": {"line-length": {"max": 120}, "braces": "disable", "document-start": "disable"},
}


def lint(program: str, *arguments: str) -> None:
    done = subprocess.run([str(_BIN / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_DEPLOY / "compose.yaml").read_text())["services"]
    return found


def test_the_linters_find_nothing() -> None:
    lint("hadolint", str(_DEPLOY / "Dockerfile"))
    lint("yamllint", "--strict", "-d", json.dumps(_STYLE), str(_DEPLOY / "compose.yaml"))
    schema = "vendor.compose-spec"  # it comes with the program: no network
    lint("check-jsonschema", "--builtin-schema", schema, str(_DEPLOY / "compose.yaml"))


def test_the_image_runs_as_nobody_in_particular_and_installs_what_is_pinned() -> None:
    text = (_DEPLOY / "Dockerfile").read_text()
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(stages) == 2
    assert re.search(r"^USER 10001:10001$", text.split("FROM")[-1], re.MULTILINE)
    assert "--require-hashes --requirement requirements/server.txt" in text
    pinned = (_ROOT / "requirements" / "server.txt").read_text()
    for name in ("fastapi", "psycopg", "procrastinate", "boto3", "opentelemetry-sdk", "setuptools"):
        assert re.search(rf"^{name}==", pinned, re.MULTILINE), name
    assert not re.search(r"://|--(?:extra-)?index-url", pinned)


def test_what_the_image_copies_is_not_left_out_of_its_context() -> None:
    kept = {line[1:] for line in (_ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (_DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    for path in (word for line in copied for word in line.split()):
        assert path.split("/")[0] in kept, path
        assert (_ROOT / path).exists(), path


def test_every_process_of_ours_has_a_read_only_root_and_no_privileges() -> None:
    for name in ("server", "worker"):
        service = services()[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert services()["worker"]["deploy"]["replicas"] == 2
    assert services()["server"]["ports"] == ["127.0.0.1:8080:8080"]


def test_no_secret_is_written_down() -> None:
    text = (_DEPLOY / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "CELLWRIGHT_KEY"):
        assert f"${{{name}:?}}" in text
    assert not re.search(r"(?:PASSWORD|KEY|TOKEN): (?!\$\{)\S", text)


def test_its_commands_are_commands_of_ours() -> None:
    for name in ("server", "worker"):
        command = [str(item) for item in services()[name]["command"]]
        lint("cellwright", command[0], "--help")
        known = subprocess.run(
            [str(_BIN / "cellwright"), command[0], "--help"], capture_output=True, text=True, check=True
        ).stdout
        for option in (item for item in command if item.startswith("--")):
            assert option in known, option
