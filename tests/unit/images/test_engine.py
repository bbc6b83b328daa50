"""Images are built and pushed by an engine that works; its password is in no argument."""

from pathlib import Path

import pytest

from cellwright.images.engine import build_arguments, find_engine
from cellwright.model.diagnostic import DiagnosticError

PROGRAM = """#!/bin/sh
echo "$@" >>{log}
if [ "$1" = info ]; then exit {info}; fi
if [ "$1" = login ]; then cat >>{log}; echo >>{log}; fi
if [ "$1" = push ]; then echo "denied: no such repository" >&2; exit {push}; fi
"""


def install(folder: Path, name: str, *, info: int = 0, push: int = 0) -> Path:
    folder.mkdir(exist_ok=True)
    log = folder / f"{name}.log"
    log.touch()
    program = folder / name
    program.write_text(PROGRAM.format(log=log, info=info, push=push))
    program.chmod(0o755)
    return log


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_an_image_is_built_and_pushed_and_the_password_is_in_no_argument(tmp_path: Path) -> None:
    log = install(tmp_path / "bin", "podman")
    engine = find_engine({"PATH": str(tmp_path / "bin")} | environment(tmp_path / "bin"), "podman")
    assert engine is not None
    engine.sign_in("registry.example.com", "AWS", "the-password")
    engine.build(tmp_path, "registry.example.com/agent:1")
    engine.push("registry.example.com/agent:1")
    lines = log.read_text().splitlines()
    assert lines == [
        "info",
        "login --username AWS --password-stdin registry.example.com",
        "the-password",
        f"build --platform linux/amd64 --tag registry.example.com/agent:1 {tmp_path}",
        "push registry.example.com/agent:1",
    ]


def test_a_program_without_its_server_is_passed_over(tmp_path: Path) -> None:
    install(tmp_path / "bin", "docker", info=1)
    install(tmp_path / "bin", "podman")
    found = find_engine(environment(tmp_path / "bin"))
    assert found is not None
    assert found.name == "podman"


@pytest.mark.parametrize("wanted", ["none", "rm", "buildah"])
def test_none_is_none(tmp_path: Path, wanted: str) -> None:
    install(tmp_path / "bin", "podman")
    assert find_engine({"PATH": str(tmp_path / "bin")}, wanted) is None


def test_what_the_engine_says_is_told(tmp_path: Path) -> None:
    install(tmp_path / "bin", "podman", push=1)
    engine = find_engine(environment(tmp_path / "bin"), "podman")
    assert engine is not None
    with pytest.raises(DiagnosticError, match="podman push ended with exit code 1: denied"):
        engine.push("x")


def test_buildah_keeps_layers() -> None:
    assert "--layers" in build_arguments("buildah", Path("x"), "y")
    assert "--layers" not in build_arguments("docker", Path("x"), "y")
