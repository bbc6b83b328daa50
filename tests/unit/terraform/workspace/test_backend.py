"""A backend's settings as the workspace writes them."""

from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from cellwright.terraform.workspace.backend import (
    BackendSettings,
    complete_backend,
    local_state_path,
    render_override,
)
from unit.terraform.kit import UNIT


def test_the_local_backend_gets_a_path_outside(tmp_path: Path) -> None:
    states, root = tmp_path / "states", tmp_path / "fleet"

    def path_of(config: dict[str, str]) -> Path | None:
        return local_state_path(complete_backend(BackendSettings("local", dict(config)), UNIT, states, root))

    assert path_of({}) == states / "client" / "acme" / "app.tfstate"
    assert path_of({"path": "my/x.tfstate"}) == root / "my" / "x.tfstate"
    assert path_of({"path": "/abs/x.tfstate"}) == Path("/abs/x.tfstate")
    remote = BackendSettings("s3", {"bucket": "b"})
    assert complete_backend(remote, UNIT, states, root) is remote
    assert local_state_path(remote) is None
    with pytest.raises(DiagnosticError, match="is not text"):
        complete_backend(BackendSettings("local", {"path": 3}), UNIT, states, root)


def test_backend_settings_are_literal_and_hidden_in_representations() -> None:
    settings = BackendSettings("http", {"password": "p${x}%{y}", "address": "http://x"})

    assert '    password = "p$${x}%%{y}"\n' in render_override(settings).decode()
    assert "p$" not in repr(settings)


@pytest.mark.parametrize(
    ("kind", "config", "expected"),
    [
        ("s3", {"encrypt": True, "endpoints": {"s3": "${a}"}}, 'encrypt = true\nendpoints = {"s3": "$${a}"}'),
        ("remote", {"workspaces": {"name": "a"}}, 'workspaces {\nname = "a"\n}'),
        ("cos", {"assume_role": [{"role_arn": "a"}]}, 'assume_role {\nrole_arn = "a"\n}'),
        ("pg", {"skip": None, "n": 3}, "n = 3\nskip = null"),
    ],
)
def test_a_backends_settings_are_arguments_or_blocks(
    kind: str, config: dict[str, Json], expected: str
) -> None:
    lines = [line.strip() for line in render_override(BackendSettings(kind, config)).decode().splitlines()]

    assert "\n".join(lines) == f'terraform {{\nbackend "{kind}" {{\n{expected}\n}}\n}}'


def test_a_setting_that_no_argument_is_called_is_refused() -> None:
    with pytest.raises(DiagnosticError, match=r"state\.config has 'a = 1'"):
        render_override(BackendSettings("s3", {"a = 1": "x"}))
