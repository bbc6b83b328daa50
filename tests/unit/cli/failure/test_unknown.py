"""A command or an option that there is not: the nearest one is named, and where help is."""

import pytest

from unit.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("stauts", "unknown command 'stauts'; did you mean 'status'? Run 'cellwright --help'"),
        ("xyzzy", "unknown command 'xyzzy'; run 'cellwright --help'"),
        ("ip fre", "unknown command 'fre'; did you mean 'free'? Run 'cellwright ip --help'"),
        ("rollout re", "unknown command 're'; run 'cellwright rollout --help'"),
        ("status --al", "unknown option '--al'; did you mean '--all'? Run 'cellwright status --help'"),
        ("events --kind x", "unknown option '--kind'; run 'cellwright events --help'"),
        ("plan --with-streams", "unknown option '--with-streams'; did you mean '--with-upstreams' or"),
    ],
)
def test_the_word_that_was_meant(run: Run, arguments: str, said: str) -> None:
    answer = run(*arguments.split())
    assert answer.code == 2
    assert f"error: {said}" in " ".join(answer.err.split())
    assert "Usage" not in answer.err
