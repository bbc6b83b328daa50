import pytest

from cellwright.model.environment_names import (
    allowed_fault,
    is_never_set,
    is_reserved,
    matches,
    pattern_fault,
)


@pytest.mark.parametrize(
    "text", ["VAULT_ADDR", "VAULT_*", "DD_*_KEY", "_X", "http_proxy", "TF_LOG*", "TF_ENCRYPTION"]
)
def test_a_name_or_a_pattern_with_a_beginning(text: str) -> None:
    assert pattern_fault(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("*", "how its names begin"),
        ("*_TOKEN", "how its names begin"),
        ("", "letters, digits and '_' only"),
        ("A B", "letters, digits and '_' only"),
        ("A?", "letters, digits and '_' only"),
        ("A[BC]", "letters, digits and '_' only"),
        ("1A", "letters, digits and '_' only"),
        ("VAULT_*\n", "letters, digits and '_' only"),
        ("TF_VAR_name", "inputs of their stack"),
        ("TF_VAR_*", "inputs of their stack"),
        ("TF_WORKSPACE", "never handed on"),
        ("TF_CLI_ARGS_plan", "never handed on"),
    ],
)
def test_what_can_not_be_handed_on_says_why(text: str, why: str) -> None:
    assert why in (pattern_fault(text) or "")


def test_a_star_stands_for_any_text() -> None:
    assert matches("VAULT_ADDR", ("CONSUL_*", "VAULT_*"))
    assert matches("VAULT_", ("VAULT_*",))
    assert not matches("MY_VAULT_ADDR", ("VAULT_*",))
    assert not matches("vault_addr", ("VAULT_*",))


def test_what_would_change_a_command_is_reserved() -> None:
    assert is_reserved("TF_CLI_ARGS_apply")
    assert not is_reserved("TF_LOG")


@pytest.mark.parametrize(
    "name",
    [
        *("LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "PYTHONSTARTUP", "BASH_ENV", "PATH", "HOME"),
        *("TF_CLI_CONFIG_FILE", "TF_LOG", "TF_LOG_PATH", "TF_DATA_DIR", "TF_PLUGIN_CACHE_DIR", "TF_VAR_x"),
        *("GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "XDG_CONFIG_HOME", "TMPDIR", "CELLWRIGHT_FETCH"),
    ],
)
def test_what_decides_which_code_runs_is_never_set(name: str) -> None:
    assert is_never_set(name)
    assert "no cell may set it" in (allowed_fault(name) or "")


@pytest.mark.parametrize("text", ["*", "*_X", "A B", ""])
def test_what_can_not_be_allowed_says_why(text: str) -> None:
    assert allowed_fault(text)


@pytest.mark.parametrize("text", ["DD_SITE", "DD_*", "AWS_ROLE_ARN", "TF_ENCRYPTION", "HTTPS_PROXY"])
def test_what_can_be_allowed(text: str) -> None:
    assert allowed_fault(text) is None
